using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.ProgramFormat;
using NNLang.Machine.Programs;
using NNLang.Machine.Rules;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

/// <summary>Random legal programs for neuron_core_v2: every instruction, every kind of operand, waits that may or may not be fulfilled.</summary>
internal sealed class RandomProgram(Random random)
{
    private static readonly ElementType[] Types = [.. DeviceTypes.All];

    public static MachineProgram Make(Random random) => new RandomProgram(random).Program();

    private MachineProgram Program()
    {
        var regions = ImmutableArray.Create(
            new Region("x", RegionKind.Input, ElementType.F32, [64, 128], 64 * 128 * 4),
            new Region("ids", RegionKind.Input, ElementType.I32, [8], 32),
            new Region("fc.weight", RegionKind.Weight, ElementType.BF16, [128, 256], 128 * 256 * 2, WeightRecipe()),
            new Region("0 odd \"name\"\n", RegionKind.Constant, ElementType.F32, [2, 3], 24, ConstantRecipe()),
            new Region("y", RegionKind.Output, ElementType.F32, [64, 128], 64 * 128 * 4),
            new Region("spill", RegionKind.Spill, ElementType.U8, [], 1 << 20),
            new Region("zeros", RegionKind.Scratch, ElementType.F16, [1000], 2000));
        var semaphores = new List<SemaphoreDeclaration>();
        for (var e = 0; e < Engines.Count; e++)
        {
            semaphores.Add(new SemaphoreDeclaration((ushort)e, (Engine)e, null, random.Next(2) == 0 ? "" : "sem \\" + e));
        }

        var queues = new List<QueueDeclaration>();
        for (var q = 0; q < 5; q++)
        {
            semaphores.Add(new SemaphoreDeclaration((ushort)(8 + q), null, q));
            queues.Add(new QueueDeclaration(q, (Engine)q, q == 2 ? DescriptorSource.Software : DescriptorSource.Static, (ushort)(8 + q)));
        }

        return new MachineProgram
        {
            Name = "random",
            DeviceName = NeuronCoreV2.Device.Name,
            DeviceHash = NeuronCoreV2.Device.Hash,
            FunctionTablesHash = FunctionTables.Standard.Hash,
            Regions = regions,
            Inputs =
            [
                new ProgramTensor("x", 0, ElementType.F32, new Shape(64, 128)),
                new ProgramTensor(
                    "ids", 1, random.Next(2) == 0 ? ElementType.I32 : ElementType.I64, random.Next(2) == 0 ? new Shape(8) : new Shape(2, 4)),
            ],
            Outputs = [new ProgramTensor("y", 4, ElementType.F32, new Shape(64, 128))],
            Semaphores = [.. semaphores],
            Queues = [.. queues],
            Streams = [.. Enumerable.Range(0, Engines.Count).Select(e => Stream((Engine)e))],
        };
    }

    private Recipe WeightRecipe()
    {
        var steps = ImmutableArray.CreateBuilder<RecipeStep>();
        steps.Add(RecipeStep.Load("fc.weight"));
        steps.Add(RecipeStep.Permute(1, 0));
        if (random.Next(2) == 0)
        {
            steps.AddRange(RecipeStep.Slice(0, 0, 128), RecipeStep.Pad(0, 0, 0, 0), RecipeStep.Reshape(128, 256));
        }

        if (random.Next(2) == 0)
        {
            steps.AddRange(RecipeStep.Load("bn.gamma"), RecipeStep.Load("bn.var"), RecipeStep.BatchNormScale(1e-5), RecipeStep.Concat(0));
        }

        steps.Add(RecipeStep.Cast(ElementType.BF16));
        return new Recipe(steps.ToImmutable());
    }

    private Recipe ConstantRecipe() => new(random.Next(4) switch
    {
        0 => [RecipeStep.Constant([2, 3], [1, -0.0, double.NaN, 1e300, double.PositiveInfinity, 0.1])],
        1 => [RecipeStep.Constant([2, 3], [random.NextDouble()])],
        2 => [RecipeStep.ReciprocalCount(4, 4, 3, 3, 2, 2, 1, 1, 2, 2)],
        _ => [RecipeStep.Band(random.Next(1, 9), 5)],
    });

    private InstructionStream Stream(Engine engine)
    {
        var encoder = new InstructionEncoder();
        for (var left = random.Next(12); left > 0;)
        {
            var instruction = Any(engine);
            if (Legality.Check(NeuronCoreV2.Device, engine, instruction, RegionsForChecks) is null)
            {
                encoder.Write(instruction);
                left--;
            }
        }

        return encoder.ToStream(engine);
    }

    private static readonly Region[] RegionsForChecks =
    [
        new("x", RegionKind.Input, ElementType.F32, [], 64 * 128 * 4),
        new("ids", RegionKind.Input, ElementType.I32, [], 32),
        new("fc.weight", RegionKind.Weight, ElementType.BF16, [], 128 * 256 * 2),
        new("c", RegionKind.Constant, ElementType.F32, [], 24),
        new("y", RegionKind.Output, ElementType.F32, [], 64 * 128 * 4),
        new("spill", RegionKind.Spill, ElementType.U8, [], 1 << 20),
        new("zeros", RegionKind.Scratch, ElementType.F16, [], 2000),
    ];

