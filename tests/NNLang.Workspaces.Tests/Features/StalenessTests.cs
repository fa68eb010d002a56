using NNLang.Syntax.Text;
using NNLang.Workspaces.Features;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Tests.Support;

namespace NNLang.Workspaces.Tests.Features;

public sealed class StalenessTests
{
    private const string Second =
        """


        block unit(x) {
          return conv2d(x, filters: 8, kernel: 3, pad: 1)
        }

        block unused(x) {
          return relu(x)
        }

        network other(x: f32[1, 8, 28, 28]) -> (out: f32[1, 8, 28, 28]) @device(mine) {
          a = unit(x)
          return out: a
        }

        device mine = neuron_core_v2 with {
        }
        """;

    private static Document Replace(Document document, string what, string by)
    {
        var place = document.Text.ToString().IndexOf(what, StringComparison.Ordinal);
        return document.WithChanges(document.Version + 1, [_ => new TextChange(new TextSpan(place, what.Length), by)]);
    }

    private static Document Schedule(Document document) => document.WithSchedules(
        document.Compilation, Scheduler.Schedule(document, WorkspaceSettings.Default, withFindings: false, TestContext.Current.CancellationToken));

    private static List<string> Hints(Document document) =>
        [.. InlayHintFeature.Compute(document, WorkspaceSettings.Default, new TextSpan(0, document.Text.Length)).Where(hint => !hint.IsType).Select(hint => hint.Label)];

    private static List<string> Lenses(Document document, string network) =>
        [.. CodeLensFeature.Compute(document).Where(lens => lens.Name == network).Select(lens => lens.Title)];

    [Theory]
    [InlineData("relu(stem)", "relu(stm)", true, false)]
    [InlineData("unit(x)\n  return out", "unit(y)\n  return out", false, true)]
    [InlineData("conv2d(x,", "conv2d(y,", false, true)]
    [InlineData("return relu(x)", "return relu(y)", false, false)]
    [InlineData("device mine = neuron_core_v2", "device mine = neuron_core_v9", false, true)]
    [InlineData("seeded(7)", "\"none.safetensors\"", false, false)]
    [InlineData("network other", "netw\nnetwork other", false, false)]
    public void ANetworkIsScheduledWhateverIsWrongBesideIt(string what, string by, bool first, bool second)
    {
        var document = Replace(Documents.Open(Documents.Residual + Second), what, by);
        Assert.Equal((first, second), (NetworkErrors.Of(document, "sample").Count > 0, NetworkErrors.Of(document, "other").Count > 0));
        var scheduled = Schedule(document);
        Assert.Equal((!first, !second), (scheduled.Schedules.ContainsKey("sample"), scheduled.Schedules.ContainsKey("other")));
        Assert.Equal(first, Lenses(scheduled, "sample")[2].EndsWith("error", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatWasKnownStaysWhileTheTextIsBroken()
    {
        var good = Schedule(Documents.Open(Documents.Residual));
        var broken = Replace(good, "act = relu(stem)", "act = relu(");
        var again = Schedule(broken);
        Assert.Same(good.Schedules["sample"], again.Schedules["sample"]);
        Assert.True(Hints(again).Count >= Hints(good).Count - 3, string.Join(", ", Hints(again)));
        var mended = Schedule(Replace(again, "act = relu(", "act = relu(stem)"));
        Assert.Equal(Hints(good), Hints(mended));
    }

    [Fact]
    public void TheHintOfALineThatIsBeingChangedStaysUntilItsNewScheduleIsThere()
    {
        var good = Schedule(Documents.Open(Documents.Residual));
        var edited = Replace(good, "left = conv2d(act, filters: 64, kernel: 3", "left = conv2d(act, filters: 64, kernel: [3, 3]");
        Assert.Equal(Hints(good), Hints(edited));
        var wider = Replace(good, "left = conv2d(act, filters: 64, kernel: 3, pad: 1)", "left = conv2d(act, filters: 64, kernel: 5, pad: 2)");
        Assert.Equal(Hints(good), Hints(wider));
        Assert.NotEqual(Hints(good), Hints(Schedule(wider)));
    }
}
