using NNLang.Workspaces.Features.Completion;
using NNLang.Workspaces.Features.Hovers;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Tests.Support;

namespace NNLang.Workspaces.Tests.Features;

public sealed class WeightKeyTests
{
    private const string Text =
        """
        weights "net.safetensors" { head: "classifier" }
        network n(x: f32[1, 8, 4, 4]) -> (out: f32[1, 8, 4, 4]) {
          a = conv2d(x, filters: 8, kernel: 3, pad: 1) @weights("encoder.0")
          return out: a
        }
        """;

    private static readonly WorkspaceSettings Settings = WorkspaceSettings.Default with
    {
        Files = new WeightFiles(
            ("classifier.weight", [10, 8]), ("encoder.0.weight", [8, 8, 3, 3]), ("encoder.0.bias", [8]), ("encoder.1.weight", [16, 8, 3, 3]), ("encoder.1.bias", [16])),
    };

    private static (Document Document, int Position) Open(string marked)
    {
        var text = MarkedText.Parse(marked);
        return (Document.Open(Documents.Uri, 1, text.Text, Settings), text.Position);
    }

    private static string? Hover(string marked)
    {
        var (document, position) = Open(marked);
        return HoverFeature.Compute(document, Settings, position)?.Markdown;
    }

    [Fact]
    public void APrefixShowsItsTensorsAndWhoReadsThem() => Assert.Equal(
        "**encoder.0** · 2 tensors in net.safetensors · 2.28 KiB\n\n```nnlang\nencoder.0.weight: f32[8, 8, 3, 3]\nencoder.0.bias: f32[8]\n```\n\nread by `a`",
        Hover(Text.Replace("\"encoder.0\"", "\"enc$0oder.0\"", StringComparison.Ordinal)));

    [Fact]
    public void AnOperationShowsTheKeysThatItReadsOfAFile()
    {
        var (document, position) = Open(Text.Replace("conv2d", "con$0v2d", StringComparison.Ordinal));
        document = document.WithSchedules(
            document.Compilation, Schedules.Scheduler.Schedule(document, Settings, withFindings: false, TestContext.Current.CancellationToken));
        Assert.Contains(
            "\n`encoder.0.weight: f32[8, 8, 3, 3]`, `encoder.0.bias: f32[8]` from net.safetensors  \n",
            HoverFeature.Compute(document, Settings, position)?.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void TheFileShowsWhatIsInIt() => Assert.StartsWith(
        "**net.safetensors** · 5 tensors · 7.16 KiB\n\n```nnlang\nclassifier.weight: f32[10, 8]\n",
        Hover(Text.Replace("\"net.", "\"ne$0t.", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void AKeyOfTheMapShowsWhereItLies() => Assert.StartsWith(
        "**classifier** · 1 tensor in net.safetensors", Hover(Text.Replace("\"classifier", "\"class$0ifier", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("encoder.0\")", "$0\")")]
    [InlineData("encoder.0\")", "encoder.$0\")")]
    [InlineData("encoder.0\")", "enc$0")]
    public void InQuotesTheKeysThatFitComeFirst(string from, string to)
    {
        var (document, position) = Open(Text.Replace(from, to, StringComparison.Ordinal));
        var (replaced, entries) = CompletionFeature.Compute(document, Settings, position);
        Assert.Equal(["encoder.0", "classifier", "encoder.1"], entries.OrderBy(entry => $"{entry.Rank}{entry.Label}").Select(entry => entry.Label));
        Assert.Equal("`encoder.0.weight: f32[8, 8, 3, 3]`  \n`encoder.0.bias: f32[8]`", entries.Single(entry => entry.Label == "encoder.0").Documentation);
        Assert.Equal('"', document.Text[replaced.Start - 1]);
    }

    [Fact]
    public void AMapTakesPrefixesToo()
    {
        var (document, position) = Open(Text.Replace("\"classifier\"", "\"$0\"", StringComparison.Ordinal));
        Assert.Equal(["classifier", "encoder.0", "encoder.1"], CompletionFeature.Compute(document, Settings, position).Entries.Select(entry => entry.Label));
    }

    [Fact]
    public void AWeightByItselfTakesAWholeKey()
    {
        var (document, position) = Open(Text.Replace("a = conv2d", "w = weight(f32[8], key: \"$0\")\n  a = conv2d", StringComparison.Ordinal));
        Assert.Contains(": f32[8, 8, 3, 3]", CompletionFeature.Compute(document, Settings, position).Entries.Single(entry => entry.Label == "encoder.0.weight").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherQuotesTakeNoKeys()
    {
        var (document, position) = Open(Text.Replace("  return", "  assert true, \"$0\"\n  return", StringComparison.Ordinal));
        Assert.DoesNotContain(CompletionFeature.Compute(document, Settings, position).Entries, entry => entry.Kind == CompletionKind.Key);
    }
}
