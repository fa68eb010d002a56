using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Semantics.Spelling;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

/// <summary>
/// Reads the fields of one section: each by name and form, with a message for what is missing, malformed or unknown. Not thread-safe.
/// </summary>
internal sealed class SectionReader
{
    private readonly MergedItems _items;
    private readonly SyntaxNode _node;
    private readonly List<Diagnostic> _diagnostics;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public SectionReader(string title, MergedItems items, SyntaxNode node, DeviceExpressions scope, List<Diagnostic> diagnostics)
    {
        Title = title;
        _items = items;
        _node = node;
        Scope = scope;
        _diagnostics = diagnostics;
    }

    /// <summary>What it is in messages: <c>engine vector</c>.</summary>
    public string Title { get; }

    /// <summary>The scope of its expressions.</summary>
    public DeviceExpressions Scope { get; }

    /// <summary>The place of a field's value, or of the section's name.</summary>
    public SyntaxLocation Place(string label) => SyntaxLocation.Of(_items.Field(label)?.Value ?? _node);

    /// <summary>A whole number, cycles included.</summary>
    public long? Integer(string label, bool required = false, long least = 0, long most = long.MaxValue)
    {
        switch (Value(label, required))
        {
            case null:
                return null;
            case CostExpression.IntLiteral literal when literal.Value >= least && literal.Value <= most:
                return literal.Value;
            case CostExpression.IntLiteral literal:
                Bad(label, $"'{label}' of {Title} is {literal.Value}.", $"Use a number from {least} to {most}.");
                return null;
            default:
                Bad(label, $"'{label}' of {Title} is a whole number.", "Use digits without a unit, or cy for cycles.");
                return null;
        }
    }

    /// <summary>A number of ints.</summary>
    public int? Small(string label, int least, int most, bool required = false) => (int?)Integer(label, required, least, most);

    /// <summary>A quantity in ps and bytes.</summary>
    public decimal? Quantity(string label, CostType type, string form, bool required = false)
    {
        switch (Value(label, required))
        {
            case null:
                return null;
            case CostExpression.QuantityLiteral literal when literal.Of == type && literal.Value >= 0:
                return literal.Value;
            case { } other:
                _diagnostics.Add(Codes.QuantityDimension.At(
                    Place(label), $"'{label}' of {Title} is {other.Type}, not {type}.", $"Write {form}."));
                return null;
        }
    }

    /// <summary>A clock in whole Hz (NN5014).</summary>
    public long? Clock(string label)
    {
        if (Quantity(label, DeviceVocabulary.Frequency, "a frequency such as 1.4GHz", required: true) is not { } value)
        {
            return null;
        }

        var hertz = value * 1_000_000_000_000m;
        if (hertz >= 1 && hertz <= 1e15m && decimal.IsInteger(hertz))
        {
            return (long)hertz;
        }

        _diagnostics.Add(Codes.BadClock.At(Place(label), $"A clock is a whole number of Hz, not {hertz.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", "Use a whole number from 1 Hz to 1 PHz."));
        return null;
    }

    /// <summary>Whole bytes.</summary>
    public long? Bytes(string label, bool required = false) => Whole(label, Quantity(label, CostType.Size, "bytes such as 192KiB", required));

    /// <summary>Whole picoseconds.</summary>
    public long? Picoseconds(string label) => Whole(label, Quantity(label, CostType.Duration, "a time such as 980ns"));

    /// <summary>Whole bytes per second.</summary>
    public long? BytesPerSecond(string label, bool required = false) =>
        Whole(label, Quantity(label, DeviceVocabulary.Rate, "a rate such as 17GBps", required) * 1_000_000_000_000m);

    /// <summary>A word.</summary>
    public string? Word(string label, bool required = false)
    {
        switch (Value(label, required))
        {
            case null:
                return null;
            case CostExpression.WordLiteral word:
                return word.Value;
            default:
                Bad(label, $"'{label}' of {Title} is a name.", "Write a name without quotes.");
                return null;
        }
    }

    /// <summary>A bool.</summary>
    public bool? Truth(string label)
    {
        switch (Value(label, false))
        {
            case null:
                return null;
            case CostExpression.BoolLiteral literal:
                return literal.Value;
            default:
                Bad(label, $"'{label}' of {Title} is true or false.", "Write true or false.");
                return null;
        }
    }

    /// <summary>A number as a binary64.</summary>
    public double? Number(string label) => Value(label, false) switch
    {
        CostExpression.IntLiteral literal => literal.Value,
        CostExpression.FloatLiteral literal => literal.Value,
        null => null,
        _ => BadNumber(label),
    };

    /// <summary>A list of words, a single word counting as a list of one.</summary>
    public ImmutableArray<string>? Words(string label, bool required = false)
    {
        switch (Value(label, required))
        {
            case null:
                return null;
            case CostExpression.WordListLiteral list:
                return list.Words;
            case CostExpression.WordLiteral word:
                return [word.Value];
            default:
                Bad(label, $"'{label}' of {Title} is a list of names.", "Write [name, name].");
                return null;
        }
    }

