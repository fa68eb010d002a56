using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Tests.Support;

/// <summary>
/// Reads calls as a person would write them, with types for operands: <c>conv2d(f32[1, 3, 8, 8], 4, kernel: 3) where H % 2</c>.
/// Tensor attributes after the operands by name; one positional attribute is the principal one.
/// </summary>
internal static class Calls
{
    public static (Operator Operator, InferenceContext Context) Parse(string text)
    {
        var facts = DimensionFacts.Empty;
        var where = text.IndexOf(" where ", StringComparison.Ordinal);
        if (where >= 0)
        {
            foreach (var fact in text[(where + 7)..].Split(';', StringSplitOptions.TrimEntries))
            {
                var sides = fact.Split(" == ");
                facts = sides.Length == 2
                    ? facts.WithEqual(Expressions.Parse(sides[0]), Expressions.Parse(sides[1]))
                    : facts.WithEqual(Expressions.Parse(fact), Dimension.Zero);
            }

            text = text[..where];
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var @operator = OperatorCatalogue.Get(text[..open]);
        var operands = ImmutableArray.CreateBuilder<TensorType?>();
        var names = ImmutableArray.CreateBuilder<string?>();
        var attributes = new List<(string, AttributeValue)>();
        var slots = new TensorType?[@operator.Slots.Length];
        foreach (var argument in SplitTop(text[(open + 1)..^1]))
        {
            var colon = argument.IndexOf(": ", StringComparison.Ordinal);
            var label = colon > 0 && argument[..colon].All(c => char.IsAsciiLetterLower(c) || c == '_') ? argument[..colon] : null;
            var value = label is null ? argument : argument[(colon + 2)..];
            if (label is null && Regex.Match(value, @"^(?:(\w+) )?([a-z]\w*\[.*\])$") is { Success: true } match && ParseType(match.Groups[2].Value) is { } type)
            {
                operands.Add(type);
                names.Add(match.Groups[1].Success ? match.Groups[1].Value : null);
            }
            else if (label is null && value == "absent")
            {
                operands.Add(null);
                names.Add(null);
            }
            else if (label is not null && ParseType(value) is { } given && @operator.Slots.Any(slot => slot.Name == label))
            {
                slots[@operator.Slots.IndexOf(@operator.Slots.First(slot => slot.Name == label))] = given;
            }
            else
            {
                attributes.Add((label ?? @operator.Attributes[0].Name, Value(value)));
            }
        }

        return (@operator, new InferenceContext(operands.ToImmutable(), AttributeSet.For(@operator, attributes.ToArray()), facts)
        {
            OperandNames = names.ToImmutable(),
            GivenSlots = [.. slots],
        });
    }

    /// <summary>What the rule answers, as indented lines.</summary>
    public static string Answer(string call)
    {
        var (@operator, context) = Parse(call);
        var inference = @operator.Infer(context);
        var text = new StringBuilder();
        foreach (var problem in inference.Problems)
        {
            var place = problem.Attribute ?? (problem.Operand >= 0 ? $"operand {problem.Operand}" : "call");
            text.Append(CultureInfo.InvariantCulture, $"  {problem.Code} at {place}: {problem.Message}\n    {problem.Help}\n");
        }

        foreach (var result in inference.Results)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {result}\n");
        }

        for (var i = 0; i < inference.Slots.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {@operator.Slots[i].Name}: {inference.Slots[i]?.ToString() ?? "none"}\n");
        }

        foreach (var equation in inference.Equations)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {equation}\n");
        }

        foreach (var equality in inference.Undecided)
        {
            text.Append(CultureInfo.InvariantCulture, $"  undecided: {equality.Left} == {equality.Right}\n");
        }

        var count = inference.Problems.IsEmpty ? @operator.CountMultiplyAdds(context, inference) : Dimension.Zero;
        if (count is null || count != Dimension.Zero)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {count?.ToString() ?? "uncountable"} multiply-adds\n");
        }

        return text.Length == 0 ? "  open\n" : text.ToString();
    }

    public static AttributeValue Value(string text) => text switch
    {
        "true" or "false" => AttributeValue.Of(text == "true"),
        "none" => AttributeValue.Nothing,
        ['[', ..] => new AttributeValue.List([.. SplitTop(text[1..^1]).Select(Value)]),
        _ when ElementTypes.Parse(text) is { } type => new AttributeValue.Type(type),
        _ when text.Contains('.') && double.TryParse(text, CultureInfo.InvariantCulture, out var real) => AttributeValue.Of(real),
        _ when text.All(char.IsAsciiLetterLower) && text.Length > 1 => AttributeValue.Of(text),
        _ => new AttributeValue.Integer(Expressions.Parse(text)),
    };

    private static TensorType? ParseType(string text)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        return open > 0 && text.EndsWith(']') && ElementTypes.Parse(text[..open]) is { } element
            ? new TensorType(element, [.. SplitTop(text[(open + 1)..^1]).Select(Expressions.Parse)])
            : null;
    }

    private static IEnumerable<string> SplitTop(string text)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (i > start)
                {
                    yield return text[start..i].Trim();
                }

                start = i + 1;
            }
            else
            {
                depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            }
        }
    }
}
