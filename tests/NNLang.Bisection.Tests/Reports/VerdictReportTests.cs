using NNLang.Bisection.Comparison;
using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;
using NNLang.Testing;

namespace NNLang.Bisection.Tests.Reports;

public sealed class VerdictReportTests
{
    private static readonly Verdict Divergence = new()
    {
        Kind = VerdictKind.Divergence,
        Network = "sample",
        Device = "broken",
        Layers = 17,
        Summary = "Layer 'left' differs from the reference: 6,272 of 802,816 elements.",
        Layer = new FaultyLayer("left", 8, "conv2d", "sample.nn", 16, null, ["left/relu"]) { Text = "  left = conv2d(stem, filters: 256, kernel: 3) |> relu" },
        Difference = new TensorDifference(
            802816, 6272, new ElementDifference([0, 17, 0, 0], 3.1e38, 0.7214, 0), new ElementDifference([0, 17, 3, 9], double.NaN, -1, 0), 2)
        {
            WrongByAxis = [new AxisExtent(0, 1, 1, [0]), new AxisExtent(1, 256, 2, [17, 145])],
        },
        Descent = new Descent(
            null, "matmul 0,0", new FaultyInstruction(43, "tensor", "nc_matmul psum[0+128]@0 f32 {512:1}, .."),
            new ElementDifference([17, 0], 3.1e38, 0.7, 0), 12),
        Probes =
        [
            new ProbeRecord(17, "scores", ProbeOutcome.Differs, double.PositiveInfinity, 0, 0.01, ProbeKind.FromInput),
            new ProbeRecord(9, "left", ProbeOutcome.Differs, 3.1e38, 0, 0.005, ProbeKind.FromInput),
            new ProbeRecord(8, "norm", ProbeOutcome.Equal, 0, 0, 0.005, ProbeKind.Tapped),
        ],
        LayerErrors = [new LayerError("norm", 0, 1e-6), new LayerError("left", 3.1e38, 3e-5)],
        TargetRuns = 3,
        Seconds = 0.02,
    };

    [Fact]
    public void Text() => Snapshot.Match("tests/NNLang.Bisection.Tests/Reports/divergence.txt", VerdictText.Write(Divergence));

    [Fact]
    public void Json() => Snapshot.Match("tests/NNLang.Bisection.Tests/Reports/divergence.json", VerdictJson.Write(Divergence) + "\n");

    [Fact]
    public void Page()
    {
        var page = VerdictHtml.Write(Divergence with { Network = "<script>alert(1)</script>" });
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("<td>norm</td><td class=\"equal\">equal</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td>left</td><td class=\"differs\">differs</td>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "the device is not")]
    [InlineData("tile", "--emit fused")]
    [InlineData("fuse", "--emit network")]
    [InlineData("emit", "--emit program")]
    public void A_verdict_says_what_to_do_next(string? pass, string expected) =>
        Assert.Contains(expected, VerdictText.NextSteps(Divergence with { Descent = Divergence.Descent! with { Pass = pass } }, "x.nn"), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.72139, "0.7214")]
    [InlineData(3.1e38, "3.1e+38")]
    [InlineData(2.98e-8, "2.98e-8")]
    [InlineData(123456.75, "123456.75")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Values(double value, string text) => Assert.Equal(text, Quantity.Value(value));
}
