using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Place;

/// <summary>
/// What <c>@engine</c> leaves of the choices. It concerns a layer's own computation: products and reductions where it has them, else what
/// completes its tiles; a layer fused into another's evacuation is that evacuation.
/// </summary>
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
            foreach (var i in Computation(instance.Body, member))
            {
                if (CanRunOn(shape, i, engine))
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
                if (EngineOf(tiled.Network, layer) is not { } engine)
                {
                    continue;
                }

                var computation = Computation(instance.Body, member);
                if (computation.Count > 0 && !computation.Exists(i => CanRunOn(instance.Body.Operations[i], engine)))
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

    private static List<int> Computation(LoweredGroup body, int member)
    {
        var own = Reading(body, operation => operation.Member == member);
        if (own.Count == 0)
        {
            return Reading(body, operation => operation.EndsTile);
        }

        var inner = own.FindAll(i => !body.Operations[i].EndsTile);
        return inner.Count > 0 ? inner : own;
    }

    private static List<int> Reading(LoweredGroup body, Func<TileOperation, bool> belongs)
    {
        var found = new List<int>();
        for (var i = 0; i < body.Operations.Length; i++)
        {
            var operation = body.Operations[i];
            if (!operation.Choices[0].IsTransfer && belongs(operation) && operation.Uses.Any(use => (use.Access & BufferAccess.Read) != 0))
            {
                found.Add(i);
            }
        }

        return found;
    }

    private static bool CanRunOn(TileOperation operation, Engine engine) =>
        operation.Choices.Any(choice => !choice.IsTransfer && choice.Engine == engine);
}
