using System.Diagnostics;
using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Tests;

public sealed class ReuseTests
{
    private const int Statements = 10_000;

    private static readonly string Chain = MakeChain();
    private static readonly Lazy<SyntaxTree> Tree = new(() => SyntaxTree.Parse(Chain));
    private static readonly Lazy<Dictionary<GreenNode, int>> Known = new(() => SizesOf(Tree.Value.GreenRoot));

    [Fact]
    public void A_one_token_edit_of_10000_statements_keeps_all_but_one_of_them()
    {
        var tree = Tree.Value;
        var random = new Random(7);
        var ratios = new List<double>();
        for (var i = 0; i < 101; i++)
        {
            var at = Chain.IndexOf("v" + random.Next(10, Statements - 10) + " =", StringComparison.Ordinal);
            var edited = tree.WithChange(new TextChange(new TextSpan(at, 2), "w1"));
            Assert.False(edited.LastChange.IsFull);
            Assert.Equal(1, edited.LastChange.ParsedElements);
            ratios.Add(KeptRatio(edited.GreenRoot));
        }

        ratios.Sort();
        Assert.True(ratios[ratios.Count / 2] >= 0.99, $"median of kept nodes: {ratios[ratios.Count / 2]}");
        Assert.True(ratios[0] >= 0.99, $"least of kept nodes: {ratios[0]}");
    }

    [Theory]
    [InlineData("network chain(v0: f32[1, 64, 56, 56]) {", "network chain(v0: f32[N, 64, 56, 56]) {")]
    [InlineData("network chain(v0: f32[1, 64, 56, 56]) {\n", "network chain(v0: f32[1, 64, 56, 56]) {\n\n")]
    [InlineData("network chain(v0: f32[1, 64, 56, 56]) {\n", "network chain(v0: f32[1, 64, 56, 56]) {\n  a = relu(v0)\n")]
    [InlineData("weights seeded(1)", "weights seeded(2)")]
    [InlineData("\n}\n", "\n  x = relu(y)\n}\n")]
    [InlineData("\n}\n", "\n} // end\n")]
    [InlineData("  v5 = ", "  repeat 2 as i {\n  v5 = ")]
    [InlineData("  v5 = ", "  v5 = f(")]
    public void Edits_around_a_body_keep_its_statements(string from, string to)
    {
        var tree = Tree.Value;
        var at = from == "\n}\n" ? Chain.LastIndexOf(from, StringComparison.Ordinal) : Chain.IndexOf(from, StringComparison.Ordinal);
        var edited = tree.WithChange(new TextChange(new TextSpan(at, from.Length), to));
        Assert.True(edited.LastChange.ParsedElements <= 3, edited.LastChange.ToString());
        Assert.True(KeptRatio(edited.GreenRoot) >= 0.99);
        Assert.True(GreenEquality.Same(SyntaxTree.Parse(edited.Text).GreenRoot, edited.GreenRoot));
    }

    [Fact]
    public void Figures_are_printed()
    {
        var parse = double.MaxValue;
        SyntaxTree? tree = null;
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.GetTimestamp();
            tree = SyntaxTree.Parse(Chain);
            parse = Math.Min(parse, Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
        }

        var times = new List<double>();
        var bytes = 0L;
        var random = new Random(1);
        for (var i = 0; i < 400; i++)
        {
            var at = Chain.IndexOf("v" + random.Next(10, Statements - 10) + " =", StringComparison.Ordinal);
            var change = new TextChange(new TextSpan(at, 1), "w");
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.GetTimestamp();
            var edited = tree!.WithChange(change);
            var diagnostics = edited.Diagnostics.Count;
            times.Add(Stopwatch.GetElapsedTime(watch).TotalMicroseconds);
            Assert.Equal(0, diagnostics);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes < 100_000, $"{bytes} bytes for an edit");
        }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"10,000 statements, {Chain.Length} units: parse {parse:F1} ms; one-token edit with diagnostics p50 {times[200]:F1} us, p99 {times[396]:F1} us, {bytes} bytes");
    }

    /// <summary>How many of the new tree's nodes are objects of the old one, tokens included.</summary>
    private static double KeptRatio(GreenNode after)
    {
        long all = 0;
        long kept = 0;
        Count(after);
        return (double)kept / all;

        void Count(GreenNode node)
        {
            // What is known is known with all below it.
            if (Known.Value.TryGetValue(node, out var size))
            {
                all += size;
                kept += size;
                return;
            }

            all++;
            for (var i = 0; i < node.ChildCount; i++)
            {
                Count(node.Child(i));
            }
        }
    }

    private static Dictionary<GreenNode, int> SizesOf(GreenNode root)
    {
        var sizes = new Dictionary<GreenNode, int>(ReferenceEqualityComparer.Instance);
        Size(root);
        return sizes;

        int Size(GreenNode node)
        {
            if (sizes.TryGetValue(node, out var known))
            {
                return known;
            }

            var size = 1;
            for (var i = 0; i < node.ChildCount; i++)
            {
                size += Size(node.Child(i));
            }

            return sizes[node] = size;
        }
    }

    private static string MakeChain()
    {
        var lines = Enumerable.Range(1, Statements - 1).Select(i => i % 2 == 1
            ? $"  v{i} = clip(v{i - 1}, min: 0.0, max: 6.0)\n"
            : $"  v{i} = conv2d(v{i - 1}, filters: 64, kernel: 3, stride: 1, pad: 1)\n");
        return "weights seeded(1)\n\nnetwork chain(v0: f32[1, 64, 56, 56]) {\n" + string.Concat(lines) + $"  return v{Statements - 1}\n}}\n";
    }
}
