namespace NNLang.Syntax.Text;

/// <summary>A run of UTF-16 units: where it starts and how many there are.</summary>
/// <param name="Start">The first unit. In spans relative to a node it may be negative: before the node.</param>
/// <param name="Length">The number of units, 0 or more.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>One past the last unit.</summary>
    public int End => Start + Length;

    /// <summary>The span between two positions.</summary>
    public static TextSpan FromBounds(int start, int end) => new(start, end - start);

    /// <summary>True where the position lies inside, the start included and the end not.</summary>
    public bool Contains(int position) => position >= Start && position < End;

    /// <summary>True where the other span lies wholly inside this one.</summary>
    public bool Contains(TextSpan other) => other.Start >= Start && other.End <= End;

    /// <summary>True where the spans share a unit or touch.</summary>
    public bool Touches(TextSpan other) => other.Start <= End && other.End >= Start;

    /// <summary>The same span, moved.</summary>
    public TextSpan Moved(int by) => new(Start + by, Length);

    /// <inheritdoc/>
    public override string ToString() => $"[{Start}..{End})";
}
