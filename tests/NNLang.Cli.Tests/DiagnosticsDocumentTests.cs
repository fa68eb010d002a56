using System.Text.RegularExpressions;
using NNLang.Testing;
using NNLang.Workspaces.Texts;

namespace NNLang.Cli.Tests;

/// <summary>docs/diagnostics.md lists every code with its severity and meaning, and its examples have the codes they are shown for.</summary>
public sealed partial class DiagnosticsDocumentTests
{
    public static TheoryData<string> Examples => [.. Rows().Where(row => row.Example != "-").Select(row => row.Code)];

    [Fact]
    public void The_tables_list_every_code()
    {
        var declared = Explanations.All
            .Select(code => (code.Code, code.Severity.ToString().ToLowerInvariant(), code.Documentation.Trim().ReplaceLineEndings(" ")));
        var documented = Rows().Select(row => (row.Code, row.Severity, row.Meaning));
        Assert.Equal(declared, documented);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_has_its_code(string code)
    {
        using var file = new TemporaryFile("example.nn", TextOf(Rows().Single(row => row.Code == code).Example));
        var (_, output, error) = Nnc.Run("check", file.Path, "--json");
        Assert.True(output.Contains($"\"{code}\"", StringComparison.Ordinal), $"{File.ReadAllText(file.Path)}\n{output}{error}");
    }

    private static IEnumerable<(string Code, string Severity, string Meaning, string Example)> Rows() =>
        from line in File.ReadLines(Repository.PathOf("docs/diagnostics.md"))
        where line.StartsWith("| NN", StringComparison.Ordinal)
        let cells = line[2..^2].Split(" | ")
        select (cells[0], cells[1], cells[2].Replace("\\|", "|", StringComparison.Ordinal), cells[3]);

    private static string TextOf(string example)
    {
        var parts = Example().Match(example);
        Assert.True(parts.Success, example);
        var text = parts.Groups["text"].Value.Trim().Replace(" ⏎", "\n", StringComparison.Ordinal);
        return parts.Groups["place"].Value switch
        {
            "file" => text + "\n",
            "device" => $"device d = neuron_core_v2 with {{\n{text}\n}}\n",
            _ => $"weights seeded(1)\nnetwork n(x: f32[1, 4, 4, 4]) {{\n{text}\n{(text.Contains("return", StringComparison.Ordinal) ? "" : "return x\n")}}}\n",
        };
    }

    [GeneratedRegex(@"^(?:\*(?<place>file|device)\* )?(?<fence>`+)(?<text>.*?)(?<!`)\k<fence>$", RegexOptions.ExplicitCapture)]
    private static partial Regex Example();
}
