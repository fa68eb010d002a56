using NNLang.Syntax.Green;
using NNLang.Testing;

namespace NNLang.Syntax.Tests;

public sealed class GreenListTests
{
    [Fact]
    public void Splices_equal_those_of_a_list() => PropertySeed.ForEach(20, random =>
    {
        var made = 0;
        GreenNode New() => new GreenBranch(SyntaxKind.Dim, new GreenToken(SyntaxKind.NameToken, "", "n" + made++, ""));
        var expected = Enumerable.Range(0, random.Next(6) == 0 ? 5000 : random.Next(200)).Select(_ => New()).ToList();
        var list = GreenList.Create(SyntaxKind.StatementList, expected.ToArray());
        for (var i = 0; i < 40; i++)
        {
            var start = random.Next(expected.Count + 1);
            var count = Math.Min(random.Next(10) == 0 ? random.Next(300) : random.Next(3), expected.Count - start);
            var items = Enumerable.Range(0, random.Next(10) == 0 ? random.Next(300) : random.Next(3)).Select(_ => New()).ToArray();
            expected.RemoveRange(start, count);
            expected.InsertRange(start, items);
            list = list.Splice(start, count, items);
            Assert.Equal(expected.Count, list.Count);
            Assert.True(expected.SequenceEqual(list.Elements()));
            Assert.Equal(expected.Sum(e => e.Width), list.Width);
            if (expected.Count > 0)
            {
                var index = random.Next(expected.Count);
                Assert.Same(expected[index], list.Element(index, out var offset));
                Assert.Equal(expected.Take(index).Sum(e => e.Width), offset);
                Assert.Equal(index, list.IndexAt(offset, out var begins));
                Assert.Equal(offset, begins);
                var slice = list.Slice(index, Math.Min(5, expected.Count - index));
                Assert.True(expected.Skip(index).Take(5).SequenceEqual(slice.Elements()));
            }
        }
    });
}
