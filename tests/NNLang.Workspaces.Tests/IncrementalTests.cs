using NNLang.Syntax.Text;
using NNLang.Testing;
using NNLang.Workspaces.Features;
using NNLang.Workspaces.Features.Actions;
using NNLang.Workspaces.Features.Completion;
using NNLang.Workspaces.Features.Hovers;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Tests.Support;

namespace NNLang.Workspaces.Tests;

/// <summary>After any edits a document says what a fresh one of the same text says.</summary>
public sealed class IncrementalTests
{
    private static readonly string[] Pieces =
    [
        "relu(", ")", "x", " = ", "\n", "conv2d(x, filters: 8, kernel: 1)", "3", "{", "}", "@pin", "return ", "left", "|>", "// c\n", "stem", "dim N = 2\n", "é", "\"", "`",
    ];

    [Fact]
    public void RandomEditsGiveTheDiagnosticsAndHintsOfAFreshDocument() => PropertySeed.ForEach(20, random =>
    {
        var document = Documents.Open(Documents.Residual);
        var text = Documents.Residual;
        for (var edit = 0; edit < 12; edit++)
        {
            var start = random.Next(text.Length + 1);
            var length = Math.Min(text.Length - start, random.Next(3) == 0 ? random.Next(12) : 0);
            var change = new TextChange(new TextSpan(start, length), random.Next(4) == 0 ? "" : Pieces[random.Next(Pieces.Length)]);
            text = text.Remove(start, length).Insert(start, change.NewText);
            document = document.WithChanges(edit + 2, [_ => change]);
            var fresh = Documents.Open(text);
            Assert.Equal(Told(fresh), Told(document));
        }
    });

    [Fact]
    public void FindingsAreCarriedOverUntilTheirStatementChanges()
    {
        var scheduled = Documents.Scheduled(Documents.Residual);
        var before = scheduled.Text.ToString().IndexOf("weights", StringComparison.Ordinal);
        var later = scheduled.WithChanges(2, [_ => new TextChange(new TextSpan(before, 0), "// a comment\n")]);
        Assert.False(later.IsScheduled);
        Assert.Equal(Found(scheduled), Found(later));
        Assert.Equal(scheduled.Schedules, later.Schedules);
    }

    [Fact]
    public void FeaturesSurviveAnyPlaceOfAnyText() => PropertySeed.ForEach(6, random =>
    {
        var text = Documents.Residual;
        for (var i = 0; i < 15; i++)
        {
            var start = random.Next(text.Length);
            text = text.Remove(start, Math.Min(text.Length - start, random.Next(6))).Insert(start, Pieces[random.Next(Pieces.Length)]);
        }

        var document = Documents.Open(text);
        for (var position = 0; position <= text.Length; position += 1 + random.Next(4))
        {
            HoverFeature.Compute(document, WorkspaceSettings.Default, position);
            CompletionFeature.Compute(document, WorkspaceSettings.Default, position);
            SignatureHelpFeature.Compute(document, position);
            CodeActionFeature.Compute(document, new TextSpan(position, 0));
        }

        CodeLensFeature.Compute(document);
        InlayHintFeature.Compute(document, WorkspaceSettings.Default, new TextSpan(0, text.Length));
    });

    private static string Told(Document document) =>
        string.Join('\n', DocumentDiagnostics.Compute(document).Select(diagnostic => diagnostic.ToString()))
        + string.Join('\n', InlayHintFeature.Compute(document, WorkspaceSettings.Default, new TextSpan(0, document.Text.Length)).Select(hint => $"{hint.Position}{hint.Label}"));

    private static IEnumerable<string> Found(Document document) =>
        DocumentDiagnostics.Compute(document).Where(diagnostic => diagnostic.Code.StartsWith("NN6", StringComparison.Ordinal)).Select(diagnostic => diagnostic.Message);
}
