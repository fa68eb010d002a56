using System.Collections.Immutable;
using System.Globalization;

namespace NNLang.Debugging.Running;

/// <summary>
/// A place at which a session stops: before layers begin to compute; with a condition or a text, which speak of a layer's tensor, after they
/// have ended.
/// </summary>
/// <param name="Id">Its number.</param>
/// <param name="Layers">The layers.</param>
public sealed record LayerBreakpoint(int Id, ImmutableArray<int> Layers)
{
    /// <summary>An expression that must not be 0; null for none.</summary>
    public string? Condition { get; init; }

    /// <summary>Whether it waits for the layer's tensor.</summary>
    public bool IsAtEnd => Condition is { Length: > 0 } || LogMessage is not null;

    /// <summary>Which hits count; null for all.</summary>
    public HitCondition? Hits { get; init; }

    /// <summary>A text to print instead of stopping, with expressions in braces; null to stop.</summary>
    public string? LogMessage { get; init; }
}

/// <summary>Which hits of a breakpoint stop: <c>5</c>, <c>&gt; 5</c>, <c>&gt;= 5</c>, <c>% 5</c>.</summary>
public sealed record HitCondition
{
    private readonly string _operator;
    private readonly int _number;

    private HitCondition(string comparison, int number) => (_operator, _number) = (comparison, number);

    /// <summary>Reads a condition; null if it is none.</summary>
    public static HitCondition? Parse(string text)
    {
        text = text.Trim();
        var digits = text.TrimStart('=', '>', '<', '%', ' ');
        var comparison = text[..(text.Length - digits.Length)].Trim();
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && comparison is "" or "==" or "=" or ">" or ">=" or "<" or "<=" or "%" && number > 0
            ? new HitCondition(comparison, number)
            : null;
    }

    /// <summary>Whether the hit of a number, from 1, stops.</summary>
    public bool Stops(int hit) => _operator switch
    {
        ">" => hit > _number,
        ">=" => hit >= _number,
        "<" => hit < _number,
        "<=" => hit <= _number,
        "%" => hit % _number == 0,
        _ => hit == _number,
    };
}
