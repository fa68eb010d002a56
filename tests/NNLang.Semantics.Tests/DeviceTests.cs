using NNLang.Machine.Instructions;
using NNLang.Semantics.Devices;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
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
