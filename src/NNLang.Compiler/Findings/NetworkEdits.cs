using System.Collections.Immutable;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Findings;

/// <summary>Networks as they would be after a change of the text that a finding proposes.</summary>
internal static class NetworkEdits
{
    /// <summary>The network with its layers in another order; null if a layer would come before what it reads. O(layers + operands).</summary>
    public static Network? Reorder(Network network, int[] order)
    {
        var place = new int[order.Length];
        for (var k = 0; k < order.Length; k++)
        {
            place[order[k]] = k;
        }

        var layers = ImmutableArray.CreateBuilder<Layer>(order.Length);
        foreach (var index in order)
        {
            var layer = network.Layers[index];
            var operands = layer.Operands.ToBuilder();
            for (var k = 0; k < operands.Count; k++)
            {
                if (operands[k].Kind != ValueKind.Layer)
                {
                    continue;
                }

                var distance = place[index] - place[index - operands[k].Distance];
                if (distance < 1)
                {
                    return null;
                }

                operands[k] = operands[k] with { Index = distance };
            }

            layers.Add(layer with { Operation = Shifted(layer.Operation, index, place), Operands = operands.ToImmutable() });
        }

        var count = order.Length;
        return network with
        {
            Layers = layers.MoveToImmutable(),
            Outputs = [.. network.Outputs.Select(output => output.Value.Kind == ValueKind.Layer
                ? output with { Value = output.Value with { Index = count - place[count - output.Value.Index] } }
                : output)],
        };
    }

    /// <summary>The network with other annotations of one layer.</summary>
    public static Network Annotate(Network network, int layer, OperationAnnotations annotations)
    {
        var changed = network.Layers[layer];
        return network with { Layers = network.Layers.SetItem(layer, changed with { Operation = With(changed.Operation, annotations) }) };
    }

    private static Operation Shifted(Operation operation, int index, int[] place)
    {
        if (operation.Annotations.Order.IsEmpty)
        {
            return operation;
        }

        var order = operation.Annotations.Order
            .Select(constraint => constraint with { Distance = place[index + constraint.Distance] - place[index] });
        return With(operation, operation.Annotations with { Order = [.. order] });
    }

    private static Operation With(Operation operation, OperationAnnotations annotations) => new(
        operation.Operator, operation.Attributes, operation.OperandTypes, operation.SlotTypes, operation.ResultTypes, annotations);
}
