using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

/// <summary>Whatever a snapshot answers after any series of edits is what a fresh compilation of the same text answers.</summary>
public sealed class IncrementalTests
{
    private const int Cases = 300;
    private const int EditsPerCase = 6;

    private static readonly string[] Sources =
    [
        """
        weights seeded(1)
        width = 8
        sizes = [8, 16]

        block unit(x: f32[N, C, H, W], filters: int, stride: int = 1, act: stage = relu) -> f32[N, filters, (H - 1) / stride + 1, (W - 1) / stride + 1] {
          a = conv2d(x, filters, kernel: 3, stride: stride, pad: 1, bias: false) |> batch_norm |> act
          b = conv2d(a, filters, kernel: 1) |> batch_norm
          s = if stride == 1 and C == filters { x } else { conv2d(x, filters, kernel: 1, stride: stride) }
          return act(b + s)
        }

        network main(image: f32[N, 3, H, W]) -> (y: f32[N, 10]) {
          dim N = 1, H = 16, W = 16
          assert H % 4 == 0, "two halvings"
          x = conv2d(image, width, kernel: 3, pad: 1) |> relu @engine(scalar)
          repeat 2 as layer { x = unit(x, filters: width) }
          repeat sizes as size {
            x = unit(x, filters: size, stride: if size == 8 { 1 } else { 2 }, act: leaky_relu(slope: 0.1))
            if size == 16 { x = max_pool2d(x, kernel: 2) }
          }
          left = relu(x) @before(right)
          right = sigmoid(x)
          both = concat([left, right], axis: 1)
          skips = [left, right]
          z = skips[0] * 0.5 + both[:, :16]
          y = global_avg_pool(z) |> dense(10)
          return y
        }
        """,
        """
        block mlp(x: f32[N, D], hidden: int = 4 * D) {
          up = dense(x, units: hidden) |> silu
          down = dense(up, units: D)
          return down
        }

        block tower(x: tensor, depth: int) {
          repeat depth as i {
            y = mlp(x)
            x = x + y
            x = mlp(x, hidden: 8 * (i + 1)) @name(second)
          }
          return x, skipped: x * 2.0
        }

        network other(a: f32[B, 6]) {
          r = tower(a, depth: 2)
          t = r.x - r.skipped
          if 2 > 1 { u = t } else { u = a }
          k = constant([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) * 2.0
          v = weight(f32[6, 6], key: "v")
          return matmul(u * k, v) |> softmax(-1)
        }

        network main(a: f32[2, 6]) { return other(a) }
        device small = neuron_core_v2 with { memory sbuf { bytes: 96KiB @measured("x") } }
        """,
    ];

    private static readonly string[] Fragments =
    [
        "x", "y", "a", "relu", "conv2d(x, 8, kernel: 1)", "(", ")", "{", "}", "\n", " ", "1", "2", "0", "+", "|>", "@pin", "// c", "H", "N",
        "width", "filters", "stride: 2", "repeat 3 as k { x = relu(x) }\n", "x = relu(x)\n", "if true { x = relu(x) }\n", ",", "\"", "[", "]", "=",
        "batch_norm", "dense(x, 4)", "return x\n", "block", "unit(x, 8)", "assert H == 16\n", "dim N = 2\n", "none", "sizes", ".shape[0]", "_",
    ];

    [Fact]
    public void Edited_snapshots_equal_fresh_compilations()
    {
        PropertySeed.ForEach(Cases, random =>
        {
            var text = Sources[random.Next(Sources.Length)].ReplaceLineEndings("\n");
            var tree = SyntaxTree.Parse(text);
            var compilation = Compilation.Create(tree);
            Describe(compilation);
            for (var i = 0; i < EditsPerCase; i++)
            {
                var change = RandomChange(random, text);
                text = string.Concat(text.AsSpan(0, change.Span.Start), change.NewText, text.AsSpan(change.Span.End));
                tree = tree.WithChange(change);
                compilation = compilation.WithTree(tree);
                var fresh = Compilation.Create(SyntaxTree.Parse(text));
                if (random.Next(4) != 0 || i == EditsPerCase - 1)
                {
                    AssertEqual(Describe(fresh), Describe(compilation), $"after {change.Span} -> {change.NewText} in\n{text}");
                }
            }
        });
    }

