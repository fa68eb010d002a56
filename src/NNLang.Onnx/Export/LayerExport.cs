using Google.Protobuf;
using NNLang.Onnx.Wire;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;

namespace NNLang.Onnx.Export;

/// <summary>One layer as an export rule sees it.</summary>
internal sealed class LayerExport(GraphBuilder builder, int index, Layer layer, string name)
{
    public AttributeSet Attributes => layer.Operation.Attributes;

    public TensorType ResultType => layer.Operation.ResultTypes[0];

    public TensorType OperandType(int operand) => layer.Operation.OperandTypes[operand]!;

    public GraphBuilder Builder => builder;

    /// <summary>The layer's name in the model.</summary>
    public string Name => name;

    /// <summary>The names of the operands.</summary>
    public string[] Operands
    {
        get
        {
            var names = new string[layer.Operands.Length];
            for (var i = 0; i < names.Length; i++)
            {
                names[i] = Operand(i);
            }

            return names;
        }
    }

    /// <summary>The name of an operand.</summary>
    public string Operand(int operand)
    {
        var value = layer.Operands[operand];
        return builder.NameOf(index, value, value.Kind == ValueKind.Source ? layer.Sources[value.Index] : null);
    }

    /// <summary>The name of a slot's weight, or null where the layer has not the slot.</summary>
    public string? Slot(int slot) => layer.Sources[slot] is { } source ? builder.AddSource(source) : null;

    /// <summary>Adds the node that computes the layer's results.</summary>
    public void Add(string operatorType, IEnumerable<string> inputs, params ReadOnlySpan<Wire.Attribute> attributes)
    {
        var node = new Node { OpType = operatorType, Name = name };
        node.Input.AddRange(inputs);
        for (var result = 0; result < layer.Operation.ResultTypes.Length; result++)
        {
            node.Output.Add(builder.NameOf(index, result));
        }

        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        builder.AddNode(node);
    }

    /// <summary>Adds a node before the layer's last; the name of what it computes.</summary>
    public string AddPart(string part, string operatorType, IEnumerable<string> inputs, params ReadOnlySpan<Wire.Attribute> attributes)
    {
        var output = builder.Unique($"{name}_{part}");
        var node = new Node { OpType = operatorType, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        builder.AddNode(node);
        return output;
    }

    public NotSupportedException Unsupported(string how) =>
        new($"Layer '{layer.Path}': {layer.Operation.Operator.Name} {how} has no ONNX form.");

    public static Wire.Attribute Integer(string name, long value) => new() { Name = name, I = value, Type = 2 };

    public static Wire.Attribute Real(string name, double value) => new() { Name = name, F = (float)value, Type = 1 };

    public static Wire.Attribute Word(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = 3 };

    public static Wire.Attribute Integers(string name, IEnumerable<long> values)
    {
        var attribute = new Wire.Attribute { Name = name, Type = 7 };
        attribute.Ints.AddRange(values);
        return attribute;
    }
}
