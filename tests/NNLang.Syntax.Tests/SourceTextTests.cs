using System.Text;
using NNLang.Syntax.Text;
using NNLang.Testing;

namespace NNLang.Syntax.Tests;

public sealed class SourceTextTests
{
    [Fact]
    public void Edits_and_lines_equal_those_of_a_string() => PropertySeed.ForEach(25, random =>
    {
        var expected = new StringBuilder(Piece(random, random.Next(6000)));
        var text = SourceText.From(expected.ToString());
        for (var i = 0; i < 30; i++)
        {
            var start = random.Next(expected.Length + 1);
            var length = random.Next(8) == 0 ? random.Next(expected.Length - start + 1) : Math.Min(random.Next(4), expected.Length - start);
            var insert = Piece(random, random.Next(8) == 0 ? random.Next(4000) : random.Next(4));
            expected.Remove(start, length).Insert(start, insert);
            var before = text.ToString();
            var edited = text.WithChange(new TextChange(new TextSpan(start, length), insert));
            Assert.Equal(before, text.ToString());
            text = edited;
            Assert.Equal(expected.ToString(), text.ToString());
            AssertLines(expected.ToString(), text, random);
        }
    });

    [Fact]
    public void Positions_outside_are_refused()
    {
        var text = SourceText.From("ab");
        Assert.Throws<ArgumentOutOfRangeException>(() => text.PositionOf(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.LineStart(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.WithChange(new TextChange(new TextSpan(1, 2), "")));
    }

    [Fact]
    public void Columns_past_the_end_are_the_end()
    {
        var text = SourceText.From("ab\r\ncd");
        Assert.Equal(2, text.PositionOf(new LinePosition(0, 99)));
        Assert.Equal(6, text.PositionOf(new LinePosition(7, 0)));
    }

    private static void AssertLines(string expected, SourceText text, Random random)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i] == '\n' || (expected[i] == '\r' && (i + 1 == expected.Length || expected[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        Assert.Equal(starts.Count, text.LineCount);
        for (var i = 0; i < 20; i++)
        {
            var line = random.Next(starts.Count);
            Assert.Equal(starts[line], text.LineStart(line));
            var position = random.Next(expected.Length + 1);
            var index = starts.FindLastIndex(s => s <= position);
            Assert.Equal(new LinePosition(index, position - starts[index]), text.PositionOf(position));
            if (position < expected.Length)
            {
                Assert.Equal(expected[position], text[position]);
            }
        }
    }

    private static string Piece(Random random, int length) => string.Create(length, random, static (span, r) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = "abc\n\r\n\r "[r.Next(8)];
        }
    });
}
