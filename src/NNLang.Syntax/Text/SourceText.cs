namespace NNLang.Syntax.Text;

/// <summary>
/// An immutable text of UTF-16 units that shares all but one path with the text it was edited from. Lines end with LF, CR LF
/// or CR; there is always one line more than there are breaks. Safe to read from any thread.
/// </summary>
public sealed class SourceText
{
    private readonly Rope rope;

    private SourceText(Rope rope) => this.rope = rope;

    /// <summary>The text without units.</summary>
    public static SourceText Empty { get; } = new(Rope.Empty);

    /// <summary>The number of UTF-16 units.</summary>
    public int Length => rope.Length;

    /// <summary>The number of lines, at least 1.</summary>
    public int LineCount => rope.Breaks + 1;

    /// <summary>A unit. O(log n).</summary>
    public char this[int position] => rope[position];

    /// <summary>A text from a string. O(n).</summary>
    public static SourceText From(string text) => text.Length == 0 ? Empty : new SourceText(Rope.From(text));

    /// <summary>The text after an edit; this one stays as it is. O(log n + inserted).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span does not lie in the text.</exception>
    public SourceText WithChange(TextChange change)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(change.Span.Start);
        ArgumentOutOfRangeException.ThrowIfNegative(change.Span.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(change.Span.End, Length);
        return new SourceText(rope.Replace(change.Span.Start, change.Span.Length, change.NewText));
    }

    /// <summary>The line and column of a position. O(log n).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position does not lie in the text.</exception>
    public LinePosition PositionOf(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Length);
        var line = LineOf(position);
        return new LinePosition(line, position - LineStart(line));
    }

    /// <summary>The line that holds a position; the position between CR and LF belongs to the line they end. O(log n).</summary>
    public int LineOf(int position) => rope.BreaksBefore(position);

    /// <summary>Where a line begins, from 0. O(log n).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such line.</exception>
    public int LineStart(int line)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(line, LineCount);
        return line == 0 ? 0 : rope.AfterBreak(line);
    }

    /// <summary>The span of a line with its break. O(log n).</summary>
    public TextSpan LineWithBreak(int line) =>
        TextSpan.FromBounds(LineStart(line), line + 1 < LineCount ? LineStart(line + 1) : Length);

    /// <summary>The span of a line without its break. O(log n).</summary>
    public TextSpan Line(int line)
    {
        var span = LineWithBreak(line);
        var end = span.End;
        if (end > span.Start && rope[end - 1] == '\n')
        {
            end--;
        }

        if (end > span.Start && rope[end - 1] == '\r')
        {
            end--;
        }

        return TextSpan.FromBounds(span.Start, end);
    }

    /// <summary>
    /// The position of a line and column. A column past the line's end is its end, a line past the last is the text's end, as the
    /// Language Server Protocol has it. O(log n).
    /// </summary>
    public int PositionOf(LinePosition place)
    {
        if (place.Line >= LineCount)
        {
            return Length;
        }

        var line = Line(Math.Max(0, place.Line));
        return Math.Min(line.Start + Math.Max(0, place.Column), line.End);
    }

    /// <summary>The units of a span as a string. O(log n + length).</summary>
    public string ToString(TextSpan span) =>
        string.Create(span.Length, (rope, span.Start), static (target, source) => source.rope.CopyTo(source.Start, target));

    /// <summary>Copies units. O(log n + length).</summary>
    public void CopyTo(int start, Span<char> target) => rope.CopyTo(start, target);

    /// <summary>The whole text. O(n).</summary>
    public override string ToString() => ToString(new TextSpan(0, Length));
}
