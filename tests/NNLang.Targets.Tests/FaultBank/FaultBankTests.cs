using NNLang.Benchmarks;
using NNLang.Bisection;
using NNLang.Bisection.Reports;
using NNLang.Targets.Faults;
using NNLang.Targets.Launch;
using NNLang.Testing;

namespace NNLang.Targets.Tests.FaultBank;

/// <summary>
/// Planted faults of every kind that a network can suffer: the bisection names the layer that a comparison of all layers names, and its
/// descent the pass, or the first instruction that differs from a twin run without the fault.
/// </summary>
public sealed class FaultBankTests
{
    public static TheoryData<string> Networks => ["residual", "branches", "depthwise"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_bisection_names_the_layer_that_brute_force_names(string name) =>
        Check(Repository.PathOf($"examples/{name}.nn"), 8 * PropertySeed.Scale);

    [Theory]
    [InlineData("squeezenet", 3)]
    [InlineData("resnet50", 3)]
    [InlineData("blazeface", 3)]
    public void The_same_holds_for_public_networks(string name, int faults)
    {
        using var model = name == "blazeface" ? LightModel.BlazeFace() : LightModel.Seeded(name);
        Check(model.Program, faults * PropertySeed.Scale);
    }

    private static void Check(string program, int wanted)
    {
        var seed = PropertySeed.Base;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"seed {seed}");
        using var clean = Launcher.Launch(new LaunchRequest(program));
        var (found, descents) = (0, 0);
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var fault in FaultCatalogue.Draw(clean.Compiled, seed, 6 * wanted))
        {
            if (found == wanted)
            {
                break;
            }

            var options = (found % 4) switch
            {
                1 => new BisectionOptions { FromReference = true },
                2 => new BisectionOptions { Mode = NNLang.Bisection.Search.SearchMode.Tap },
                _ => new BisectionOptions(),
            };
            if (FaultCase.Run(program, fault, seed, options) is not { } result)
            {
                continue;
            }

            found++;
            kinds.Add(fault.Kind);
            descents += result.DescentIsRight ? 1 : 0;
            output.WriteLine($"{fault.Spec}: {result.Verdict.Layer?.Path}, expected {result.Expected}; {result.Story}");
            if (result.Verdict.Layer?.Path != result.Expected)
            {
                wrong.Add($"{fault.Spec}: expected {result.Expected}\n{VerdictText.Write(result.Verdict)}");
            }
        }

        output.WriteLine($"{found} faults, {descents} descents right, kinds: {string.Join(", ", kinds)}");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(wanted, found);
        Assert.True(descents >= 0.9 * found, $"{descents} of {found} descents are right");
    }
}
