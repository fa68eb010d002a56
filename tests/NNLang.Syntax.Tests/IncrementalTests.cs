using NNLang.Syntax.Text;
using NNLang.Testing;

namespace NNLang.Syntax.Tests;

public sealed class IncrementalTests
{
    [Fact]
    public void Any_edits_give_the_tree_of_a_fresh_parse()
    {
        var incremental = 0;
        var edits = 0;
        PropertySeed.ForEach(100, random =>
        {
            var source = random.Next(4) switch
            {
                0 => Corpus.BrokenTexts[random.Next(Corpus.BrokenTexts.Count)],
                1 => Network(new RandomText(random), random.Next(3, 30)),
                _ => Corpus.GoodTexts[random.Next(Corpus.GoodTexts.Count)],
            };
            var text = random.Next(5) == 0 ? source.Replace("\n", "\r\n", StringComparison.Ordinal) : source;
            var tree = SyntaxTree.Parse(text);
            var history = new List<TextChange>();
            var made = new RandomText(random);
            for (var i = 0; i < 20; i++)
            {
                TextChange change;
                if (history.Count > 0 && random.Next(4) == 0)
                {
                    change = history[^1];
                    history.RemoveAt(history.Count - 1);
                }
                else
                {
                    var (start, length, newText) = made.Edit(text);
                    change = new TextChange(new TextSpan(start, length), newText);
                    history.Add(new TextChange(new TextSpan(start, newText.Length), text.Substring(start, length)));
                }

                var before = text;
                text = string.Concat(text.AsSpan(0, change.Span.Start), change.NewText, text.AsSpan(change.Span.End));
                tree = tree.WithChange(change);
                AssertSame(tree, text, change, before);
                incremental += tree.LastChange.IsFull ? 0 : 1;
                edits++;
            }
        });

        Assert.True(incremental > edits * 9 / 10, $"only {incremental} of {edits} edits were incremental");
    }

    internal static void AssertSame(SyntaxTree tree, string text, TextChange change, string before)
    {
        Assert.Equal(text, tree.Text.ToString());
        var full = SyntaxTree.Parse(text);
        if (!GreenEquality.Same(full.GreenRoot, tree.GreenRoot))
        {
            Assert.Fail($"Edit {change} of:\n{before}\nto:\n{text}\n{tree.LastChange} gives\n{FirstDifference(TreeDump.Of(full.GreenRoot), TreeDump.Of(tree.GreenRoot))}");
        }

        Assert.Equal(DiagnosticTests.Report(full), DiagnosticTests.Report(tree));
    }

    internal static string Network(RandomText made, int statements)
    {
        var lines = Enumerable.Range(0, statements).Select(_ => "  " + made.Statement());
        return "weights seeded(1)\n\nnetwork n(x: f32[1]) {\n" + string.Join('\n', lines) + "\n}\n";
    }

    private static string FirstDifference(string full, string incremental)
    {
        var a = full.Split('\n');
        var b = incremental.Split('\n');
        var i = 0;
        while (i < a.Length && i < b.Length && a[i] == b[i])
        {
            i++;
        }

        return $"line {i}: full\n{string.Join('\n', a.Skip(Math.Max(0, i - 3)).Take(12))}\nincremental\n{string.Join('\n', b.Skip(Math.Max(0, i - 3)).Take(12))}";
    }
}
