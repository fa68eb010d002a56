using NNLang.Compiler.CompilationPipeline;
using NNLang.Workspaces.Features;
using NNLang.Workspaces.Features.Actions;
using NNLang.Workspaces.Features.Completion;
using NNLang.Workspaces.Features.Names;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Tests.Support;

namespace NNLang.Workspaces.Tests.Features;

public sealed class EditingTests
{
    private static IReadOnlyList<string> Complete(string marked)
    {
        var text = MarkedText.Parse(marked);
        return [.. CompletionFeature.Compute(Documents.Open(text.Text), WorkspaceSettings.Default, text.Position).Entries.Select(entry => entry.Label)];
    }

    private static string Rename(string marked, string name)
    {
        var text = MarkedText.Parse(marked);
        var renaming = RenameFeature.Compute(Documents.Open(text.Text), text.Position, name);
        return renaming.Problem ?? Documents.Apply(text.Text, renaming.Changes);
    }

    [Fact]
    public void HintsShowShapesAtOnceAndEnginesOnceThereIsASchedule()
    {
        var range = new Syntax.Text.TextSpan(0, Documents.Residual.Length);
        var before = InlayHintFeature.Compute(Documents.Open(Documents.Residual), WorkspaceSettings.Default, range);
        Assert.Equal([": [1, 16, 56, 56]", ": [1, 16, 56, 56]", ": [1, 64, 56, 56]", ": [1, 64, 56, 56]", ": [1, 64, 56, 56]", ": [1, 10]"], before.Select(hint => hint.Label));
        var document = Documents.Scheduled(Documents.Residual);
        var after = InlayHintFeature.Compute(document, WorkspaceSettings.Default, range);
        Assert.Contains(after, hint => !hint.IsType && hint.Label.StartsWith("tensor ", StringComparison.Ordinal));
        Assert.All(after.GroupBy(hint => document.Text.LineOf(hint.Position)), line => Assert.InRange(line.Sum(hint => hint.Label.Length), 1, 43));
        Assert.DoesNotContain(InlayHintFeature.Compute(document, WorkspaceSettings.Default with { Hints = HintMode.Shapes }, range), hint => !hint.IsType);
        Assert.Empty(InlayHintFeature.Compute(document, WorkspaceSettings.Default with { Hints = HintMode.None }, range));
    }

    [Fact]
    public void TheLensShowsTheMakespanOrTheErrors()
    {
        var lenses = CodeLensFeature.Compute(Documents.Scheduled(Documents.Residual));
        Assert.Equal([LensAction.Bisect, LensAction.Run, LensAction.ShowSchedule], lenses.Take(3).Select(lens => lens.Action));
        Assert.Matches(@"^[\d.]+ µs · (\d+ % over|at) the bound$", lenses[2].Title);
        var wrong = CodeLensFeature.Compute(Documents.Open(Documents.Residual.Replace("relu(stem)", "relu(stm)", StringComparison.Ordinal)));
        Assert.Equal(("1 error", LensAction.Reveal, 5), (wrong[2].Title, wrong[2].Action, wrong[2].Line));
    }

