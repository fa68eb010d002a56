using NNLang.Bisection;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Expectations;
using NNLang.Emulator;
using NNLang.Targets.Emulation;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Targets.Tests.Emulation;

public sealed class TraceTests
{
    [Theory]
    [InlineData("residual")]
    [InlineData("branches")]
    [InlineData("depthwise")]
    public void Every_instruction_of_a_device_without_a_fault_writes_what_the_lowered_operations_say(string name)
    {
        var network = TestNetwork.Parse(File.ReadAllText(Repository.PathOf($"examples/{name}.nn")));
        var compiled = network.Compile();
        using var target = new EmulatorTarget(compiled, network.Weights, network.Inputs, new EmulatorOptions { Threads = 2 });
        var expectation = new HostExpectation(compiled, network.Read, network.Inputs);
        for (var group = 0; group < compiled.Fused!.Groups.Length; group++)
        {
            var run = target.Run(
                new TargetRequest(group + 1) { TracedGroup = group, Tapped = true }, TestContext.Current.CancellationToken);
            var lowered = expectation.Lowered(group);
            Assert.Null(lowered.Failure);
            var compared = 0;
            foreach (var write in run.Writes)
            {
                var elements = lowered.Writes[write.Step];
                Assert.Equal(elements.Length, write.Value.Shape.Count);
                var difference = TensorComparer.CompareExactly(write.Value, Tensor.Of(write.Value.Shape, elements));
                Assert.True(difference.IsEqual, $"{name}, group {group}, {write.Name} step {write.Step.Step}, {write.Location.Engine} {write.Location.Index}: {write.Text}\n{difference.First}");
                compared++;
            }

            Assert.Equal(lowered.Writes.Count, compared);
            foreach (var (tensor, value) in run.Taps)
            {
                Assert.True(TensorComparer.CompareExactly(value, expectation.Exact(tensor)).IsEqual);
            }
        }
    }
}
