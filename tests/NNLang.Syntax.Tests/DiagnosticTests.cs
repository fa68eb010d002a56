using System.Text;
using NNLang.Testing;

namespace NNLang.Syntax.Tests;

public sealed class DiagnosticTests
{
    [Theory]
    [MemberData(nameof(Corpus.BrokenFiles), MemberType = typeof(Corpus))]
    public void Broken_files_tell_what_is_wrong(string name)
    {
        var (text, _) = Corpus.ReadBroken(name);
        var report = Report(SyntaxTree.Parse(text));
        Snapshot.Match($"tests/NNLang.Syntax.Tests/Corpus/{name.Replace(".nn", ".diagnostics", StringComparison.Ordinal)}", report);
    }

    [Theory]
    [MemberData(nameof(Corpus.BrokenFiles), MemberType = typeof(Corpus))]
    public void Diagnostics_stand_on_broken_lines_only_and_repaired_files_are_clean(string name)
    {
        var (text, fixes) = Corpus.ReadBroken(name);
        var tree = SyntaxTree.Parse(text);
        foreach (var diagnostic in tree.Diagnostics)
        {
            var line = tree.Text.LineOf(diagnostic.Location.Span.Start) + 1;
            Assert.True(fixes.ContainsKey(line) || IsPlausible(name, line), $"{name}:{line} {diagnostic}");
        }

        var lines = text.Split('\n');
        var repaired = string.Join('\n', lines.Select((l, i) => fixes.TryGetValue(i + 1, out var fix) ? fix : l));
        Assert.Empty(SyntaxTree.Parse(repaired).Diagnostics);
    }

    // Brackets are told where they stand, which need not be the line that a fix would change.
    private static bool IsPlausible(string name, int line) => (name, line) switch
    {
        ("broken/02_missing_brace.nn", 2) => true,
        ("broken/03_missing_open_brace.nn", 5) => true,
        ("broken/09_device.nn", 13) => true,
        ("broken/10_multiline_open.nn", 2 or 18) => true,
        ("broken/11_python_multiline.nn", 10 or 13) => true,
        _ => false,
    };

    internal static string Report(SyntaxTree tree)
    {
        var report = new StringBuilder();
        foreach (var diagnostic in tree.Diagnostics)
        {
            var span = diagnostic.Location.Span;
            report.Append(tree.Text.PositionOf(span.Start)).Append(' ').Append(diagnostic.Code).Append(" '")
                .Append(tree.Text.ToString(span)).Append("' ").Append(diagnostic.Message).Append(" / ").Append(diagnostic.Help).Append('\n');
            foreach (var fix in diagnostic.Fixes)
            {
                report.Append("    fix: ").Append(fix.Title).Append('\n');
            }
        }

        return report.ToString();
    }
}
