using NNLang.Bisection;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;
using NNLang.Syntax;
using NNLang.Targets.Launch;
using NNLang.Targets.Processors;
using NNLang.Testing;

namespace NNLang.Targets.Tests.RandomNetworks;

/// <summary>
/// Random networks on a device without faults: no false alarm, no hazard, the references agree, and the order changes no bit.
/// </summary>
public sealed class RandomNetworkTests
{
    private const int MostFailures = 8;

    /// <summary>Networks that once failed, cut down to what matters.</summary>
    public static TheoryData<string> Regressions => [.. RegressionNetworks.All];

    [Theory]
    [MemberData(nameof(Regressions))]
    public void A_network_that_once_failed_is_clean(string network)
    {
        var text = $"weights seeded(1)\n\nnetwork regression{network}";
        var failure = Failure(text);
        Assert.True(failure is null, failure);
    }

    [Fact]
    public void Random_networks_without_faults_raise_no_alarm()
    {
        var (count, statements) = (0, 0);
        var failures = new List<string>();
        PropertySeed.ForEach(25, random =>
        {
            var seed = unchecked(PropertySeed.Base + (count++ * 7919));
            var network = NetworkGenerator.Make(random, random.Next(3, 14));
            statements += network.Statements.Count;
            if (failures.Count < MostFailures && Failure(network.Text) is not null)
            {
                var smallest = network.Shrink(candidate => Failure(candidate.Text) is not null);
                failures.Add($"NNLANG_SEED={seed} fails; the smallest network that fails:\n{smallest.Text}{Failure(smallest.Text)}");
            }
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {PropertySeed.Base}: {count} networks, {statements} statements, {failures.Count} alarms");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    // What is wrong with a network that must be clean; null if nothing is.
    private static string? Failure(string text)
    {
        try
        {
            var tree = SyntaxTree.Parse(text);
            using var launched = Launcher.Launch(new LaunchRequest("random.nn") { Tree = tree, Seed = 3 });
            var subject = launched.Subject(new OnnxRuntimeReference(launched.Network, launched.Read));
            using var target = launched.CreateTarget();
            var verdict = new Bisector(subject, target, new BisectionOptions(), TimeProvider.System).Run(null, TestContext.Current.CancellationToken);
            return verdict.Kind != VerdictKind.Clean || !verdict.Hazards.IsEmpty
                ? VerdictText.Write(verdict)
                : OrderChangesABit(tree, launched);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return failure.ToString();
        }
    }

    private static string? OrderChangesABit(SyntaxTree tree, LaunchedNetwork launched)
    {
        using var inOrder = Launcher.Launch(new LaunchRequest("random.nn") { Tree = tree, Seed = 3, SourceOrder = true });
        var reordered = NetworkRun.Execute(launched, RunTarget.Emulator, false, false, TestContext.Current.CancellationToken);
        var straight = NetworkRun.Execute(inOrder, RunTarget.Emulator, false, false, TestContext.Current.CancellationToken);
        for (var i = 0; i < reordered.Outputs.Length; i++)
        {
            if (!TensorComparer.CompareExactly(reordered.Outputs[i], straight.Outputs[i]).IsEqual)
            {
                return $"Output {launched.Network.Outputs[i].Name} differs between the default order and -O0.";
            }
        }

        return reordered.Hazards.IsEmpty && straight.Hazards.IsEmpty ? null : "A hazard: " + string.Join("; ", reordered.Hazards.Concat(straight.Hazards));
    }
}
