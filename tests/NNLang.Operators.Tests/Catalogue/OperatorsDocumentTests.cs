using System.Globalization;
using NNLang.Operators.Model;
using NNLang.Testing;

namespace NNLang.Operators.Tests.Catalogue;

/// <summary>The table of docs/operators.md is the catalogue: names, operands, attributes with defaults, slots.</summary>
public sealed class OperatorsDocumentTests
{
    [Fact]
    public void The_table_lists_every_operator_as_it_is_declared()
    {
        var rows = OperatorCatalogue.All.Select(Row).ToList();
        var documented = File.ReadLines(Repository.PathOf("docs/operators.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => string.Join(" | ", line.Trim('|', ' ').Split(" | ")[..4]));
        Assert.True(rows.SequenceEqual(documented), $"docs/operators.md must list, each followed by its engine:\n{string.Join('\n', rows)}");
    }

    private static string Row(Operator @operator) => string.Join(
        " | ",
        $"`{@operator.Name}`",
        OrDash(@operator.Operands.Select(operand => operand.Variadic ? $"{operand.Name}, .." : operand.Optional ? $"{operand.Name}?" : operand.Name)),
        OrDash(@operator.Attributes.Select(Describe)),
        OrDash(@operator.Slots.Select(slot => slot.Name)));

    private static string OrDash(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } text ? text : "-";

    private static string Describe(AttributeDefinition attribute)
    {
        var kind = attribute.Kind switch
        {
            AttributeKind.Integer => "int",
            AttributeKind.IntegerList => attribute.Length > 0 ? $"int[{attribute.Length}]" : "int[]",
            AttributeKind.Real => "float",
            AttributeKind.RealList => "float[]",
            AttributeKind.Boolean => "bool",
            AttributeKind.Word => string.Join(" or ", attribute.Words),
            AttributeKind.Text => "string",
            AttributeKind.Type => "type",
            AttributeKind.Padding => "padding",
            AttributeKind.Numbers => "numbers",
            _ => throw new ArgumentOutOfRangeException(nameof(attribute), attribute.Kind, "A kind that the document does not know."),
        };
        return attribute.Default is { } value ? $"{attribute.Name}: {kind} = {Text(value)}" : $"{attribute.Name}: {kind}";
    }

    private static string Text(AttributeValue value) => value switch
    {
        AttributeValue.Integer integer => integer.Value.ToString(),
        AttributeValue.Real real => real.Value.ToString("0.0###########", CultureInfo.InvariantCulture),
        AttributeValue.Boolean boolean => boolean.Value ? "true" : "false",
        AttributeValue.Text text => text.Value,
        AttributeValue.Type type => type.Value.ToString(),
        AttributeValue.None => "none",
        AttributeValue.List list => $"[{string.Join(", ", list.Values.Select(Text))}]",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A value that the document does not know."),
    };
}
