using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Tests;

/// <summary>Each code with a text that has it, one that comes close and has not, and what its fix makes of the first.</summary>
public sealed class DiagnosticCodeTests
{
    private static readonly (string Code, string Rejected, string Accepted, string? Fixed)[] Cases =
    [
        ("NN1001", "x = f(\"a.b)\n", "x = f(\"a.b\")\n", null),
        ("NN1001", "weights \"m\n", "weights \"m\"\n", "weights \"m\"\n"),
        ("NN1002", "`odd name = f(y)\n", "`odd name` = f(y)\n", "`odd name` = f(y)\n"),
        ("NN1003", "`` = f(y)\n", "`a` = f(y)\n", null),
        ("NN1004", "x = \"a\\q\"\n", "x = \"a\\n\\u{1F600}\"\n", "x = \"a\\\\q\"\n"),
        ("NN1005", "x = .5\n", "x = 0.5\n", "x = 0.5\n"),
        ("NN1005", "x = 3x3\n", "x = [3, 3]\n", "x = [3, 3]\n"),
        ("NN1005", "x = 1.\n", "x = 1e5\n", "x = 1.0\n"),
        ("NN1006", "x = 'same'\n", "x = \"same\"\n", "x = \"same\"\n"),
        ("NN1007", "# note\nx = y\n", "// note\nx = y\n", "// note\nx = y\n"),
        ("NN1007", "x = y /* note */\n", "x = y // note\n", "x = y // note\n"),
        ("NN1008", "x = a&&b\n", "x = a and b\n", "x = a and b\n"),
        ("NN1008", "x = !a\n", "x = a != b\n", "x = not a\n"),
        ("NN1009", "x = a;\n", "x = a\n", "x = a\n"),
        ("NN1009", "x = a; y = b\n", "x = a\ny = b\n", "x = a\n y = b\n"),
        ("NN1010", "x *= a + b\n", "x = x * (a + b)\n", "x = x * (a + b)\n"),
        ("NN1010", "x += a\n", "x = x + a\n", "x = x + a\n"),
        ("NN1011", "x = a $\n", "x = a\n", "x = a \n"),
        ("NN1012", "x = f(a, kernel=3)\n", "x = f(a, kernel: 3)\n", "x = f(a, kernel: 3)\n"),
        ("NN1013", "größe = a\n", "`größe` = a\n", "`größe` = a\n"),
        ("NN1014", "y = a\n/// text\n\nx = a\n", "y = a\n/// text\nx = a\n", null),
        ("NN1020", "x = f([a, b\ny = c\n", "x = f([a, b])\ny = c\n", "x = f([a, b])\ny = c\n"),
        ("NN1020", "network n(x: f32[1]) {\n  return x\n", "network n(x: f32[1]) {\n  return x\n}\n", null),
        ("NN1021", "x = f(a))\n", "x = f(a)\n", "x = f(a)\n"),
        ("NN1021", "x = f(a)\n}\n", "x = f(a)\n", "x = f(a)\n\n"),
        ("NN1030", "x =\n", "x = y\n", null),
        ("NN1031", "x = f(a) |>\n", "x = f(a) |> g\n", null),
        ("NN1032", "block f(x: ) {\n  return x\n}\n", "block f(x) {\n  return x\n}\n", null),
        ("NN1033", "block f(x)\n", "block f(x) {\n}\n", null),
        ("NN1034", "x = a b\n", "x = a\n", null),
        ("NN1035", "x = f(a b)\n", "x = f(a, b)\n", null),
        ("NN1036", "x = a < b < c\n", "x = a < b and b < c\n", "x = a < b and b < c\n"),
        ("NN8004", "x = " + new string('-', 2000) + "y\n", "x = " + new string('-', 1000) + "y\n", null),
    ];

    public static TheoryData<string, string, string, string?> All
    {
        get
        {
            var data = new TheoryData<string, string, string, string?>();
            foreach (var (code, rejected, accepted, repaired) in Cases)
            {
                data.Add(code, rejected, accepted, repaired);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_code_is_told_where_it_holds_and_nowhere_else(string code, string rejected, string accepted, string? repaired)
    {
        var tree = SyntaxTree.Parse(rejected);
        var diagnostic = Assert.Single(tree.Diagnostics, d => d.Code == code);
        Assert.True(diagnostic.Message.Length is > 0 and <= 90, diagnostic.Message);
        Assert.DoesNotContain('\n', diagnostic.Message + diagnostic.Help);
        Assert.True(diagnostic.Location.Span is { Start: >= 0, Length: >= 0 } span && span.End <= rejected.Length);
        Assert.Empty(SyntaxTree.Parse(accepted).Diagnostics);
        if (repaired is not null)
        {
            Assert.Equal(repaired, Apply(rejected, Assert.Single(diagnostic.Fixes)));
            Assert.Empty(SyntaxTree.Parse(repaired).Diagnostics);
        }
    }

    [Fact]
    public void Every_code_has_its_cases_and_its_texts()
    {
        foreach (var descriptor in SyntaxDiagnostics.All)
        {
            Assert.Contains(Cases, c => c.Code == descriptor.Code);
            Assert.NotEmpty(descriptor.Documentation);
            Assert.NotEmpty(descriptor.HelpTemplate);
        }

        Assert.Equal(SyntaxDiagnostics.All.Length, SyntaxDiagnostics.All.Select(d => d.Code).Distinct().Count());
    }

    [Fact]
    public void A_condition_between_its_values_is_told_how_to_write_it() =>
        Assert.Equal("To choose between two values write if c { x } else { y }.", Assert.Single(SyntaxTree.Parse("x = a if b else c\n").Diagnostics).Help);

    [Fact]
    public void The_comment_that_begins_a_file_may_stand_alone()
    {
        Assert.Empty(SyntaxTree.Parse("/// About the file.\n\nx = a\n").Diagnostics);
        Assert.Equal("Adds.", SyntaxTree.Parse("/// Lost.\n\n/// Adds.\nx = a\n").Root.Members[0].Documentation);
    }

    private static string Apply(string text, CodeFix fix)
    {
        var source = SourceText.From(text);
        foreach (var edit in fix.Edits.OrderByDescending(e => e.Location.Span.Start))
        {
            source = source.WithChange(new TextChange(edit.Location.Span, edit.NewText));
        }

        return source.ToString();
    }
}
