using System.Globalization;
using System.Text;
using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Semantics.Graph;

/// <summary>A network as text, one line a layer: for tests, and for <c>--emit network</c>. Pure, deterministic.</summary>
public static class NetworkDump
{
    /// <summary>The text of a network. Linear in the number of layers.</summary>
    public static string Text(Network network)
    {
        var text = new StringBuilder();
        text.Append("network ").Append(LayerName.Quote(network.Name));
        foreach (var (name, value) in network.Binding)
        {
            text.Append(CultureInfo.InvariantCulture, $" {name} = {value}");
        }

        text.Append(network.DeviceName is null ? "\n" : $" @device({network.DeviceName})\n");
        foreach (var input in network.Inputs)
        {
            text.Append("input ").Append(LayerName.Quote(input.Name)).Append(": ").Append(input.Type).Append('\n');
        }

        for (var i = 0; i < network.Layers.Length; i++)
        {
            AppendLayer(text, network, i);
        }

        foreach (var output in network.Outputs)
        {
            text.Append("output ").Append(LayerName.Quote(output.Name)).Append(": ").Append(output.Type).Append(" = ");
            AppendReference(text, network, network.Layers.Length, output.Value, output.Source);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void AppendLayer(StringBuilder text, Network network, int index)
    {
        var layer = network.Layers[index];
        var operation = layer.Operation;
        text.Append(layer.Path).Append(": ").AppendJoin(", ", operation.ResultTypes).Append(" = ").Append(operation.Operator.Name).Append('(');
        for (var i = 0; i < layer.Operands.Length; i++)
        {
            text.Append(i == 0 ? string.Empty : ", ");
            var operand = layer.Operands[i];
            AppendReference(text, network, index, operand, operand.Kind == ValueKind.Source ? layer.Sources[operand.Index] : null);
        }

        foreach (var (name, value) in operation.Attributes.Values)
        {
            if (value is not AttributeValue.None)
            {
                text.Append(text[^1] == '(' ? string.Empty : ", ").Append(name).Append(": ");
                AppendValue(text, value);
            }
        }

        text.Append(')');
        AppendAnnotations(text, operation.Annotations);
        for (var s = 0; s < operation.SlotTypes.Length; s++)
        {
            if (layer.Sources[s] is { } source)
            {
                text.Append("\n    ").Append(operation.Operator.Slots[s].Name).Append(": ").Append(source.Type).Append(' ');
                AppendSource(text, source);
            }
        }

        text.Append('\n');
    }

    private static void AppendReference(StringBuilder text, Network network, int index, ValueRef value, TensorSource? source)
    {
        switch (value.Kind)
        {
            case ValueKind.Input:
                text.Append(LayerName.Quote(network.Inputs[value.Index].Name));
                break;
            case ValueKind.Layer:
                var producer = network.Layers[Network.ProducerOf(index, value)];
                text.Append(producer.Path);
                if (producer.Operation.ResultTypes.Length > 1)
                {
                    text.Append(CultureInfo.InvariantCulture, $"[{value.Result}]");
                }

                break;
            case ValueKind.Source when source is not null:
                AppendSource(text, source);
                break;
            default:
                text.Append("none");
                break;
        }
    }

    private static void AppendSource(StringBuilder text, TensorSource source)
    {
        if (source is TensorSource.Weight weight)
        {
            text.Append('"').Append(weight.Key).Append('"');
            return;
        }

        var constant = (TensorSource.Constant)source;
        var elements = constant.Value.ToDoubles().AsDoubles();
        text.Append("constant ").Append(constant.Type).Append(" {");
        for (var i = 0; i < Math.Min(elements.Length, 4); i++)
        {
            text.Append(i == 0 ? string.Empty : ", ").Append(elements[i].ToString("R", CultureInfo.InvariantCulture));
        }

        text.Append(elements.Length > 4 ? ", ..}" : "}");
    }

    private static void AppendAnnotations(StringBuilder text, OperationAnnotations annotations)
    {
        if (annotations.Engine is { } engine)
        {
            text.Append(" @engine(").Append(engine).Append(')');
        }

        text.Append(annotations.Pin ? " @pin" : string.Empty);
        if (annotations.Precision is { } precision)
        {
            text.Append(" @precision(").Append(ElementTypes.Name(precision)).Append(')');
        }

        if (annotations.Tolerance is { } tolerance)
        {
            text.Append(CultureInfo.InvariantCulture, $" @tolerance({tolerance.Relative}, {tolerance.Absolute})");
        }

        foreach (var order in annotations.Order)
        {
            text.Append(CultureInfo.InvariantCulture, $" {(order.Before ? "@before" : "@after")}({order.Distance:+0;-0})");
        }
    }

    private static void AppendValue(StringBuilder text, AttributeValue value)
    {
        switch (value)
        {
            case AttributeValue.Integer integer:
                text.Append(integer.Value);
                break;
            case AttributeValue.Real real:
                text.Append(real.Value.ToString("R", CultureInfo.InvariantCulture));
                break;
            case AttributeValue.Boolean boolean:
                text.Append(boolean.Value ? "true" : "false");
                break;
            case AttributeValue.Text word:
                text.Append(word.Value);
                break;
            case AttributeValue.Type type:
                text.Append(ElementTypes.Name(type.Value));
                break;
            case AttributeValue.List list:
                text.Append('[');
                for (var i = 0; i < list.Values.Length; i++)
                {
                    text.Append(i == 0 ? string.Empty : ", ");
                    AppendValue(text, list.Values[i]);
                }

                text.Append(']');
                break;
            default:
                text.Append("none");
                break;
        }
    }
}
