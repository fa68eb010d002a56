using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Tests.Networks;
using NNLang.Machine;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Emit;

public sealed class ProgramTests
{
    [Theory]
    [InlineData(OptimizationLevel.SourceOrder)]
    [InlineData(OptimizationLevel.Default)]
    public void A_convolution_becomes_a_program_whose_bytes_take_the_time_the_schedule_says(OptimizationLevel level)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 64, 28, 28);
        var network = builder.Build(builder.Relu(builder.Conv(builder.Relu(builder.Conv(x, 160, 3, pad: 1)), 96)));
        var compiled = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device, new CompileOptions { Level = level });
        Assert.True(compiled.Succeeded, string.Join("; ", compiled.Problems));
        var program = compiled.Program;
        var input = new TimingInput(NeuronCoreV2.Device);
        Assert.Null(input.AddProgram(program));
        var times = new TimingSimulator().Run(input);
        Assert.True(times.IsComplete);
        Assert.Equal(compiled.Schedule.Makespan, times.Makespan);
        for (var e = 0; e < Engines.Count; e++)
        {
            Assert.Equal(times.Start((Engine)e), compiled.Plan!.Times.Start((Engine)e));
        }

        Assert.InRange(compiled.Schedule.OverBound, 1, 3);
    }

    [Theory]
    [InlineData(OptimizationLevel.SourceOrder)]
    [InlineData(OptimizationLevel.Default)]
    public void Programs_of_random_networks_are_legal_and_free_of_races(OptimizationLevel level) => PropertySeed.ForEach(8, random =>
    {
        var network = RandomNetworks.Make(random, random.Next(3, 14)).Build();
        var compiled = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device, new CompileOptions { Level = level });
        Assert.True(compiled.Succeeded, string.Join("; ", compiled.Problems));
        Assert.Empty(ProgramChecker.Check(compiled.Program, NeuronCoreV2.Device));
        Assert.True(compiled.Schedule.Makespan >= compiled.Schedule.Bound.Picoseconds, $"{compiled.Schedule.Makespan} beats {compiled.Schedule.Bound}");
        if (compiled.SourceOrderSchedule is { } source)
        {
            Assert.True(compiled.Schedule.Makespan <= source.Makespan);
        }
    });
}
