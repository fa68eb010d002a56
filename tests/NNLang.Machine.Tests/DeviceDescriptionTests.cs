using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

public sealed class DeviceDescriptionTests
{
    [Fact]
    public void The_fixtures_are_sound()
    {
        Assert.Empty(DeviceValidator.Validate(NeuronCoreV2.Device));
        Assert.Empty(DeviceValidator.Validate(NeuronCoreV2.DeviceV3));
    }

    [Fact]
    public void The_hash_depends_on_what_a_program_depends_on()
    {
        var device = NeuronCoreV2.Device;
        Assert.NotEqual(device.Hash, NeuronCoreV2.DeviceV3.Hash);
        Assert.Equal(device.Hash, Copy(device, name: "other").Hash);
        Assert.NotEqual(device.Hash, Copy(device, semaphores: 255).Hash);
        Assert.NotEqual(device.Hash, Copy(device, rules: false).Hash);
    }

    [Theory]
    [InlineData("max(64, n)", 10, 64)]
    [InlineData("max(64, n)", 100, 100)]
    [InlineData("n / 2", 7, 3)]
    [InlineData("half", 7, 4)]
    public void An_int_is_cycles_and_a_float_is_rounded_up(string cost, int n, long cycles)
    {
        CostExpression elements = new CostExpression.Parameter("n", CostType.Int);
        var expression = cost switch
        {
            "max(64, n)" => CostExpression.Max(64, elements),
            "n / 2" => elements / 2,
            _ => elements / 2.0,
        };
        var device = WithIota(expression);
        var evaluated = device.Costs.Evaluate(Engine.GpSimd, Iota(n), Opcode.None, out var problem);
        Assert.Null(problem);
        Assert.Equal(device.Picoseconds(Engine.GpSimd, cycles), evaluated!.Value.Busy);
    }

    [Fact]
    public void A_quantity_is_time_rounded_up_to_picoseconds()
    {
        CostExpression elements = new CostExpression.Parameter("n", CostType.Int);
        var time = elements * CostExpression.QuantityLiteral.Bytes(1) / CostExpression.QuantityLiteral.BytesPerSecond(17_000_000_000m);
        Assert.Equal(CostType.Duration, time.Type);
        var device = WithIota(time);
        Assert.Equal(1000, device.Costs.Evaluate(Engine.GpSimd, Iota(17), Opcode.None, out _)!.Value.Busy);
        Assert.Equal(1059, device.Costs.Evaluate(Engine.GpSimd, Iota(18), Opcode.None, out _)!.Value.Busy);
    }

    [Fact]
    public void Undefined_costs_are_problems()
    {
        CostExpression n = new CostExpression.Parameter("n", CostType.Int);
        foreach (var cost in new[] { n - 100, 5 / (n - 10), (n - 10.5) * 1.0, n * long.MaxValue })
        {
            var device = WithIota(cost);
            Assert.Null(device.Costs.Evaluate(Engine.GpSimd, Iota(10), Opcode.None, out var problem));
            Assert.Contains("iota", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Dimensions_are_checked()
    {
        CostExpression time = CostExpression.QuantityLiteral.Picoseconds(1);
        CostExpression size = CostExpression.QuantityLiteral.Bytes(1);
        Assert.Throws<CostTypeException>(() => time + size);
        Assert.Throws<CostTypeException>(() => time + 1);
        Assert.Throws<CostTypeException>(() => size < 16);
        Assert.Throws<CostTypeException>(() => CostExpression.Conditional.Of(1, 2, 3));
        Assert.Equal(CostType.Float, (time / time).Type);
    }

    [Fact]
    public void Unknown_parameters_are_reported_with_their_place()
    {
        var problems = DeviceValidator.Validate(WithIota(new CostExpression.Part("x", TilePart.N)));
        var problem = Assert.Single(problems);
        Assert.Equal("instruction iota on gpsimd.cost", problem.Path);
        Assert.Contains("result, n", problem.Message, StringComparison.Ordinal);
    }

    private static Instruction Iota(int n) => new(
        Opcode.Iota,
        [new OnChipOperand(MemoryKind.Sbuf, 0, 1, 0, ElementType.I32, new OnChipOperand.Dimension((ushort)n, 1)), Operand.Immediate(0), Operand.Immediate(0)]);

    private static DeviceDescription WithIota(CostExpression cost)
    {
        var device = Copy(NeuronCoreV2.Device, rules: false);
        return new DeviceDescription
        {
            Name = device.Name,
            Engines = device.Engines,
            Dma = device.Dma,
            Memories = device.Memories,
            SemaphoreCount = device.SemaphoreCount,
            SemaphoreCycles = device.SemaphoreCycles,
            Instructions = [new InstructionDescription { Name = "iota", Variants = [new InstructionVariant { Engine = Engine.GpSimd, Cost = cost }] }],
        };
    }

    private static DeviceDescription Copy(DeviceDescription device, string? name = null, int? semaphores = null, bool rules = true) => new()
    {
        Name = name ?? device.Name,
        Engines = device.Engines,
        Dma = device.Dma,
        Memories = device.Memories,
        Ports = device.Ports,
        SemaphoreCount = semaphores ?? device.SemaphoreCount,
        SemaphoreCycles = device.SemaphoreCycles,
        Rules = rules ? device.Rules : [],
        Instructions = device.Instructions,
    };
}
