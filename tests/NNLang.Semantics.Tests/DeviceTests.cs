using NNLang.Machine.Instructions;
using NNLang.Semantics.Devices;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Text;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

public sealed class DeviceTests
{
    [Fact]
    public void A_derived_device_differs_where_it_says_so()
    {
        var compilation = Compilation.Create(SyntaxTree.Parse(File.ReadAllText(Repository.SharedPath("design/language/corpus/good/broken_device.nn"))));
        var device = compilation.GetDevice("broken")!;
        var basis = BuiltInDevices.DefaultDevice;
        Assert.Equal(96 << 10, device.Memory(MemoryKind.Sbuf)!.Bytes);
        Assert.Equal(128, device.Memory(MemoryKind.Sbuf)!.Partitions);
        Assert.Equal(900_000_000, device.Engine(Engine.Vector)!.ClockHz);
        Assert.Equal(basis.Engine(Engine.Scalar)!.DrainCycles, device.Engine(Engine.Scalar)!.DrainCycles);
        Assert.Equal(["stuck_bit", "lossy"], device.Faults.Select(fault => fault.Name));
        Assert.NotEqual(basis.Hash, device.Hash);
        var twice = compilation.GetDevice("twice_broken")!;
        Assert.Equal(["stuck_bit", "lossy", "wrong_table"], twice.Faults.Select(fault => fault.Name));
        Assert.Equal("(2 * max(64, x.n))", twice.Instruction(Opcode.Activation)!.On(Engine.Scalar)!.Cost.ToString());
        Assert.Equal(["edge"], compilation.Faults.Select(fault => fault.Name));
    }

    [Fact]
    public void A_device_with_nothing_changed_is_its_base()
    {
        var compilation = Compilation.Create(SyntaxTree.Parse("device d = neuron_core_v2 with { }\n"));
        Assert.Equal(BuiltInDevices.DefaultDevice.Hash, compilation.GetDevice("d")!.Hash);
    }

    [Fact]
    public void The_device_of_a_network_is_the_option_then_the_annotation_then_the_default()
    {
        const string text = "device d = neuron_core_v2 with { }\nnetwork n(x: f32[2]) @device(d) { return relu(x) }\nnetwork m(x: f32[2]) { return relu(x) }\n";
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        Assert.Equal("d", compilation.DeviceOf("n")!.Name);
        Assert.Equal("neuron_core_v2", compilation.DeviceOf("m")!.Name);
        Assert.Equal("neuron_core_v2", compilation.WithOptions(new CompilationOptions { Device = "neuron_core_v2" }).DeviceOf("n")!.Name);
        Assert.Null(compilation.WithOptions(new CompilationOptions { Device = "trn9" }).DeviceOf("n"));
    }

    [Theory]
    [InlineData("stuck_bit(engine: tensor, lane: 17, bit: 30, value: 1)", null)]
    [InlineData("wrong_pad(pass: tile, layer: \"a/conv2d\", side: bottom)", null)]
    [InlineData("flipped_bit(memory: sbuf, partition: 3, byte: 64, bit: 1, at: 3us)", null)]
    [InlineData("stuck_bit(engine: motor, lane: 17, bit: 30)", "NN5012")]
    [InlineData("stuck_bit(engine: tensor, lane: 1700, bit: 30)", "NN5012")]
    [InlineData("stuck_bits(bit: 30)", "NN5011")]
    [InlineData("stuck_bit(engine: tensor", "NN1020")]
    [InlineData("3 + 4", "NN5011")]
    public void Fault_specifications_are_read_and_checked(string specification, string? code)
    {
        var fault = FaultSpecification.Parse(specification, BuiltInDevices.DefaultDevice, out var diagnostics);
        Assert.Equal(code, diagnostics.FirstOrDefault()?.Code);
        Assert.Equal(code is null, fault is not null);
        Assert.All(diagnostics, diagnostic => Assert.InRange(diagnostic.Location.Span.End, 0, specification.Length * 2));
    }