    [Fact]
    public void TheHeaderOfARepeatAndTheCallOfABlockShowWhatIsBelowThem()
    {
        const string text =
            """
            weights seeded(1)
            block unit(x) {
              return conv2d(x, filters: 16, kernel: 3, pad: 1)
            }
            network two(image: f32[1, 16, 28, 28]) -> (out: f32[1, 16, 28, 28]) {
              x = unit(image)
              repeat 3 as i {
                x = unit(x)
              }
              return out: x
            }
            """;
        var document = Documents.Scheduled(text);
        var hints = InlayHintFeature.Compute(document, WorkspaceSettings.Default, new Syntax.Text.TextSpan(0, text.Length))
            .Where(hint => !hint.IsType).ToDictionary(hint => document.Text.LineOf(hint.Position), hint => hint.Label);
        Assert.StartsWith("tensor ", hints[5], StringComparison.Ordinal);
        Assert.StartsWith("tensor ", hints[6], StringComparison.Ordinal);
        var time = (string label) => double.Parse(label.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(3, time(hints[6]) / time(hints[5]), 0.05);
    }

    [Fact]
    public void LongFormulasAreLeftOutAndALineHasOneTime()
    {
        const string text =
            """
            weights seeded(1)
            block unit(x: f32[N, C, H, W], filters: int, stride: int = 1) {
              a = conv2d(x, filters: filters, kernel: 3, stride: stride, pad: 1)
              return a
            }
            network n(image: f32[1, 8, 28, 28]) -> (out: f32[1, 16, 28, 28]) {
              x = unit(image, filters: 16)
              repeat 2 as same { x = unit(x, filters: 16) }
              return out: x
            }
            """;
        var document = Documents.Scheduled(text);
        var hints = InlayHintFeature.Compute(document, WorkspaceSettings.Default, new Syntax.Text.TextSpan(0, text.Length));
        var formula = hints.First(hint => document.Text.LineOf(hint.Position) == 2);
        Assert.Equal(": [N, filters, …, …]", formula.Label);
        Assert.Equal("`a: [N, filters, (H - 1) / stride + 1, (W - 1) / stride + 1]`", formula.Tooltip);
        Assert.All(hints.GroupBy(hint => document.Text.LineOf(hint.Position)), line => Assert.InRange(line.Count(hint => !hint.IsType), 0, 1));
        Assert.Single(hints, hint => !hint.IsType && document.Text.LineOf(hint.Position) == 7);
        Assert.Contains("instance: all", CodeLensFeature.Compute(document).Select(lens => lens.Title));
        var once = Documents.Scheduled(text.Replace("  repeat 2 as same { x = unit(x, filters: 16) }\n", "", StringComparison.Ordinal));
        Assert.DoesNotContain("instance: all", CodeLensFeature.Compute(once).Select(lens => lens.Title));
    }

    [Theory]
    [InlineData("network n(x: f32[N]) {\n}", "N", "network n(x: f32[N]) {\n  dim N = 1\n}")]
    [InlineData("network n(x: f32[N]) {\n  dim N\n}", "N", "network n(x: f32[N]) {\n  dim N = 1\n}")]
    [InlineData("network n(x: f32[N, M]) {\n  dim M = 2\n}", "N", "network n(x: f32[N, M]) {\n  dim N = 1\n  dim M = 2\n}")]
    [InlineData("network n(x: f32[N]) {\n    y = x\n}", "N", "network n(x: f32[N]) {\n    dim N = 1\n    y = x\n}")]
    [InlineData("network n(x: f32[N]) { y = x }", "N", "network n(x: f32[N]) {\n  dim N = 1\n  y = x }")]
    public void ADimensionIsBoundWhereALineForItBelongs(string before, string dimension, string after)
    {
        var change = DimensionBinding.Compute(Documents.Open(before).Tree, "n", dimension);
        Assert.NotNull(change);
        Assert.Equal(after, Documents.Apply(before, [change.Value]));
    }

    [Theory]
    [InlineData("network n(x: f32[1]) {\n  y = re$0\n}", "relu", "network")]
    [InlineData("network n(x: f32[1]) {\n  y = conv2d(x, $0)\n}", "kernel", "return")]
    [InlineData("network n(x: f32[1]) {\n  y = conv2d(x, kernel: 3, $0)\n}", "filters", "kernel")]
    [InlineData("network n(x: f32[1]) {\n  y = conv2d(x, pad: $0)\n}", "same", "kernel")]
    [InlineData("network n(x: f32[1]) {\n  y = relu(x) @$0\n}", "pin", "relu")]
    [InlineData("network n(x: f32[1]) {\n  y = relu(x) @engine($0)\n}", "scalar", "relu")]
    [InlineData("network n(x: f32[1]) {\n  $0\n}", "return", "relu")]
    [InlineData("$0", "network", "return")]
    [InlineData("network n(x: f32[1]) {\n  y = relu(x) |> $0\n}", "softmax", "x")]
    public void CompletionKnowsWhatMayStandThere(string text, string offered, string notOffered)
    {
        var labels = Complete(text);
        Assert.Contains(offered, labels);
        Assert.DoesNotContain(notOffered, labels);
    }

    [Fact]
    public void EnginesAreThoseThatCanRunTheOperation()
    {
        var scheduled = Documents.Scheduled(Documents.Residual);
        var place = Documents.Residual.IndexOf("act = relu(stem)", StringComparison.Ordinal) + "act = relu(stem)".Length;
        var edited = scheduled.WithChanges(2, [_ => new Syntax.Text.TextChange(new Syntax.Text.TextSpan(place, 0), " @engine()")]);
        var entries = CompletionFeature.Compute(edited, WorkspaceSettings.Default, place + " @engine(".Length).Entries;
        Assert.Equal(["scalar", "vector"], entries.Select(entry => entry.Label).Order());
        Assert.All(entries, entry => Assert.Matches(@"^[\d.]+ [nµ]s$", entry.Description));
    }

    [Fact]
    public void RenamingFollowsRebindingLoopsLabelsAndQuotes()
    {
        const string text =
            """
            block unit(x, wid$0th: int) {
              return conv2d(x, filters: width, kernel: 1)
            }
            network n(image: f32[1, 8, 4, 4]) -> (out: f32[1, 8, 4, 4]) {
              x = unit(image, width: 8)
              repeat 2 as i {
                x = unit(x, width: 8)
              }
              return out: x
            }
            """;
        Assert.Equal(text.Replace("$0", "", StringComparison.Ordinal).Replace("width", "channels", StringComparison.Ordinal), Rename(text, "channels"));
        var value = text.Replace("$0", "", StringComparison.Ordinal).Replace("repeat 2 as i {\n    x", "repeat 2 as i {\n    $0x", StringComparison.Ordinal);
        var renamed = Rename(value, "my value");
        Assert.Contains("  `my value` = unit(image, width: 8)", renamed, StringComparison.Ordinal);
        Assert.Contains("    `my value` = unit(`my value`, width: 8)", renamed, StringComparison.Ordinal);
        Assert.Contains("return out: `my value`", renamed, StringComparison.Ordinal);
        Assert.Contains("block unit(x, width: int)", renamed, StringComparison.Ordinal);
        Assert.Equal("'image' is already declared on line 4.", Rename(value, "image"));
        Assert.StartsWith("A name needs", Rename(value, "_"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheSignatureFollowsTheArgument()
    {
        var text = MarkedText.Parse("network n(x: f32[1, 3, 8, 8]) {\n  y = conv2d(x, 8, stride: $0)\n}");
        var signature = SignatureHelpFeature.Compute(Documents.Open(text.Text), text.Position);
        Assert.NotNull(signature);
        var active = signature.Parameters[signature.Active];
        Assert.Equal("stride: 1", signature.Label[active.Start..active.End]);
    }

    [Fact]
    public void FixesOfTheTextAreOffered()
    {
        var text = Documents.Residual.Replace("pad: 3", "padding: 3", StringComparison.Ordinal);
        var document = Documents.Open(text);
        var place = text.IndexOf("padding", StringComparison.Ordinal);
        var action = Assert.Single(CodeActionFeature.Compute(document, new Syntax.Text.TextSpan(place, 0)), action => action.IsPreferred);
        Assert.Equal(Documents.Residual, Documents.Apply(text, action.Changes));
    }

    [Fact]
    public void ARemedyMovesWholeStatementsWithTheirComments()
    {
        const string text =
            """
            network n(x: f32[1, 8, 4, 4]) -> (out: f32[1, 8, 4, 4]) {
              a = relu(x)

              // first of b
              // second of b
              b = sigmoid(x) // behind b
              c = tanh(x) @pin
              return out: a + b + c
            }

            """;
        var tree = Documents.Open(text).Tree;
        var statements = tree.Root.Members.OfType<Syntax.NetworkDeclarationSyntax>().Single().Body.Statements.Select(statement => statement.Green).ToList();
        var moved = Documents.Apply(text, RemedyEdits.Compute(tree, new Schedules.TextRemedy.Move(statements[1], statements[0], Above: true)));
        Assert.Contains("{\n  // first of b\n  // second of b\n  b = sigmoid(x) // behind b\n  a = relu(x)\n\n  c = tanh(x) @pin\n", moved, StringComparison.Ordinal);
        var ordered = Documents.Apply(text, RemedyEdits.Compute(tree, new Schedules.TextRemedy.Reorder([statements[2], statements[0]])));
        Assert.Contains("{\n  c = tanh(x) @pin\n\n  // first of b\n  // second of b\n  b = sigmoid(x) // behind b\n  a = relu(x)\n", ordered, StringComparison.Ordinal);
        var place = new Syntax.Diagnostics.SyntaxLocation(statements[2], new Syntax.Text.TextSpan(6, 7));
        Assert.Contains("  c = tanh(x)\n", Documents.Apply(text, RemedyEdits.Compute(tree, new Schedules.TextRemedy.RemoveAnnotation(place, "pin"))), StringComparison.Ordinal);
    }

    [Fact]
    public void ABranchOrderThatNeedsLessMemoryIsFoundAndItsFixRemovesIt()
    {
        const string text =
            """
            weights seeded(3)
            network branches(image: f32[N, 16, 56, 56]) -> (joined: f32[N, 528, 56, 56]) {
              dim N = 1
              stem = conv2d(image, filters: 64, kernel: 3, pad: 1)
              a = conv2d(stem, filters: 512, kernel: 1)
              b = conv2d(stem, filters: 1024, kernel: 1) |> conv2d(filters: 16, kernel: 1)
              return joined: concat([a, b], axis: 1)
            }
            """;
        var document = Documents.Scheduled(text);
        var finding = Assert.Single(DocumentDiagnostics.Compute(document), diagnostic => diagnostic.Code == CompilerCodes.BranchOrder.Code);
        var action = Assert.Single(CodeActionFeature.Compute(document, finding.Location.Span), action => action.Diagnostic.Code == finding.Code);
        var after = Documents.Scheduled(Documents.Apply(text, action.Changes));
        Assert.DoesNotContain(DocumentDiagnostics.Compute(after), diagnostic => diagnostic.Code == finding.Code);
        Assert.True(Peak(after) < Peak(document), $"{Peak(after)} is not below {Peak(document)}");

        static long Peak(Document of) => of.Schedules["branches"].Compiled.SourceOrderSchedule!.Memories[0].Peak;
    }
}
