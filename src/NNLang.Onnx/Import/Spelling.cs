using System.Globalization;
using NNLang.Operators.Model;
using NNLang.Syntax;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>Compile-time values as the text writes them.</summary>
internal static class Spelling
{
    /// <summary>An attribute's value; a list of fixed length with equal entries is written as one.</summary>
    public static string Of(AttributeDefinition definition, AttributeValue value) =>
        value is AttributeValue.List { Values: [var first, ..] items } && definition.Length == items.Length
            && items.All(item => item.Equals(first))
            ? Of(first)
            : Of(value);

    /// <summary>A value.</summary>
    public static string Of(AttributeValue value) => value switch
    {
        AttributeValue.Integer integer => integer.Value.ToString(),
        AttributeValue.Real real => Of(real.Value),
        AttributeValue.Boolean boolean => boolean.Value ? "true" : "false",
        AttributeValue.Text text => SyntaxFacts.IsBareName(text.Value) ? text.Value : SyntaxFacts.WriteString(text.Value),
        AttributeValue.Type type => ElementTypes.Name(type.Value),
        AttributeValue.List list => "[" + string.Join(", ", list.Values.Select(Of)) + "]",
        _ => "none",
    };

    /// <summary>A real number: digits on both sides of the point, or an exponent.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0)
        {
            return text.Contains('.') ? text : text + ".0";
        }

        var power = int.Parse(text.AsSpan(exponent + 1), CultureInfo.InvariantCulture);
        return text[..exponent] + "e" + power.ToString(CultureInfo.InvariantCulture);
    }
}
