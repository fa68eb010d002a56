using System.Text;

namespace NNLang.Syntax.Tests;

/// <summary>Random sound statements, and random edits of every kind that people make.</summary>
internal sealed class RandomText(Random random)
{
    private static readonly string[] Names = ["x", "y", "stem", "conv1", "skip", "N", "depth", "_", "weights", "dim", "block", "device", "`/q/7:0`"];
    private static readonly string[] Callees = ["relu", "conv2d", "concat", "blocks.unit", "matmul"];
    private static readonly string[] Labels = ["filters", "kernel", "pad", "if", "as", "weights", "\"a.b\""];
    private static readonly string[] Atoms = ["0", "64", "1e-5", "0.5", "inf", "0x1F", "1_000", "2.8GHz", "192KiB", "true", "none", "\"s/1\"", "nan"];
    private static readonly string[] Operators = ["+", "-", "*", "/", "%", "**", "==", "<", ">=", "and", "or"];
    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", "\"", "`", "=", ",", ":", "|>", "@", " ", "\n", "\r\n", "\r", "x", "1", ".", ";", "#", "//", "///", "'", "&&", "!", "+=",
        "\u00e9", "$", "\n\n", "else ", "if ", "return ", "network m(x: f32[1]) {\n", "}\n", "repeat 2 as i {\n", " -> ", "import ", "weights ", "\t", "\uFEFF",
        "dim N = 1\n", "a = relu(b)\n", "  |> relu\n", "kernel=3,\n", "block ", "device d = e with {\n", "engine t {\n", "clock: 1GHz,\n", "\\",
    ];

    private T Pick<T>(params ReadOnlySpan<T> from) => from[random.Next(from.Length)];

    private string Join(int least, int most, Func<string> make) =>
        string.Join(", ", Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => make()));

    /// <summary>A statement that parses without a problem.</summary>
    public string Statement(int depth = 0) => random.Next(depth > 2 ? 8 : 12) switch
    {
        < 5 => $"{Pick<string>(Names)} = {Expression(0)}",
        5 => $"{Pick<string>(Names)}, {Pick<string>(Names)} = {Expression(0)}",
        6 => $"assert {Term(1)}, \"why\"",
        7 => $"{Pick<string>(Callees)}{Arguments(0)} |> relu",
        8 => $"dim N = {Term(2)}, H = 224",
        9 => $"repeat {Term(2)} as i {Body(depth)}",
        10 => $"if {Term(1)} {Body(depth)}{(random.Next(2) == 0 ? " else " + Body(depth) : string.Empty)}",
        _ => $"return {Pick<string>(Names)}: {Expression(0)}",
    };

    /// <summary>Statements in braces, one a line.</summary>
    public string Body(int depth)
    {
        var body = new StringBuilder("{\n");
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            body.Append(Statement(depth + 1)).Append(random.Next(5) == 0 ? " // note\n" : "\n");
        }

        return body.Append('}').ToString();
    }

    /// <summary>An edit: where, how much goes, and what comes.</summary>
    public (int Start, int Length, string NewText) Edit(string text)
    {
        var at = random.Next(text.Length + 1);
        switch (random.Next(12))
        {
            case 0:
                return (at, 0, Statement() + "\n");
            case 1:
                return (at, Math.Min(random.Next(1, 40), text.Length - at), string.Empty);
            case 2:
                var line = LineAt(text, at);
                return (line.Start, line.Length, string.Empty);
            case 3:
                line = LineAt(text, at);
                return (line.Start, 0, text.Substring(line.Start, line.Length));
            case 4:
                line = LineAt(text, at);
                return (line.Start, 0, Statement() + "\n");
            case 5:
                return (at, Math.Min(random.Next(3), text.Length - at), string.Concat(Pick<string>(Pieces), Pick<string>(Pieces)));
            case 6:
                var brace = text.IndexOfAny(['{', '}', '(', ')'], Math.Min(at, Math.Max(0, text.Length - 1)));
                return brace < 0 ? (at, 0, "}") : (brace, 1, random.Next(2) == 0 ? string.Empty : Pick("{", "}", "(", ")"));
            case 7:
                return (at, Math.Min(1, text.Length - at), string.Empty);
            default:
                return (at, Math.Min(random.Next(2), text.Length - at), Pick<string>(Pieces));
        }
    }

    private static (int Start, int Length) LineAt(string text, int at)
    {
        var start = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var end = text.IndexOf('\n', start);
        return (start, (end < 0 ? text.Length : end + 1) - start);
    }

    private string Arguments(int depth)
    {
        var positional = Join(0, 2, () => Expression(depth + 1));
        var named = Join(0, 2, () => $"{Pick<string>(Labels)}: {Expression(depth + 1)}");
        return $"({positional}{(positional.Length > 0 && named.Length > 0 ? ", " : string.Empty)}{named})";
    }

    private string Operand(int depth) => (depth > 3 ? random.Next(2) : random.Next(9)) switch
    {
        0 => Pick<string>(Names),
        1 => Pick<string>(Atoms),
        2 or 3 => Pick<string>(Callees) + Arguments(depth),
        4 => $"{Pick<string>(Names)}[{Pick("...", ":3", "0, 1", "a:b:2", "::2")}]",
        5 => $"{Pick<string>(Names)}.shape[1]",
        6 => $"({Expression(depth + 1)})",
        7 => $"[{Join(0, 4, () => Expression(depth + 1))}]",
        _ => $"if {Term(depth + 1)} {{ {Expression(depth + 1)} }} else {{ {Expression(depth + 1)} }}",
    };

    private string Term(int depth) => (depth > 3 ? 0 : random.Next(8)) switch
    {
        < 4 => Operand(depth),
        4 => "-" + Operand(depth + 1),
        5 => "not " + Operand(depth + 1),
        _ => Operand(depth + 1) + " " + Pick<string>(Operators) + " " + Operand(depth + 1),
    };

    private string Expression(int depth)
    {
        var result = new StringBuilder(Term(depth));
        if (random.Next(8) == 0)
        {
            result.Append(Pick(" @pin", " @after(stem)", " @precision(bf16)"));
        }

        for (var i = depth < 3 ? random.Next(3) : 0; i > 0; i--)
        {
            result.Append(depth == 0 && random.Next(3) == 0 ? "\n    |> " : " |> ").Append(Pick<string>(Callees));
            result.Append(random.Next(2) == 0 ? Arguments(depth + 1) : string.Empty);
        }

        return result.ToString();
    }
}
