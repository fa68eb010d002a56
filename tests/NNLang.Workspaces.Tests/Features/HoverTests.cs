using NNLang.Workspaces.Features.Hovers;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Tests.Support;

namespace NNLang.Workspaces.Tests.Features;

public sealed class HoverTests
{
    private static string? At(string marked, bool scheduled = false)
    {
        var text = MarkedText.Parse(marked);
        var document = scheduled ? Documents.Scheduled(text.Text) : Documents.Open(text.Text);
        return HoverFeature.Compute(document, WorkspaceSettings.Default, text.Position)?.Markdown;
    }

    [Fact]
    public void AnOperationShowsItsShapeEquationAndEveryEngineThatCouldRunIt()
    {
        var hover = At(Documents.Residual.Replace("left = conv2d", "left = con$0v2d", StringComparison.Ordinal), scheduled: true);
        Assert.NotNull(hover);
        Assert.StartsWith("```nnlang\nleft: f32[1, 64, 56, 56]\n```\n**conv2d** · layer `left` · 28.9 M multiply-adds · result 784 KiB", hover, StringComparison.Ordinal);
        Assert.Contains("`H' = (H + 2*1 - 3) / 1 + 1 = (56 + 2*1 - 3) / 1 + 1 = 56`, `W'` alike", hover, StringComparison.Ordinal);
        Assert.Contains("| ✓ tensor&emsp; |", hover, StringComparison.Ordinal);
        Assert.Contains("only engine with matmul", hover, StringComparison.Ordinal);
        Assert.Matches(@"\*\*[\d,.]+ → [\d,.]+ µs\*\* of [\d,.]+ µs", hover);
    }

    [Fact]
    public void AnOperationShowsWhatItsStartWaitedForAndWhenItsWeightsCame()
    {
        var hover = At(Documents.Residual.Replace("right = conv2d", "right = con$0v2d", StringComparison.Ordinal), scheduled: true);
        Assert.Matches(@"µs, on the critical path\. Started when `\w+` freed the tensor engine; its weights arrived [\d.]+ [nµ]s before \([\d.]+ µs of DMA\)\.", hover);
        var first = At(Documents.Residual.Replace("stem = conv2d", "stem = con$0v2d", StringComparison.Ordinal), scheduled: true);
        Assert.Matches(@"Started when its input arrived; its weights arrived", first);
    }

    [Theory]
    [InlineData("relu(st$0em)", @"196 KiB · fused into `act`: never in memory$")]
    [InlineData("conv2d(ac$0t, filters: 64, kernel: 3, pad: 1)\n  right", @"196 KiB · in sbuf, where it takes [\d.]+ MiB, live [\d.]+ → [\d.]+ µs$")]
    public void AValueShowsInWhichMemoryItLivesAndHowLong(string marked, string expected) => Assert.Matches(
        expected, At(Documents.Residual.Replace(marked.Replace("$0", "", StringComparison.Ordinal), marked, StringComparison.Ordinal), scheduled: true));

    [Fact]
    public void WithoutAScheduleTheRestIsThere()
    {
        var hover = At(Documents.Residual.Replace("act = relu", "act = re$0lu", StringComparison.Ordinal));
        Assert.StartsWith("```nnlang\nact: f32[1, 16, 56, 56]\n```\n**relu**", hover, StringComparison.Ordinal);
        Assert.DoesNotContain("cycles", hover, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("act = relu(st$0em)", "defined on line 5 by conv2d, read on line 6")]
    [InlineData("act = relu(stem$0)", "stem: f32[1, 16, 56, 56]")]
    public void AReadShowsWhereTheValueComesFrom(string line, string expected) =>
        Assert.Contains(expected, At(Documents.Residual.Replace("act = relu(stem)", line, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("kern$0el: 7", "Taps along rows and columns. Here `7`.")]
    [InlineData("ker$0nel: 7", "kernel: int[2]")]
    public void AnAttributeShowsWhatItTakes(string words, string expected) =>
        Assert.Contains(expected, At(Documents.Residual.Replace("kernel: 7", words, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void ADimensionShowsItsValueAndWhereItWasGiven() => Assert.Equal(
        "`N`: dimension of network `sample`, 1 by 'dim N = 1' (line 4)",
        At(Documents.Residual.Replace("f32[N, 3,", "f32[$0N, 3,", StringComparison.Ordinal)));

    [Fact]
    public void ALineInABlockShowsItsInstancesTogether()
    {
        const string text =
            """
            weights seeded(1)
            block unit(x, filters: int) {
              y = con$0v2d(x, filters, kernel: 3, pad: 1)
              return relu(y)
            }
            network two(image: f32[1, 8, 28, 28]) -> (out: f32[1, 16, 28, 28]) {
              a = unit(image, filters: 8)
              b = unit(a, filters: 16)
              return out: b
            }
            """;
        var hover = At(text, scheduled: true);
        Assert.Contains("**conv2d** · 2 instances in `two`", hover, StringComparison.Ordinal);
        Assert.Contains("[1, 16, 28, 28]", hover, StringComparison.Ordinal);
        Assert.Contains("Worst: `", hover, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsSaidWhereThereIsNothing()
    {
        Assert.Null(At("$0"));
        Assert.Null(At("network $0"));
        Assert.Null(At(Documents.Residual.Replace("act = relu", "act =$0 relu", StringComparison.Ordinal)));
    }
}
