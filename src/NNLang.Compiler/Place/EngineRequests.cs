using NNLang.Compiler.Lowered;
using NNLang.Machine;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Place;

/// <summary>What <c>@engine</c> leaves of the choices: operations of an annotated layer that can run on the engine run there.</summary>
internal static class EngineRequests
{
    /// <summary>Per operation of an instance the sequencer it is held to, or <see cref="byte.MaxValue"/>; null if nothing is annotated.</summary>
    public static byte[]? Apply(Network network, GroupInstance instance, BodyShape shape, int lastLayer)
    {
        byte[]? kept = null;
        for (var member = 0; member < instance.Layers.Length; member++)
        {
            if (EngineOf(network, lastLayer - instance.Layers[member]) is not { } engine)
            {
                continue;
            }

            kept ??= Enumerable.Repeat(byte.MaxValue, shape.OperationCount).ToArray();
            for (var i = 0; i < shape.OperationCount; i++)
            {
                if (instance.Body.Operations[i].Member == member && CanRunOn(shape, i, engine))
                {
                    kept[i] = (byte)engine;
                }
            }
        }

        return kept;
    }

    /// <summary>Layers annotated with an engine that can run none of their operations (NN6010), with the engine.</summary>
    public static IEnumerable<(int Layer, Engine Engine)> Refused(TiledNetwork tiled)
    {
        var last = -1;
        foreach (var instance in tiled.Groups)
        {
            last += instance.Advance;
            for (var member = 0; member < instance.Layers.Length; member++)
            {
                var layer = last - instance.Layers[member];
                if (EngineOf(tiled.Network, layer) is { } engine && HasComputation(instance.Body, member)
                    && !CanRunOn(instance.Body, member, engine))
                {
                    yield return (layer, engine);
                }
            }
        }
    }

    private static Engine? EngineOf(Network network, int layer) =>
        network.Layers[layer].Operation.Annotations.Engine is { } name ? Engines.Parse(name) : null;

    private static bool CanRunOn(BodyShape shape, int operation, Engine engine)
    {
        for (var c = shape.ChoiceStart[operation]; c < shape.ChoiceStart[operation + 1]; c++)
        {
            if (shape.ChoiceAgent[c] == (int)engine)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasComputation(LoweredGroup body, int member) =>
        body.Operations.Any(o => o.Member == member && o.Choices.Any(c => !c.IsTransfer));

    private static bool CanRunOn(LoweredGroup body, int member, Engine engine) =>
        body.Operations.Any(o => o.Member == member && o.Choices.Any(c => !c.IsTransfer && c.Engine == engine));
}
