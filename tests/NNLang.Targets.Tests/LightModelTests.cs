using NNLang.Benchmarks;
using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;
using NNLang.Bisection;
using NNLang.Targets.Processors;

namespace NNLang.Targets.Tests;

/// <summary>
/// Public networks on the emulated device: every layer equal to the interpreter of the device's arithmetic bit for bit, and within the
/// enclosure of its meaning; the interpreter agrees with ONNX Runtime.
/// </summary>
public sealed class LightModelTests
{
    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet50")]
    [InlineData("blazeface")]
    public void A_public_network_runs_without_a_divergence(string name)
    {
        using var model = name == "blazeface" ? LightModel.BlazeFace() : LightModel.Seeded(name);
        using var launched = model.Launch();
        using var target = launched.CreateTarget();
        var subject = launched.Subject(new OnnxRuntimeReference(launched.Network, launched.Read));
        var verdict = new Bisector(subject, target, new BisectionOptions(), TimeProvider.System)
            .Run(null, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(VerdictText.Write(verdict));
        Assert.True(verdict.Kind == VerdictKind.Clean, VerdictText.Write(verdict));
    }
}
