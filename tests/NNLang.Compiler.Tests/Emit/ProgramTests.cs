using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Tests.Networks;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Machine.Timing;
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

    [Fact]
    public void Every_representation_prints_and_prints_the_same_again()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 16, 8, 8);
        var network = builder.Build(builder.Relu(builder.Conv(x, 24, 3, pad: 1, name: "first"), "second"));
        var compiled = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        var again = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        foreach (var name in IrPrinter.Names)
        {
            var text = IrPrinter.Print(compiled, name);
            Assert.False(string.IsNullOrWhiteSpace(text), name);
            Assert.Equal(text, IrPrinter.Print(again, name));
        }

        Assert.Null(IrPrinter.Print(compiled, "imagined"));
        Assert.Contains("first: matmul", IrPrinter.Print(compiled, "placed")!, StringComparison.Ordinal);
        Assert.Contains("psum bank", IrPrinter.Print(compiled, "allocated")!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_does_not_fit_is_an_error_that_names_its_largest_tensors()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 8, 180, 180);
        var wide = builder.Conv(x, 128, name: "wide");
        var other = builder.Conv(x, 128, name: "other");
        var network = builder.Build(builder.Sum(wide, other, "sum"));
        var compiled = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        Assert.False(compiled.Succeeded);
        var problem = Assert.Single(compiled.Problems);
        Assert.Equal("NN8002", problem.Code);
        Assert.Contains("MiB must be in sbuf", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'wide'", problem.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schedule_adds_up()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 64, 28, 28);
        var network = builder.Build(builder.Relu(builder.Conv(builder.Relu(builder.Conv(x, 160, 3, pad: 1)), 96)));
        var compiled = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        var schedule = compiled.Schedule;
        foreach (var operation in schedule.Operations)
        {
            Assert.All(compiled.Plan!.PredecessorsOf(operation.Id), before => Assert.True(schedule.Operations[before].End <= operation.Start));
        }

        Assert.Equal(schedule.Makespan, schedule.Operations.Max(o => o.End));
        foreach (var engine in schedule.Operations.Where(o => o.Queue < 0).GroupBy(o => o.Engine))
        {
            // One at a time, and busy for exactly that long unless instructions of an operation waited for each other.
            var end = 0L;
            foreach (var operation in engine.OrderBy(o => o.Start))
            {
                Assert.True(operation.Start >= end);
                end = operation.End;
            }
        }

        foreach (var layer in schedule.Layers)
        {
            var mine = schedule.Operations.Where(o => o.Layer == layer.Layer).ToArray();
            Assert.Equal((mine.Min(o => o.Start), mine.Max(o => o.End)), (layer.Start, layer.End));
        }

        Assert.All(schedule.Memories, memory => Assert.InRange(memory.Peak, 1, memory.Capacity));
    }

    [Fact]
    public void On_a_device_with_little_memory_a_network_fits_within_it_or_is_refused() => PropertySeed.ForEach(24, random =>
    {
        var device = WithSbuf(NeuronCoreV2.Device, random.Next(2, 24) << 10);
        var network = RandomNetworks.Make(random, random.Next(3, 14)).Build();
        var compiled = CompilationPipeline.Compiler.Compile(network, device);
        if (compiled.Succeeded)
        {
            Assert.Empty(ProgramChecker.Check(compiled.Program, device));
        }
        else
        {
            Assert.Equal("NN8002", Assert.Single(compiled.Problems).Code);
        }
    });

    [Fact]
    public void What_does_not_fit_into_device_memory_is_an_error_that_names_the_largest_region()
    {
        var builder = new NetworkBuilder();
        var network = builder.Build(builder.Conv(builder.Input("x", 1, 8, 8, 8), 16, name: "filters"));
        var needed = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device).Program.Regions.Sum(region => Region.Aligned(region.Bytes));
        Assert.True(CompilationPipeline.Compiler.Compile(network, WithMemory(NeuronCoreV2.Device, MemoryKind.Hbm, needed)).Succeeded);
        var problem = Assert.Single(CompilationPipeline.Compiler.Compile(network, WithMemory(NeuronCoreV2.Device, MemoryKind.Hbm, needed - 1)).Problems);
        Assert.Equal("NN8002", problem.Code);
        Assert.Contains($"{needed:N0} bytes of device memory", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'filters'", problem.Help, StringComparison.Ordinal);
    }

    internal static DeviceDescription WithSbuf(DeviceDescription device, long bytes) => WithMemory(device, MemoryKind.Sbuf, bytes);

    private static DeviceDescription WithMemory(DeviceDescription device, MemoryKind kind, long bytes) => new()
    {
        Name = device.Name,
        Engines = device.Engines,
        Dma = device.Dma,
        Memories = [.. device.Memories.Select(memory => memory.Kind == kind ? memory with { Bytes = bytes } : memory)],
        Ports = device.Ports,
        SemaphoreCount = device.SemaphoreCount,
        SemaphoreCycles = device.SemaphoreCycles,
        Rules = device.Rules,
        Instructions = device.Instructions,
    };
}
