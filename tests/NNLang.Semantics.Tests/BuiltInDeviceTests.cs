using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Devices;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

public sealed class BuiltInDeviceTests
{
    [Fact]
    public void Neuron_core_v2_binds_without_diagnostics()
    {
        var device = BuiltInDevices.Find("neuron_core_v2")!;
        Assert.Empty(device.Diagnostics);
        Assert.Equal("neuron_core_v2", device.Description.Name);
        Assert.Equal(5, device.Description.Engines.Length);
        Assert.Equal(4_000, device.Description.Dma.RowPicoseconds);
        Assert.Equal(1_120_000_000, device.Description.Engine(Engine.Vector)!.ClockHz);
        Assert.NotEmpty(device.Description.Provenance);
    }

    [Fact]
    public void Neuron_core_v2_is_the_device_made_by_hand()
    {
        var bound = BuiltInDevices.Get("neuron_core_v2")!;
        var made = NeuronCoreV2.Device;
        Assert.Equal(
            made.Engines.Select(e => (e.Engine, e.ClockHz, e.DrainCycles, e.Lanes, string.Join(",", e.Reads), string.Join(",", e.Writes))),
            bound.Engines.Select(e => (e.Engine, e.ClockHz, e.DrainCycles, e.Lanes, string.Join(",", e.Reads), string.Join(",", e.Writes))));
        Assert.Equal(
            made.Engine(Engine.Scalar)!.FunctionSets.Select(set => set.Name + ":" + string.Join(",", set.Functions)),
            bound.Engine(Engine.Scalar)!.FunctionSets.Select(set => set.Name + ":" + string.Join(",", set.Functions)));
        Assert.Equal(
            made.Memories.Select(m => (m.Kind, m.Partitions, m.Bytes, m.Banks, m.BankBytes, m.Groups, m.BytesPerSecond, string.Join(",", m.Types))),
            bound.Memories.Select(m => (m.Kind, m.Partitions, m.Bytes, m.Banks, m.BankBytes, m.Groups, m.BytesPerSecond, string.Join(",", m.Types))));
        Assert.Equal(made.Ports.Select(Text), bound.Ports.Select(Text));
        Assert.Equal(made.Rules.Select(r => $"{r.Name} {r.When} {r.AddCycles} {r.Scale} {string.Join(",", r.Engines)}"), bound.Rules.Select(r => $"{r.Name} {r.When} {r.AddCycles} {r.Scale} {string.Join(",", r.Engines)}"));
        Assert.Equal((made.SemaphoreCount, made.SemaphoreCycles), (bound.SemaphoreCount, bound.SemaphoreCycles));
        Assert.Equal(
            (made.Dma.BytesPerSecond, made.Dma.LaunchPicoseconds, made.Dma.LandPicoseconds, made.Dma.SoftwareIssuePicoseconds, made.Dma.HardwareIssuePicoseconds),
            (bound.Dma.BytesPerSecond, bound.Dma.LaunchPicoseconds, bound.Dma.LandPicoseconds, bound.Dma.SoftwareIssuePicoseconds, bound.Dma.HardwareIssuePicoseconds));
        foreach (var instruction in made.Instructions)
        {
            var other = Assert.Single(bound.Instructions, i => i.Name == instruction.Name);
            Assert.Equal(Text(instruction), Text(other));
        }
    }

    [Fact]
    public void Every_instruction_with_a_lowering_is_declared()
    {
        var bound = BuiltInDevices.Get("neuron_core_v2")!;
        Assert.All(Mnemonics.AllOpcodes, opcode => Assert.NotNull(bound.Instruction(opcode)));
        Assert.NotNull(bound.Costs);
    }

    private static string Text(PortDescription port) => $"{port.Name} {port.Memory} {string.Join(",", port.Engines)} {port.Scope}";

    private static string Text(InstructionDescription instruction) =>
        string.Join("\n", instruction.Parameters)
        + "\nlimits " + string.Join("; ", instruction.Limits)
        + "\ntrigger " + string.Join(", ", instruction.Triggers)
        + "\n" + string.Join("\n", instruction.Variants.Select(v =>
            $"on {v.Engine} when {v.When} limits {string.Join("; ", v.Limits)} result {v.Result} cost {v.Cost} setup {v.Setup} on {v.SetupOn} casts {v.Casts}"));
}
