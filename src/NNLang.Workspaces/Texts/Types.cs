using System.Collections.Immutable;
using System.Globalization;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Tensors;

namespace NNLang.Workspaces.Texts;

/// <summary>Types and values as the editor writes them.</summary>
public static class Types
{
    /// <summary>The dimensions of a type, <c>[1, 256, 14, 14]</c>.</summary>
    public static string Shape(TensorType type) => "[" + string.Join(", ", type.Dimensions) + "]";

    /// <summary>The bytes of a tensor; null where a dimension is not known.</summary>
    public static long? Bytes(TensorType type) =>
        type.KnownShape is { } shape ? shape.Count * ElementTypes.Bytes(type.Element) : null;

    /// <summary>What a value is, in one line: a type, a number, a list.</summary>
    public static string Describe(Value value, IReadOnlyDictionary<string, long> binding) => value switch
    {
        TensorValue { Type: { } type } => type.Bind(binding).ToString(),
        TensorValue => "tensor",
        IntValue number => number.Number.Bind(binding).ToString()!,
        RealValue real => real.Number.ToString("R", CultureInfo.InvariantCulture),
        BoolValue { Truth: { } truth } => truth ? "true" : "false",
        TextValue text => Syntax.SyntaxFacts.WriteString(text.Text),
        TypeValue type => ElementTypes.Name(type.Element),
        ListValue list => "[" + string.Join(", ", list.Values.Select(item => Describe(item, binding))) + "]",
        BundleValue bundle => string.Join(", ", bundle.Names.Zip(bundle.Values, (name, item) => name.Length == 0 ? Describe(item, binding) : name + ": " + Describe(item, binding))),
        _ => value.Kind,
    };

    /// <summary>An attribute's value as the language writes it.</summary>
    public static string Describe(AttributeValue value) => value switch
    {
        AttributeValue.Integer integer => integer.Value.ToString()!,
        AttributeValue.Real real => real.Value.ToString("R", CultureInfo.InvariantCulture),
        AttributeValue.Boolean truth => truth.Value ? "true" : "false",
        AttributeValue.Text text => text.Value,
        AttributeValue.Type type => ElementTypes.Name(type.Value),
        AttributeValue.List list => "[" + string.Join(", ", list.Values.Select(Describe)) + "]",
        _ => "none",
    };

    /// <summary>What an attribute takes, as the language names it.</summary>
    public static string KindOf(AttributeDefinition attribute) => attribute.Kind switch
    {
        AttributeKind.Integer => "int",
        AttributeKind.IntegerList => attribute.Length > 0 ? $"int[{attribute.Length}]" : "int[]",
        AttributeKind.Real => "float",
        AttributeKind.RealList => attribute.Length > 0 ? $"float[{attribute.Length}]" : "float[]",
        AttributeKind.Boolean => "bool",
        AttributeKind.Word => string.Join(" | ", attribute.Words),
        AttributeKind.Text => "string",
        AttributeKind.Type => "type",
        AttributeKind.Padding => "int, int[2], int[4] or same",
        _ => "numbers",
    };

    /// <summary>The signature of an operator, <c>conv2d(x, filters, kernel, stride: 1, ..)</c>, and where each parameter stands in it.</summary>
    public static (string Text, ImmutableArray<(int Start, int End)> Parameters) Signature(Operator op)
    {
        var text = new System.Text.StringBuilder(op.Name).Append('(');
        var places = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (var operand in op.Operands)
        {
            Add(operand.Optional ? operand.Name + ": none" : operand.Variadic ? operand.Name + "[]" : operand.Name);
        }

        foreach (var attribute in op.Attributes)
        {
            Add(attribute.Default is { } value ? $"{attribute.Name}: {Describe(Collapse(value))}" : attribute.Name);
        }

        return (text.Append(')').ToString(), places.ToImmutable());

        void Add(string parameter)
        {
            if (places.Count > 0)
            {
                text.Append(", ");
            }

            places.Add((text.Length, text.Length + parameter.Length));
            text.Append(parameter);
        }
    }

    /// <summary>A list of equal values as the one value that it stands for.</summary>
    public static AttributeValue Collapse(AttributeValue value) =>
        value is AttributeValue.List { Values: [var first, ..] } list && list.Values.All(item => item.Equals(first)) ? first : value;
}
