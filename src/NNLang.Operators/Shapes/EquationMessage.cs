using System.Runtime.CompilerServices;

namespace NNLang.Operators.Shapes;

/// <summary>The message of an equation that must hold; put together only where it is not known to hold.</summary>
[InterpolatedStringHandler]
internal ref struct EquationMessage
{
    private DefaultInterpolatedStringHandler _text;

    public EquationMessage(int literalLength, int formattedCount, ShapeRule rule, Dimension left, Dimension right, out bool isNeeded)
    {
        isNeeded = rule.Facts.Prove(left, right) != Proof.Equal;
        IsNeeded = isNeeded;
        _text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    /// <summary>Whether the equation is not known to hold.</summary>
    public bool IsNeeded { get; }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The text; once.</summary>
    public string Write() => _text.ToStringAndClear();
}
