using NNLang.Bisection;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Reports;
using NNLang.Bisection.Search;
using NNLang.Bisection.Verdicts;
using NNLang.Compiler.Lengths;
using NNLang.Machine.ProgramFormat;
using NNLang.Targets.Faults;
using NNLang.Targets.Launch;
using NNLang.Testing;

namespace NNLang.Targets.Tests.HandWritten;

/// <summary>
/// Small networks with what real ones have between them: branches, residuals, groups, odd windows, matrix products, views, constants, several
/// inputs and outputs, batches. However the search goes about it, it names what a comparison of all layers names.
/// </summary>
public sealed class HandWrittenNetworkTests
{
    private static readonly (string Name, BisectionOptions Options)[] Ways =
    [
        ("bisect", new BisectionOptions()),
        ("linear", new BisectionOptions { Mode = SearchMode.Linear }),
        ("tap", new BisectionOptions { Mode = SearchMode.Tap }),
        ("from reference", new BisectionOptions { FromReference = true }),
        ("replanned", new BisectionOptions { Replan = true }),
        ("linear without taps", new BisectionOptions { Mode = SearchMode.Linear, AllowTaps = false }),
        ("from reference without taps", new BisectionOptions { FromReference = true, AllowTaps = false }),
    ];

    public static TheoryData<string> Networks =>
        [.. Directory.GetFiles(Repository.PathOf("tests/NNLang.Targets.Tests/HandWritten"), "*.nn").Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Without_a_fault_it_is_clean(string name)
    {
        using var launched = Launcher.Launch(new LaunchRequest(PathOf(name)) { Seed = PropertySeed.Base });
        foreach (var (way, options) in Ways)
        {
            var verdict = Bisect(launched, options);
            Assert.True(verdict.Kind == VerdictKind.Clean && verdict.WithinBound, $"{way}: {VerdictText.Write(verdict)}");
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_way_of_searching_names_the_layer_that_brute_force_names(string name)
    {
        var seed = PropertySeed.Base;
        var next = 0;
        using var clean = Launcher.Launch(new LaunchRequest(PathOf(name)));
        foreach (var fault in FaultCatalogue.Draw(clean.Compiled, seed, 4 * PropertySeed.Scale))
        {
            next++;
            using var faulty = Launcher.Launch(new LaunchRequest(PathOf(name)) { Faults = [fault.Spec], Seed = seed });
            var expected = Expected(faulty);
            foreach (var (way, options) in (ReadOnlySpan<(string, BisectionOptions)>)[Ways[0], Ways[1 + (next % (Ways.Length - 1))]])
            {
                if (expected.HasHazards && !options.AllowTaps)
                {
                    // Another length has another timing: without taps there is no telling where a hazard strikes first.
                    continue;
                }

                var verdict = Bisect(faulty, options);
                var isRight = expected.Layer is null ? verdict.Kind != VerdictKind.Divergence
                    : verdict.Layer?.Path == expected.Layer || (expected.IsMasked && !options.AllowTaps && options.FromReference);
                Assert.True(isRight, $"seed {seed}, {way}, {fault.Spec}: expected {expected.Layer}\n{VerdictText.Write(verdict)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_fault_that_is_listed_strikes_something(string name)
    {
        using var clean = Launcher.Launch(new LaunchRequest(PathOf(name)));
        var idle = new List<string>();
        foreach (var fault in FaultCatalogue.Draw(clean.Compiled, PropertySeed.Base, 12 * PropertySeed.Scale))
        {
            using var faulty = Launcher.Launch(new LaunchRequest(PathOf(name)) { Faults = [fault.Spec] });
            idle.AddRange(faulty.Warnings);
        }

        Assert.True(idle.Count == 0, string.Join('\n', idle));
    }

    [Fact]
    public void A_window_that_begins_behind_a_view_is_fed_with_what_the_view_shows()
    {
        using var faulty = Launcher.Launch(new LaunchRequest(PathOf("attention"))
        {
            Faults = ["dropped_tile(pass: \"tile\", layer: \"y/dense\")"],
        });
        Assert.Equal("y/dense", Bisect(faulty, new BisectionOptions { FromReference = true }).Layer?.Path);
    }

    [Fact]
    public void A_wrong_fusion_is_found_without_taps()
    {
        using var faulty = Launcher.Launch(new LaunchRequest(PathOf("branches")) { Faults = ["wrong_fold(layer: \"b\")"] });
        var verdict = Bisect(faulty, new BisectionOptions { AllowTaps = false });
        Assert.Equal(("b/sigmoid", "fuse"), (verdict.Layer?.Path, verdict.Descent?.Pass));
    }

    [Fact]
    public void A_sum_that_may_overflow_accuses_no_layer()
    {
        using var file = new TemporaryFile(
            "overflow.nn",
            """
            network overflow(x: f32[1, 4]) -> (y: f32[1, 2]) {
              a = clip(x, min: 1.0, max: 1.0) * constant([3e38, 3e38, -3e38, -3e38], type: f32)
              y = matmul(a, constant(1.0, type: f32, shape: [4, 2]))
              return y: y
            }
            """);
        using var launched = Launcher.Launch(new LaunchRequest(file.Path));
        var verdict = Bisect(launched, new BisectionOptions());
        Assert.Equal(VerdictKind.Inconclusive, verdict.Kind);
        Assert.StartsWith("Layer 'y' may overflow: in 2 elements", verdict.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_measured_search_knows_the_bound_of_every_layer()
    {
        using var launched = Launcher.Launch(new LaunchRequest(PathOf("branches")));
        var verdict = Bisect(launched, new BisectionOptions { MeasureBounds = true });
        Assert.Equal(["a/relu", "b/sigmoid", "c/clip", "d", "y"], verdict.LayerErrors.Select(error => error.Layer));
        Assert.All(verdict.LayerErrors, error => Assert.Equal(0, error.Error));
        Assert.True(verdict.LayerErrors[0].Bound is > 0 and < 1e-4);
        Assert.Equal(0, verdict.LayerErrors[3].Bound);
    }

    [Fact]
    public void A_length_that_is_planned_for_itself_is_other_code_with_the_same_tensors()
    {
        using var launched = Launcher.Launch(new LaunchRequest(PathOf("branches")));
        var (kept, own) = (LengthOptions.Default, new LengthOptions { Replan = true });
        var codes = ((LengthOptions[])[kept, own]).Select(options => ProgramFile.CodeIdentity(
            Compiler.CompilationPipeline.Compiler.CompileLength(launched.Compiled, 2, options).Program).ToString());
        Assert.Equal(2, codes.Distinct().Count());
        using var target = launched.CreateTarget();
        var cuts = ((bool[])[false, true]).Select(replan => target.Run(new TargetRequest(2) { Replan = replan }, TestContext.Current.CancellationToken).Cut).ToList();
        Assert.Equal(cuts[0].Select(cut => cut.Key), cuts[1].Select(cut => cut.Key));
        Assert.All(cuts[0].Zip(cuts[1]), pair => Assert.True(TensorComparer.CompareExactly(pair.First.Value, pair.Second.Value).IsEqual));
    }

    [Fact]
    public void The_errors_of_all_layers_are_told_behind_the_faulty_one_as_well()
    {
        using var faulty = Launcher.Launch(new LaunchRequest(PathOf("branches")) { Faults = ["dropped_tile(layer: \"b\")"] });
        var verdict = Bisect(faulty, new BisectionOptions());
        Assert.Equal(["a/relu", "b/sigmoid", "c/clip", "d", "y"], verdict.LayerErrors.Select(error => error.Layer));
        Assert.Equal([false, true, false, false, true], verdict.LayerErrors.Select(error => error.Error > 0));
    }

    // The first tensor of a tapped run of the whole that is not what it must be, or the first layer outside its meaning.
    private static (string? Layer, bool IsMasked, bool HasHazards) Expected(LaunchedNetwork faulty)
    {
        using var target = faulty.CreateTarget();
        var fused = faulty.Compiled.Fused!;
        var subject = faulty.Subject(null);
        var run = target.Run(new TargetRequest(fused.Groups.Length) { Tapped = true }, TestContext.Current.CancellationToken);
        var first = run.Taps.Where(tap => !TensorComparer.CompareExactly(tap.Value, subject.Expectation.Exact(tap.Key)).IsEqual)
            .Select(tap => tap.Key.Group).DefaultIfEmpty(-1).Min();
        var isMasked = run.Cut.All(cut => TensorComparer.CompareExactly(cut.Value, subject.Expectation.Exact(cut.Key)).IsEqual);
        var isFold = first < 0 && faulty.Faults.Any(fault => fault.Kind == "wrong_fold");
        return isFold
            ? (Bisect(faulty, new BisectionOptions()).Layer?.Path, false, false)
            : (first < 0 ? null : faulty.Network.Layers[fused.LastLayers[first]].Path, isMasked, run.Hazards.Length > 0);
    }

    private static Verdict Bisect(LaunchedNetwork launched, BisectionOptions options)
    {
        using var target = launched.CreateTarget();
        return new Bisector(launched.Subject(null), target, options, TimeProvider.System).Run(null, TestContext.Current.CancellationToken);
    }

    private static string PathOf(string name) => Repository.PathOf($"tests/NNLang.Targets.Tests/HandWritten/{name}.nn");
}