    [Theory]
    [InlineData("semaphores { count: 8 }", "semaphores.count")]
    [InlineData("engine dma { queues: 1 }", "engine dma.queues")]
    [InlineData("engine dma { launch: 1s }", "engine dma.launch")]
    [InlineData("engine dma { rate: 1Bps }", "engine dma.rate")]
    [InlineData("engine scalar { tables { a: [\"exp\"], b: [\"exp\"] } }", "engine scalar.tables")]
    [InlineData("memory hbm { rate: 1Bps }", "memory hbm.rate")]
    [InlineData("memory psum { banks: 3 }", "memory psum.banks")]
    [InlineData("memory psum { types: [bf16] }", "memory psum.types")]
    [InlineData("memory sbuf { bytes: 7B }", "memory sbuf.bytes")]
    [InlineData("memory sbuf { bytes: 2GiB }", "memory sbuf.bytes")]
    [InlineData("memory sbuf { partitions: 8 }", "memory sbuf.partitions")]
    [InlineData("memory sbuf { start_partitions: [1] }", "memory sbuf.start_partitions")]
    public void A_device_that_programs_could_not_run_on_is_refused_where_it_says_so(string section, string path)
    {
        var text = $"device d = neuron_core_v2 with {{\n  {section}\n}}\n";
        var diagnostic = Assert.Single(Compilation.Create(SyntaxTree.Parse(text)).Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal("NN5015", diagnostic.Code);
        Assert.Contains(path + ":", diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(1, SourceText.From(text).PositionOf(diagnostic.Location.Span.Start).Line);
    }

    [Fact]
    public void A_device_of_nothing_is_told_what_it_lacks()
    {
        var compilation = Compilation.Create(SyntaxTree.Parse("device d { engine dma { rate: 1GBps } semaphores { count: 99 } }\n"));
        Assert.Equal(
            ["engine", "memory hbm", "memory psum", "memory sbuf"],
            compilation.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Message.Split(" at ")[1].Split(':')[0]).Order());
    }

    [Fact]
    public void What_a_base_goes_on_speaking_of_cannot_be_taken_away()
    {
        const string text = "device d = neuron_core_v2 with {\n  engine gpsimd { absent: true }\n}\n";
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        Assert.Null(compilation.GetDevice("d"));
        var diagnostic = Assert.Single(compilation.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal("d", text.Substring(diagnostic.Location.Span.Start, diagnostic.Location.Span.Length));
        Assert.Contains("gpsimd", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_device_files_end_in_diagnostics()
    {
        var text = BuiltInDevices.TextOf("neuron_core_v2")!.Replace("device neuron_core_v2", "device copy", StringComparison.Ordinal);
        PropertySeed.ForEach(60, random =>
        {
            var damaged = text;
            for (var i = 0; i < 3; i++)
            {
                var at = random.Next(damaged.Length - 20);
                damaged = damaged.Remove(at, random.Next(12)).Insert(at, new[] { "", "}", "{", "9", " x ", ":", "ns", "[" }[random.Next(8)]);
            }

            var compilation = Compilation.Create(SyntaxTree.Parse(damaged));
            Assert.True(compilation.GetDevice("copy") is not null || compilation.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error));
        });
    }

    [Fact]
    public void Seeded_weights_have_their_type_and_depend_on_their_key_alone()
    {
        const string text = "weights seeded(42)\nnetwork n(x: f32[1, 4]) {\na = dense(x, 3)\nreturn dense(a, 2)\n}\n";
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        using var weights = compilation.OpenWeights();
        var sources = compilation.GetNetwork("n")!.Layers.SelectMany(layer => layer.Sources).OfType<TensorSource.Weight>().ToList();
        Assert.Equal(["a.weight", "a.bias", "return.weight", "return.bias"], sources.Select(source => source.Key));
        var first = weights.Load(sources[0]);
        Assert.Equal("f32[3, 4]", first.ToString());
        using var other = Compilation.Create(SyntaxTree.Parse(text.Replace("a = dense(x, 3)", "b = relu(x)\na = dense(b, 3)", StringComparison.Ordinal))).OpenWeights();
        Assert.True(first.Bytes.Span.SequenceEqual(other.Load(sources[0]).Bytes.Span));
        Assert.InRange(weights.Load(sources[1]).AsFloats()[0], -0.1f, 0.1f);
    }
}
