using NNLang.Protocol.Lsp;
using NNLang.Syntax.Text;

namespace NNLang.LanguageServer;

/// <summary>
/// Places of a text as the client counts them: in UTF-16 units or, where it prefers that, in bytes of UTF-8. A value; cheap to make.
/// </summary>
/// <param name="Text">The text.</param>
/// <param name="IsUtf8">Whether the client counts bytes.</param>
public readonly record struct PositionMap(SourceText Text, bool IsUtf8)
{
    /// <summary>A place as the client counts. O(log n), in UTF-8 plus the line.</summary>
    public Position ToPosition(int position)
    {
        var place = Text.PositionOf(Math.Clamp(position, 0, Text.Length));
        return new Position(place.Line, IsUtf8 ? BytesBefore(place) : place.Column);
    }

    /// <summary>A span as the client counts.</summary>
    public TextRange ToRange(TextSpan span) => new(ToPosition(span.Start), ToPosition(span.End));

    /// <summary>A place of the client's; beyond the line or the text it is its end.</summary>
    public int ToOffset(Position position)
    {
        var line = Math.Max(0, position.Line);
        return Text.PositionOf(new LinePosition(line, IsUtf8 && line < Text.LineCount ? UnitsBefore(line, position.Character) : position.Character));
    }

    /// <summary>A range of the client's; one that ends before it starts is empty.</summary>
    public TextSpan ToSpan(TextRange range)
    {
        var start = ToOffset(range.Start);
        return TextSpan.FromBounds(start, Math.Max(start, ToOffset(range.End)));
    }

    private int BytesBefore(LinePosition place)
    {
        var start = Text.LineStart(place.Line);
        var bytes = 0;
        for (var i = 0; i < place.Column; i++)
        {
            bytes += Width(Text[start + i]);
        }

        return bytes;
    }

    private int UnitsBefore(int line, int bytes)
    {
        var span = Text.Line(line);
        var units = 0;
        while (units < span.Length && bytes > 0)
        {
            bytes -= Width(Text[span.Start + units++]);
        }

        return units;
    }

    // A surrogate is half of four bytes.
    private static int Width(char unit) => unit < 0x80 ? 1 : unit < 0x800 ? 2 : char.IsSurrogate(unit) ? 2 : 3;
}
