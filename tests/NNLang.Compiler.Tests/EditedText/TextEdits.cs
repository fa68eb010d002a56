using System.Globalization;
using System.Text.RegularExpressions;
using NNLang.Syntax.Text;

namespace NNLang.Compiler.Tests.EditedText;

/// <summary>Random edits of networks: those an author makes (numbers, operators, lines), and those that break things.</summary>
internal static partial class TextEdits
{
    public static readonly string[] Sources =
    [
        """
        weights seeded(1)
        block unit(x: f32[N, C, H, W], filters: int) {
          a = conv2d(x, filters: filters, kernel: 3, pad: 1, bias: false) |> batch_norm |> relu
          b = conv2d(a, filters: filters, kernel: 1)
          s = if C == filters { x } else { conv2d(x, filters: filters, kernel: 1) }
          return relu(b + s)
        }
        network main(image: f32[1, 3, 8, 8]) {
          x = conv2d(image, filters: 8, kernel: 3, pad: 1) |> relu
          x = unit(x, filters: 8)
          x = unit(x, filters: 12)
          left = max_pool2d(x, kernel: 2)
          right = avg_pool2d(x, kernel: 2) |> sigmoid
          y = concat([left, right], axis: 1)
          z = global_avg_pool(y) |> dense(units: 10)
          return softmax(z, axis: -1)
        }
        """,
        """
        weights seeded(2)
        network main(a: f32[1, 6, 24], b: f32[1, 6, 24]) {
          p = dense(a, units: 32) |> sigmoid
          q = dense(b, units: 32) |> relu
          repeat 2 as i {
            p = dense(p, units: 32) |> sigmoid
            q = p + q
          }
          r = softmax(q, axis: -1)
          s = r * p
          t = dense(s, units: 8)
          return first: t, second: relu(q)
        }
        """,
        """
        weights seeded(3)
        network main(image: f32[1, 4, 10, 10]) {
          dim N = 1
          wide = conv2d(image, filters: 16, kernel: 1) |> clip(min: 0.0, max: 6.0)
          each = conv2d(wide, filters: 16, kernel: 3, stride: 2, pad: 1, groups: 16) |> batch_norm
          one = conv2d(each, filters: 8, kernel: 1) @after(two)
          two = conv2d(each, filters: 8, kernel: 3, pad: 1) |> relu
          sum = one + two
          out = transpose(sum, permutation: [0, 2, 3, 1])
          return out
        }
        """,
    ];

    private static readonly string[] Fragments =
    [
        "relu(", ")", "(", "{", "}", "\n", " ", "x", "1", "+", "|>", "@pin", "// note", ",", "[", "]", "=", "\"", "kernel: 3", " |> relu", "units: 4",
        "return x\n", "x = relu(x)\n", "block", "repeat 2 { x = relu(x) }\n",
    ];

    private static readonly (string From, string To)[] Replacements =
    [
        ("relu", "sigmoid"), ("sigmoid", "relu"), ("max_pool2d", "avg_pool2d"), ("avg_pool2d", "max_pool2d"), (" + ", " * "), (" * ", " + "),
        ("kernel: 1)", "kernel: 3, pad: 1)"), ("bias: false", "bias: true"), (" |> batch_norm", ""), (" @after(two)", ""), ("filters: 8", "filters: 16"),
        ("units: 32", "units: 16"), ("kernel: 3, pad: 1)", "kernel: 5, pad: 2)"), ("repeat 2", "repeat 3"),
    ];

    /// <summary>The next edit of a text.</summary>
    public static TextChange Next(Random random, string text) => random.Next(10) switch
    {
        < 3 => Number(random, text),
        < 6 => Replace(random, text),
        6 => SwapLines(random, text),
        7 => Duplicate(random, text),
        8 => Delete(random, text),
        _ => new TextChange(new TextSpan(random.Next(text.Length + 1), 0), Fragments[random.Next(Fragments.Length)]),
    };

    /// <summary>The smallest change that makes one text of another.</summary>
    public static TextChange Between(string from, string to)
    {
        var start = 0;
        while (start < from.Length && start < to.Length && from[start] == to[start])
        {
            start++;
        }

        var end = 0;
        while (end < from.Length - start && end < to.Length - start && from[^(end + 1)] == to[^(end + 1)])
        {
            end++;
        }

        return new TextChange(TextSpan.FromBounds(start, from.Length - end), to[start..^end]);
    }

    private static TextChange Number(Random random, string text)
    {
        var numbers = Digits().Matches(text);
        var chosen = numbers[random.Next(numbers.Count)];
        var value = int.Parse(chosen.Value, CultureInfo.InvariantCulture);
        var next = random.Next(3) == 0 ? value * 2 : Math.Max(0, value + random.Next(-1, 3));
        return new TextChange(new TextSpan(chosen.Index, chosen.Length), next.ToString(CultureInfo.InvariantCulture));
    }

    private static TextChange Replace(Random random, string text)
    {
        var (from, to) = Replacements[random.Next(Replacements.Length)];
        var at = text.IndexOf(from, random.Next(text.Length), StringComparison.Ordinal);
        return at < 0 ? Number(random, text) : new TextChange(new TextSpan(at, from.Length), to);
    }

    private static TextChange SwapLines(Random random, string text)
    {
        var lines = text.Split('\n');
        var line = random.Next(lines.Length - 1);
        var start = lines.Take(line).Sum(l => l.Length + 1);
        var length = lines[line].Length + 1 + lines[line + 1].Length;
        return new TextChange(new TextSpan(start, length), lines[line + 1] + "\n" + lines[line]);
    }

    private static TextChange Duplicate(Random random, string text)
    {
        var lines = text.Split('\n');
        var line = random.Next(lines.Length);
        var start = lines.Take(line).Sum(l => l.Length + 1);
        return new TextChange(new TextSpan(start, 0), lines[line] + "\n");
    }

    private static TextChange Delete(Random random, string text)
    {
        var start = random.Next(text.Length);
        return new TextChange(new TextSpan(start, Math.Min(random.Next(1, 12), text.Length - start)), "");
    }

    [GeneratedRegex("(?<![A-Za-z_0-9.])[0-9]+(?![0-9.])")]
    private static partial Regex Digits();
}