    /// <summary>A list of whole numbers.</summary>
    public ImmutableArray<int>? Integers(string label)
    {
        _known.Add(label);
        if (_items.Field(label) is not { } field)
        {
            return null;
        }

        if (DeviceExpressions.Plain(field.Value) is not ListSyntax list)
        {
            Bad(label, $"'{label}' of {Title} is a list of numbers.", "Write [0, 32, 64, 96].");
            return null;
        }

        var values = ImmutableArray.CreateBuilder<int>();
        foreach (var element in list.Elements)
        {
            if (Scope.Bind(element) is CostExpression.IntLiteral { Value: >= 0 and <= int.MaxValue } literal)
            {
                values.Add((int)literal.Value);
            }
        }

        return values.ToImmutable();
    }

    /// <summary>Names out of a table.</summary>
    public ImmutableArray<T> Named<T>(string label, Func<string, T?> parse, string kind, IEnumerable<string> names, string device, bool required = false)
        where T : struct
    {
        var result = ImmutableArray.CreateBuilder<T>();
        foreach (var word in Words(label, required) ?? [])
        {
            if (parse(word) is { } value)
            {
                result.Add(value);
            }
            else
            {
                _diagnostics.Add(Codes.UnknownResource.At(Place(label), Title, kind, word, device, string.Join(", ", names)));
            }
        }

        return result.ToImmutable();
    }

    /// <summary>A condition or cost; null if the field is absent or wrong.</summary>
    public CostExpression? Expression(string label, Func<CostType, bool> fits, string form, bool required = false)
    {
        if (Value(label, required) is not { } value)
        {
            return null;
        }

        if (fits(value.Type))
        {
            return value;
        }

        _diagnostics.Add(Codes.QuantityDimension.At(Place(label), $"'{label}' of {Title} is {value.Type}, not {form}.", $"Write an expression that gives {form}."));
        return null;
    }

    /// <summary>A list of conditions.</summary>
    public ImmutableArray<CostExpression> Conditions(string label)
    {
        _known.Add(label);
        if (_items.Field(label) is not { } field)
        {
            return [];
        }

        if (DeviceExpressions.Plain(field.Value) is not ListSyntax list)
        {
            Bad(label, $"'{label}' of {Title} is a list of conditions.", "Write [x.n <= 512, ..].");
            return [];
        }

        var conditions = ImmutableArray.CreateBuilder<CostExpression>();
        foreach (var element in list.Elements)
        {
            if (Scope.Bind(element) is not { } condition)
            {
                continue;
            }

            if (condition.Type == CostType.Bool)
            {
                conditions.Add(condition);
            }
            else
            {
                _diagnostics.Add(Codes.QuantityDimension.At(SyntaxLocation.Of(element), $"A limit is a condition, not {condition.Type}.", "Write a comparison."));
            }
        }

        return conditions.ToImmutable();
    }

    /// <summary>A group inside, marked as known.</summary>
    public MergedItem? Group(string kind)
    {
        _known.Add("{" + kind);
        return _items.Group(kind);
    }

    /// <summary>Marks a field that is read elsewhere.</summary>
    public void Know(string label) => _known.Add(label);

    /// <summary>Tells of fields, groups and sections that nothing read.</summary>
    public void Finish(params ReadOnlySpan<string> sections)
    {
        foreach (var item in _items.Items)
        {
            switch (item.Syntax)
            {
                case FieldSyntax field when !_known.Contains(field.Label.ValueText):
                    Unknown(field.Label, "field", field.Label.ValueText, _known.Where(name => name[0] != '{'));
                    break;
                case GroupSyntax group when !_known.Contains("{" + group.GroupKind.ValueText):
                    Unknown(group.GroupKind, "group", group.GroupKind.ValueText, _known.Where(name => name[0] == '{').Select(name => name[1..]));
                    break;
                case SectionSyntax section when !sections.Contains(section.SectionKind.ValueText):
                    Unknown(section.SectionKind, "section", section.SectionKind.ValueText, sections.ToArray());
                    break;
            }
        }
    }

    /// <summary>Tells of a value of the wrong form (NN5015).</summary>
    public void Bad(string label, string message, string help) => _diagnostics.Add(Codes.BadField.At(Place(label), message, help));

    private void Unknown(SyntaxToken token, string what, string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        var nearest = Suggestions.Nearest(name, names);
        var location = SyntaxLocation.Of(token);
        var diagnostic = Codes.UnknownSection.At(
            location, $"{Title} has no {what} '{name}'{Suggestions.Ending(nearest)}",
            names.Count == 0 ? "Remove it." : $"Use {string.Join(", ", names.Order(StringComparer.Ordinal))}.");
        _diagnostics.Add(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{nearest}'", location, nearest)));
    }

    private double? BadNumber(string label)
    {
        Bad(label, $"'{label}' of {Title} is a number.", "Write a number without a unit.");
        return null;
    }

    private long? Whole(string label, decimal? value)
    {
        if (value is null)
        {
            return null;
        }

        if (decimal.IsInteger(value.Value) && value.Value <= long.MaxValue)
        {
            return (long)value.Value;
        }

        Bad(label, $"'{label}' of {Title} is no whole number of its base unit.", "Round it.");
        return null;
    }

    private CostExpression? Value(string label, bool required)
    {
        _known.Add(label);
        if (_items.Field(label) is { } field)
        {
            return Scope.Bind(field.Value);
        }

        if (required)
        {
            _diagnostics.Add(Codes.MissingField.At(SyntaxLocation.Of(_node), Title, label));
        }

        return null;
    }
}
