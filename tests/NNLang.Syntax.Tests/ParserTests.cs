using NNLang.Syntax.Green;

namespace NNLang.Syntax.Tests;

public sealed class ParserTests
{
    [Theory]
    [MemberData(nameof(Corpus.GoodFiles), MemberType = typeof(Corpus))]
    public void Good_files_parse_without_a_problem(string name)
    {
        var text = Corpus.Read(name);
        var tree = SyntaxTree.Parse(text);
        Assert.Equal(text, tree.GreenRoot.ToString());
        Assert.True((tree.GreenRoot.Flags & (GreenFlags.Syntax | GreenFlags.Bracket)) == 0, TreeDump.Of(tree.GreenRoot));
        Assert.Empty(tree.Diagnostics);
    }

    [Theory]
    [MemberData(nameof(Corpus.BrokenFiles), MemberType = typeof(Corpus))]
    public void Broken_files_keep_their_text(string name)
    {
        var (text, _) = Corpus.ReadBroken(name);
        Assert.Equal(text, SyntaxTree.Parse(text).GreenRoot.ToString());
    }
}
