using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Tests.Emit;
using NNLang.Compiler.Tests.Networks;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Schedules;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(OptimizationLevel.SourceOrder)]
    [InlineData(OptimizationLevel.Default)]
    public void Schedules_keep_data_engines_and_rooms_apart(OptimizationLevel level) => PropertySeed.ForEach(12, random =>
    {
        var device = random.Next(2) == 0 ? NeuronCoreV2.Device : ProgramTests.WithSbuf(NeuronCoreV2.Device, random.Next(8, 40) << 10);
        var network = RandomNetworks.Make(random, random.Next(3, 16)).Build();
        var compiled = CompilationPipeline.Compiler.Compile(network, device, new CompileOptions { Level = level });
        if (compiled.Succeeded)
        {
            ScheduleChecker.Check(compiled);
            Assert.True(compiled.Schedule.Bound.Picoseconds <= compiled.Schedule.Makespan, $"{compiled.Schedule.Makespan} beats {compiled.Schedule.Bound}");
        }
        else
        {
            Assert.All(compiled.Problems, problem => Assert.Equal("NN8002", problem.Code));
        }
    });
}