    private Instruction Any(Engine engine)
    {
        var waits = new List<SemaphoreWait>();
        for (var left = random.Next(3); left > 0; left--)
        {
            waits.Add(new SemaphoreWait((ushort)(random.Next(2) == 0 ? random.Next(5) : 8 + random.Next(5)), (uint)random.NextInt64(1, 1L << random.Next(2, 32))));
        }

        var (opcode, operands, attributes) = Parts(engine);
        ushort? increment = random.Next(3) == 0 ? null : (ushort)(opcode is Opcode.DmaCopy or Opcode.DmaGather ? 8 + (int)engine : (int)engine);
        return new Instruction(opcode, operands, attributes, waits.ToArray(), increment);
    }

    private (Opcode Opcode, Operand[] Operands, InstructionAttributes Attributes) Parts(Engine engine)
    {
        var (first, partitions) = random.Next(3) switch { 0 => (0, random.Next(65, 129)), 1 => (64, random.Next(33, 65)), _ => (32 * random.Next(4), random.Next(1, 33)) };
        var shape = Shape();
        var n = shape.Aggregate(1, (product, count) => product * count);
        Operand Tile(bool dense = false) => On(random.Next(3) == 0 ? MemoryKind.Psum : MemoryKind.Sbuf, first, partitions, shape, dense);
        Operand Sbuf(ElementType type, int count) => On(MemoryKind.Sbuf, first, partitions, [count], true, type);
        Operand Scalar() => random.Next(3) == 0 ? Sbuf(ElementType.F32, 1) : Operand.ImmediateBits(ImmediateBits());
        var attributes = new InstructionAttributes();
        var operation = (AluOperation)random.Next(Mnemonics.OperationCount);
        switch (random.Next(17))
        {
            case 0:
                var (groups, m) = random.Next(2) == 0 ? (1, random.Next(1, 129)) : (2, random.Next(1, 33));
                var k = groups * random.Next(1, 128 / groups);
                var flags = random.Next(2) == 0 ? InstructionFlags.Accumulate : InstructionFlags.None;
                return (
                    Opcode.NcMatmul,
                    [
                        On(MemoryKind.Psum, 0, groups * m, [n], true, ElementType.F32),
                        On(MemoryKind.Sbuf, 0, k, [m], true, ElementType.BF16), On(MemoryKind.Sbuf, 0, k, shape, false, ElementType.BF16),
                    ],
                    attributes with { Flags = flags, Groups = (byte)(groups == 1 ? 0 : groups) });
            case 1:
                var f = random.Next(1, 33);
                return (
                    Opcode.NcTranspose,
                    [On(MemoryKind.Psum, 0, f, [32], true, ElementType.F32), On(MemoryKind.Sbuf, 0, 32, [f], true, ElementType.F32)], attributes);
            case 2:
                return (Opcode.Activation, [Tile(), Tile(), .. Scalars(3)], attributes with { Function = (ActivationFunction)random.Next(18) });
            case 3:
                return (
                    Opcode.ActivationReduce, [Tile(), Tile(), Sbuf(ElementType.F32, 1), .. Scalars(3)],
                    attributes with { Function = (ActivationFunction)random.Next(18) });
            case 4:
                return (Opcode.TensorTensor, [Tile(), Tile(), Tile()], attributes with { Operation0 = operation });
            case 5:
                var type = random.Next(2) == 0 ? ElementType.I16 : ElementType.I32;
                return (
                    Opcode.TensorTensor, [Sbuf(type, n), Sbuf(type, n), Sbuf(type, n)], attributes with { Operation0 = AluOperation.Bxor });
            case 6:
                return (
                    Opcode.TensorScalar, [Sbuf(ElementType.I32, n), Sbuf(ElementType.I32, n), Operand.ImmediateBits(ImmediateBits())],
                    attributes with { Operation0 = AluOperation.Shl, Flags = random.Next(2) == 0 ? InstructionFlags.Reverse0 : 0 });
            case 7:
                return (
                    Opcode.TensorScalar, [Tile(), Tile(), Scalar()],
                    attributes with { Operation0 = operation, Flags = random.Next(2) == 0 ? InstructionFlags.Reverse0 : 0 });
            case 8:
                var fused = random.Next(2) == 0;
                return (
                    Opcode.TensorScalar, [Tile(), Tile(), Scalar(), Scalar()],
                    attributes with
                    {
                        Operation0 = fused ? AluOperation.Mul : operation,
                        Operation1 = fused ? AluOperation.Add : AluOperation.Max,
                        Flags = fused ? InstructionFlags.FusedMultiplyAdd : InstructionFlags.Reverse1,
                    });
            case 9:
                return (
                    Opcode.ScalarTensorTensor, [Tile(), Tile(), Scalar(), Tile()],
                    attributes with { Operation0 = operation, Operation1 = AluOperation.Sub, Flags = (InstructionFlags)(random.Next(4) * 8) });
            case 10:
                var axes = random.Next(1, shape.Length + 1);
                return (
                    Opcode.TensorReduce,
                    [
                        On(MemoryKind.Sbuf, first, partitions, [.. shape[..^axes], 1], true, ElementType.F32),
                        On(MemoryKind.Sbuf, first, partitions, shape, false),
                    ],
                    attributes with { Axes = (byte)axes, Operation0 = AluOperation.Add, Flags = random.Next(2) == 0 ? InstructionFlags.Negate : 0 });
            case 11:
                return (
                    Opcode.TensorTensorScan, [Tile(), Tile(), Tile(), Scalar()],
                    attributes with { Operation0 = AluOperation.Mul, Operation1 = AluOperation.Add });
            case 12:
                return (Opcode.TensorCopy, [Tile(), Tile()], attributes);
            case 13:
                return (Opcode.TensorCopyPredicated, [Tile(), Tile(), Tile()], attributes);
            case 14:
                var destination = Tile();
                var width = 8 * DeviceTypes.Bytes(destination.Type);
                return (Opcode.Memset, [destination, Operand.ImmediateBits(ImmediateBits() & (uint.MaxValue >> (32 - width)))], attributes);
            case 15:
                return (
                    Opcode.Iota,
                    [
                        On(MemoryKind.Sbuf, first, partitions, shape, false, ElementType.I32), Operand.Immediate(random.Next()), Operand.Immediate(-random.Next()),
                        .. shape.Select(_ => Operand.Immediate(random.Next(-5, 5))),
                    ],
                    attributes);
            default:
                return Transfer(engine, attributes);
        }

        Operand[] Scalars(int most) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => Scalar())];
    }

    private (Opcode Opcode, Operand[] Operands, InstructionAttributes Attributes) Transfer(Engine engine, InstructionAttributes attributes)
    {
        var queue = attributes with { Queue = (byte)engine };
        var (p, n) = (random.Next(1, 65), random.Next(1, 129));
        var row = new HbmOperand.Dimension((uint)n, 4);
        Operand Chip(ElementType type) => On(MemoryKind.Sbuf, random.Next(0, 128 - p), p, [n], false, type);
        switch (random.Next(5))
        {
            case 0:
                return (Opcode.Wait, [], attributes);
            case 1 when engine == Engine.Scalar:
                return (
                    Opcode.DmaGather,
                    [
                        On(MemoryKind.Sbuf, 0, p, [n], true, ElementType.F32), new HbmOperand(0, 0, ElementType.F32, [new(64, 512)], [row]),
                        On(MemoryKind.Sbuf, 0, p, [1], true, ElementType.I32),
                    ],
                    queue);
            case 2:
                return (Opcode.DmaCopy, [new HbmOperand(4, 0, ElementType.F32, [new((uint)p, 512)], [row]), Chip(ElementType.BF16)], queue);
            case 3:
                return (
                    Opcode.DmaCopy,
                    [
                        new HbmOperand(5, 65536, ElementType.F32, [], [new((uint)p, 4L * n), row]),
                        new HbmOperand(0, 0, ElementType.F32, [], [new((uint)p, 512), row]),
                    ],
                    queue);
            default:
                return (
                    Opcode.DmaCopy, [Chip(ElementType.F32), new HbmOperand(0, 0, ElementType.F32, [new(1, 0), new((uint)p, 0)], [new(1, 7), row])], queue);
        }
    }

    private int[] Shape()
    {
        var shape = new int[random.Next(1, 5)];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = random.Next(1, shape.Length == 1 ? 512 : 5);
        }

        return shape;
    }

    private OnChipOperand On(MemoryKind memory, int first, int partitions, int[] shape, bool dense, ElementType? wanted = null)
    {
        var type = wanted ?? (memory == MemoryKind.Psum ? ElementType.F32 : Types[random.Next(Types.Length)]);
        shape = shape.Length > 4 ? [.. shape[..3], 1] : shape;
        var dimensions = new OnChipOperand.Dimension[shape.Length];
        var stride = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            dimensions[i] = new OnChipOperand.Dimension((ushort)shape[i], (short)stride);
            stride *= shape[i] * (dense || random.Next(3) > 0 ? 1 : 2);
        }

        var size = DeviceTypes.Bytes(type);
        var room = memory == MemoryKind.Psum ? 16384 : 196608;
        var offset = random.Next(Math.Max(1, (room - (stride * size)) / 2048)) * 2048;
        return new OnChipOperand(memory, first, partitions, (uint)offset, type, dimensions);
    }

    private uint ImmediateBits() => random.Next(3) switch
    {
        0 => BitConverter.SingleToUInt32Bits(random.Next(-3, 4)),
        1 => BitConverter.SingleToUInt32Bits((float)random.NextDouble()),
        _ => (uint)random.NextInt64(1L << 32),
    };
}
