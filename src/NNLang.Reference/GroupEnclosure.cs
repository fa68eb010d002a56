using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Operators.Model;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Reference;

/// <summary>
/// Interval comparison of one fused group (<c>docs/numerics.md</c>): what correct rounding may give, from the tensors the device itself read. It
/// uses the layers' own meaning and knows of the fused group only which layers it covers and in which order it sums, so that a wrong fusion
/// shows.
/// </summary>
public static class GroupEnclosure
{
    /// <summary>Encloses a group's result before rounding to f32.</summary>
    /// <param name="network">The fused network.</param>
    /// <param name="group">Index of the group.</param>
    /// <param name="operands">The device's tensors for the group's operands, in order; entries of source operands are ignored.</param>
    /// <param name="sources">Reads weights and constants.</param>
    /// <param name="orderKnown">Whether sums were made in the group's own order; false for a foreign target.</param>
    public static Enclosure Enclose(
        FusedNetwork network, int group, IReadOnlyList<Tensor?> operands, SourceReader sources, bool orderKnown = true)
    {
        var instance = network.Groups[group];
        var last = network.LastLayers[group];
        return Enclose(network.Network, instance, last, operands, sources, orderKnown);
    }

    private static Enclosure Enclose(
        Network network, FusedInstance instance, int last, IReadOnlyList<Tensor?> operands, SourceReader sources, bool orderKnown)
    {
        var core = network.Layers[last - instance.Layers[0]];
        var given = new Queue<Tensor>();
        for (var k = 0; k < instance.Operands.Length; k++)
        {
            if (instance.Operands[k].Kind != FusedLinkKind.Source)
            {
                given.Enqueue(operands[k]!);
            }
        }

        var values = core.Operands.Select(operand => operand.Kind switch
        {
            ValueKind.None => null,
            ValueKind.Source => Stored(sources(core.Sources[operand.Index]!)),
            _ => Stored(given.Dequeue()),
        });
        var order = orderKnown && instance.Group.Core.Summation is { } summation ? summation.Order : SummationOrder.Unknown;
        var context = new EnclosureContext(Context(core, [.. values], sources), order);
        var steps = instance.Layers.Skip(1)
            .Select(distance => network.Layers[last - distance])
            .Select(layer => new FusedStep(layer.Operation.Operator, Context(layer, [null], sources)));
        return FusedLayer.Enclose(core.Operation.Operator, context, [.. steps]);
    }

    private static EvaluationContext Context(Layer layer, ImmutableArray<Tensor?> operands, SourceReader sources)
    {
        var slots = layer.Operation.Operator.Slots.Length;
        return new EvaluationContext(
            operands,
            [.. layer.Sources.Take(slots).Select(source => source is null ? null : Stored(sources(source)))],
            layer.Operation.Attributes,
            [.. layer.Operation.ResultTypes.Select(type => type.KnownShape!.Value)]);
    }

    // As the device stores it, widened: rounded to f32 once.
    private static Tensor Stored(Tensor tensor)
    {
        var floats = TensorElements.ToFloats(tensor);
        var widened = new double[floats.Length];
        for (var i = 0; i < widened.Length; i++)
        {
            widened[i] = floats[i];
        }

        return Tensor.Of(tensor.Shape, widened);
    }
}
