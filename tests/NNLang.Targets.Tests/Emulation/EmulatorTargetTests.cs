using NNLang.Bisection;
using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;
using NNLang.Machine.Faults;
using NNLang.Testing;

namespace NNLang.Targets.Tests.Emulation;

public sealed class EmulatorTargetTests
{
    public static TheoryData<string> Examples => ["residual", "branches", "depthwise"];

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_network_without_a_fault_is_clean_in_one_run(string name)
    {
        var network = TestNetwork.Parse(File.ReadAllText(Repository.PathOf($"examples/{name}.nn")));
        var verdict = network.Bisect(new BisectionOptions());
        Assert.True(verdict.Kind == VerdictKind.Clean, VerdictText.Write(verdict));
        Assert.Equal(1, verdict.TargetRuns);
    }

    [Fact]
    public void One_convolution_is_compiled_run_and_clean()
    {
        var network = TestNetwork.Parse(
            """
            network one(image: f32[1, 8, 6, 6]) {
              return conv2d(image, filters: 4, kernel: 3, pad: 1) |> relu
            }
            """);
        var verdict = network.Bisect(new BisectionOptions());
        Assert.True(verdict.Kind == VerdictKind.Clean, VerdictText.Write(verdict));
    }
}

public sealed class PlantedFaultTests
{
    private static FaultDescription Fault(string kind, params (string Name, object Value)[] fields) =>
        new(kind, kind, [.. fields.Select(field => new FaultField(field.Name, field.Value))]);

    [Fact]
    public void A_stuck_column_is_found_with_its_instruction()
    {
        var network = TestNetwork.Parse(File.ReadAllText(Repository.PathOf("examples/residual.nn")));
        var fault = Fault("stuck_bit", ("engine", "tensor"), ("column", 40L), ("bit", 30L), ("value", 1L));
        var verdict = network.Bisect(new BisectionOptions(), fault);
        TestContext.Current.TestOutputHelper!.WriteLine(VerdictText.Write(verdict));
        Assert.True(verdict.Kind == VerdictKind.Divergence, VerdictText.Write(verdict));
        Assert.NotNull(verdict.Descent!.Instruction);
        Assert.True(verdict.Descent.AddedInstructions > 0);
    }

    [Fact]
    public void A_missing_wait_is_a_fault_of_the_emit_pass()
    {
        var network = TestNetwork.Parse(File.ReadAllText(Repository.PathOf("examples/residual.nn")));
        var shown = 0;
        for (var seed = 0L; seed < 12; seed++)
        {
            // Some waits are not missed, because what they wait for happens to be done.
            var verdict = network.Bisect(new BisectionOptions(), Fault("missing_wait", ("pass", "emit"), ("seed", seed)));
            TestContext.Current.TestOutputHelper!.WriteLine(VerdictText.Write(verdict));
            Assert.NotEqual(VerdictKind.Clean, verdict.Kind);
            if (verdict.Kind == VerdictKind.Divergence)
            {
                Assert.Equal("emit", verdict.Descent!.Pass);
                shown++;
            }
        }

        Assert.True(shown > 0);
    }
}