    [Fact]
    public void An_undone_edit_gives_the_same_answers()
    {
        PropertySeed.ForEach(40, random =>
        {
            var text = Sources[random.Next(Sources.Length)].ReplaceLineEndings("\n");
            var tree = SyntaxTree.Parse(text);
            var compilation = Compilation.Create(tree);
            var before = Describe(compilation);
            var change = RandomChange(random, text);
            var removed = text.Substring(change.Span.Start, change.Span.Length);
            compilation = compilation.WithTree(tree = tree.WithChange(change));
            Describe(compilation);
            compilation = compilation.WithTree(tree.WithChange(new TextChange(new TextSpan(change.Span.Start, change.NewText.Length), removed)));
            Assert.Equal(before, Describe(compilation));
        });
    }

    private static void AssertEqual(string fresh, string incremental, string when)
    {
        var (left, right) = (fresh.Split('\n'), incremental.Split('\n'));
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var (a, b) = (i < left.Length ? left[i] : "nothing", i < right.Length ? right[i] : "nothing");
            Assert.True(a == b, $"line {i}\nfresh:       {a}\nincremental: {b}\n{when}");
        }
    }

    internal static string Describe(Compilation compilation)
    {
        var result = new StringBuilder();
        foreach (var diagnostic in compilation.Diagnostics)
        {
            result.Append(CultureInfo.InvariantCulture, $"{diagnostic.Code} {diagnostic.Severity} {diagnostic.Location.Span} {diagnostic.Message} / {diagnostic.Help}");
            foreach (var related in diagnostic.Related)
            {
                result.Append(CultureInfo.InvariantCulture, $" -> {related.Location.Span} {related.Message}");
            }

            foreach (var fix in diagnostic.Fixes)
            {
                result.Append(CultureInfo.InvariantCulture, $" fix {fix.Title} {string.Join(";", fix.Edits.Select(e => $"{e.Location.Span} {e.NewText}"))}");
            }

            result.Append('\n');
        }

        foreach (var name in compilation.Networks)
        {
            if (compilation.GetNetwork(name) is { } network)
            {
                result.Append(NetworkDump.Text(network));
                foreach (var layer in network.Layers)
                {
                    result.Append(CultureInfo.InvariantCulture, $"{compilation.Tree.PositionOf(layer.Anchor.Statement)} {layer.Anchor.Span} ");
                }
            }
        }

        return result.ToString();
    }

    private static TextChange RandomChange(Random random, string text)
    {
        switch (random.Next(7))
        {
            case 0:
                var at = random.Next(text.Length + 1);
                return new TextChange(new TextSpan(at, 0), Fragments[random.Next(Fragments.Length)]);
            case 1:
                var start = random.Next(text.Length + 1);
                return new TextChange(new TextSpan(start, Math.Min(random.Next(4), text.Length - start)), string.Empty);
            case 2:
                return ReplaceWord(random, text);
            case 3:
                var (from, to) = Line(random, text);
                return new TextChange(TextSpan.FromBounds(from, to), string.Empty);
            case 4:
                var (first, end) = Line(random, text);
                return new TextChange(new TextSpan(first, 0), text[first..end]);
            case 5:
                var (source, sourceEnd) = Line(random, text);
                var (target, _) = Line(random, text);
                return new TextChange(new TextSpan(target, 0), text[source..sourceEnd]);
            default:
                var (line, _) = Line(random, text);
                return new TextChange(new TextSpan(line, 0), Fragments[random.Next(Fragments.Length)] + (random.Next(2) == 0 ? "\n" : " "));
        }
    }

    private static (int From, int To) Line(Random random, string text)
    {
        var at = random.Next(text.Length);
        var from = text.LastIndexOf('\n', at) + 1;
        var to = text.IndexOf('\n', at);
        return (Math.Min(from, to < 0 ? text.Length : to + 1), to < 0 ? text.Length : to + 1);
    }

    private static TextChange ReplaceWord(Random random, string text)
    {
        var at = random.Next(text.Length);
        while (at < text.Length && !char.IsAsciiLetterOrDigit(text[at]))
        {
            at++;
        }

        var start = at;
        while (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
        {
            start--;
        }

        var end = at;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        ImmutableArray<string> words = ["x", "y", "a", "8", "3", "2", "relu", "sigmoid", "left", "main", "unit", "f32", "i64", "dense", "N", "true", "foo"];
        return new TextChange(TextSpan.FromBounds(start, end), words[random.Next(words.Length)]);
    }
}
