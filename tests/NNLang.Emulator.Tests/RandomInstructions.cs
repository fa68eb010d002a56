using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Emulator.Tests;

/// <summary>Random legal instructions over small memories, all types and patterns included.</summary>
internal sealed class RandomInstructions(Random random)
{
    public const int SbufBytes = 4096;
    public const int PsumBytes = 16384;
    public const int RegionBytes = 1 << 16;

    private static readonly ElementType[] All =
        [ElementType.F32, ElementType.F32, ElementType.BF16, ElementType.F16, ElementType.I32, ElementType.I16, ElementType.I8, ElementType.U8];

    private static readonly ElementType[] Floats = [ElementType.F32, ElementType.F32, ElementType.BF16, ElementType.F16];

    private int _area;

    public (Instruction Instruction, Engine Engine) Next()
    {
        _area = 0;
        return random.Next(13) switch
        {
            0 or 1 => Matmul(),
            2 => TransposeBlock(),
            3 => Activation(),
            4 => Reduce(),
            5 => Scan(),
            6 => TensorTensor(),
            7 => TensorScalar(),
            8 => ScalarTensorTensor(),
            9 => CopyOrPredicated(),
            10 => random.Next(2) == 0 ? Memset() : Iota(),
            _ => Transfer(),
        };
    }

    /// <summary>A transfer between any two memories, rows of any shape.</summary>
    public (Instruction Instruction, Engine Engine) Transfer()
    {
        _area = 0;
        var n = random.Next(4) == 0 ? random.Next(1, 90) : random.Next(1, 5) * random.Next(1, 5) * random.Next(1, 4);
        var target = random.Next(4) == 0 ? Pick(All) : ElementType.F32;
        var source = random.Next(3) == 0 ? Pick(All) : target;
        var np = random.Next(1, 129);
        var kind = random.Next(4);
        Operand d = kind is 0 or 1 ? OnChip(MemoryKind.Sbuf, random.Next(0, 129 - np), np, target, n, destination: true) : Hbm(0, np, target, n, destination: true);
        Operand x = kind is 0 or 2 ? Hbm(1, np, source, n, destination: false) : OnChip(MemoryKind.Sbuf, random.Next(0, 129 - np), np, source, n, destination: false);
        return (new Instruction(Opcode.DmaCopy, [d, x]), Engine.Sync);
    }

    private (Instruction, Engine) Matmul()
    {
        var type = Pick(Floats);
        var (p0, limit) = Quadrant();
        var groups = random.Next(3) == 0 ? 1 << random.Next(0, 4) : 1;
        var k = random.Next(3) == 0 ? limit : random.Next(1, limit + 1);
        k = Math.Max(groups, k / groups * groups);
        if (k > limit)
        {
            (groups, k) = (1, 1);
        }

        var (d0, dlimit) = Quadrant();
        if (random.Next(6) == 0)
        {
            (groups, dlimit, d0) = (k, k <= dlimit ? dlimit : 128, k <= dlimit ? d0 : 0);
        }

        if (dlimit < groups)
        {
            (d0, dlimit) = (0, 128);
        }

        var perGroup = random.Next(1, Math.Max(1, dlimit / groups) + 1);
        var n = random.Next(4) == 0 ? random.Next(1, 200) : random.Next(1, 20);
        Operand d = OnChip(MemoryKind.Psum, d0, perGroup * groups, ElementType.F32, n, destination: true, bank: true);
        Operand st = OnChip(MemoryKind.Sbuf, p0, k, type, perGroup, destination: false);
        Operand mv = OnChip(MemoryKind.Sbuf, p0, k, type, n, destination: false);
        var attributes = new InstructionAttributes
        {
            Groups = (byte)groups,
            Flags = random.Next(2) == 0 ? InstructionFlags.Accumulate : InstructionFlags.None,
        };
        return (new Instruction(Opcode.NcMatmul, [d, st, mv], attributes), Engine.Tensor);
    }

    private (Instruction, Engine) TransposeBlock()
    {
        var type = random.Next(2) == 0 ? ElementType.F32 : Pick(Floats);
        var (p0, limit) = Quadrant();
        var (d0, dlimit) = Quadrant();
        int p = random.Next(1, limit + 1), f = random.Next(1, dlimit + 1);
        Operand d = OnChip(MemoryKind.Psum, d0, f, ElementType.F32, p, destination: true, bank: true);
        return (new Instruction(Opcode.NcTranspose, [d, OnChip(MemoryKind.Sbuf, p0, p, type, f, destination: false)]), Engine.Tensor);
    }

    private (Instruction, Engine) Activation()
    {
        var (np, n) = Size();
        var reduce = random.Next(3) == 0;
        var operands = new List<Operand> { Destination(np, Pick(All), n), Source(np, Pick(All), n) };
        if (reduce)
        {
            operands.Add(Destination(np, ElementType.F32, 1));
        }

        for (var i = random.Next(0, 4); i > 0; i--)
        {
            operands.Add(Scalar(np, random.Next(3) == 0 ? Pick(Floats) : ElementType.F32));
        }

        var function = (ActivationFunction)random.Next((int)ActivationFunction.Not + 1);
        return (new Instruction(reduce ? Opcode.ActivationReduce : Opcode.Activation, [.. operands], new() { Function = function }), Engine.Scalar);
    }

    private (Instruction, Engine) Reduce()
    {
        var np = random.Next(1, 129);
        var wide = random.Next(3) == 0;
        int outer = random.Next(1, wide ? 3 : 6), inner = wide ? random.Next(100, 300) : random.Next(1, 20);
        var p0 = Start(np);
        var source = new OnChipOperand(MemoryKind.Sbuf, p0, np, Area(outer * inner * 4, 4), ElementType.F32, new((ushort)outer, (short)inner), new((ushort)inner, 1));
        AluOperation[] operations = [AluOperation.Add, AluOperation.Add, AluOperation.Max, AluOperation.Min, AluOperation.Mul];
        var attributes = new InstructionAttributes
        {
            Operation0 = Pick(operations),
            Axes = 1,
            Flags = random.Next(3) == 0 ? InstructionFlags.Negate : InstructionFlags.None,
        };
        return (new Instruction(Opcode.TensorReduce, [Destination(np, Pick(All), outer), source], attributes), Engine.Vector);
    }

    private (Instruction, Engine) Scan()
    {
        var (np, n) = Size();
        var attributes = new InstructionAttributes { Operation0 = Arithmetic(), Operation1 = Arithmetic() };
        return (
            new Instruction(
                Opcode.TensorTensorScan,
                [Destination(np, Pick(Floats), n), Source(np, Pick(Floats), n), Source(np, Pick(Floats), n), Scalar(np, ElementType.F32)],
                attributes),
            Engine.Vector);
    }

    private (Instruction, Engine) TensorTensor()
    {
        var (np, n) = Size();
        var integers = random.Next(4) == 0;
        var type = integers ? ElementType.I32 : Pick(All);
        var bitwise = !integers && random.Next(5) == 0;
        var other = integers || bitwise ? type : Pick(All);
        Operand a = Source(np, type, n);
        Operand d = !bitwise && !integers && random.Next(3) == 0 && IsInjective(a) ? a : Destination(np, integers || bitwise ? type : Pick(All), n);
        var operation = bitwise ? (AluOperation)random.Next((int)AluOperation.Band, (int)AluOperation.Shr + 1) : integers ? WrappingInteger() : Arithmetic();
        return (new Instruction(Opcode.TensorTensor, [d, a, Source(np, other, n)], new() { Operation0 = operation }), integers ? Engine.GpSimd : Engine.Vector);
    }

    private (Instruction, Engine) TensorScalar()
    {
        var (np, n) = Size();
        var fused = random.Next(4) == 0;
        var pair = fused || random.Next(2) == 0;
        var bitwise = !fused && random.Next(5) == 0;
        Operand x = Source(np, bitwise ? ElementType.I16 : Pick(All), n);
        var operands = new List<Operand> { Destination(np, bitwise ? ElementType.I16 : Pick(All), n), x, bitwise ? Operand.Immediate(random.Next(-5, 20)) : Scalar(np, ElementType.F32) };
        if (pair)
        {
            operands.Add(bitwise ? Operand.Immediate(random.Next(-5, 20)) : Scalar(np, ElementType.F32));
        }

        return (new Instruction(Opcode.TensorScalar, [.. operands], PairAttributes(fused, bitwise, pair)), Engine.Vector);
    }

    private (Instruction, Engine) ScalarTensorTensor()
    {
        var (np, n) = Size();
        Operand b = Source(np, Pick(All), n);
        Operand d = random.Next(3) == 0 && IsInjective(b) ? b : Destination(np, Pick(All), n);
        return (
            new Instruction(
                Opcode.ScalarTensorTensor, [d, Source(np, Pick(All), n), Scalar(np, ElementType.F32), b], PairAttributes(random.Next(4) == 0, false, true)),
            Engine.Vector);
    }

    private (Instruction, Engine) CopyOrPredicated()
    {
        var (np, n) = Size();
        return random.Next(2) == 0
            ? (new Instruction(Opcode.TensorCopy, [Destination(np, Pick(All), n), Source(np, Pick(All), n)]), Engine.Vector)
            : (new Instruction(Opcode.TensorCopyPredicated, [Destination(np, Pick(All), n), Source(np, Pick(All), n), Source(np, Pick(All), n)]), Engine.Vector);
    }

    private (Instruction, Engine) Memset()
    {
        var (np, n) = Size();
        return (new Instruction(Opcode.Memset, [Destination(np, Pick(All), n), Operand.ImmediateBits((uint)random.NextInt64())]), Engine.GpSimd);
    }

    private (Instruction, Engine) Iota()
    {
        var (np, n) = Size();
        return (
            new Instruction(
                Opcode.Iota,
                [Destination(np, Pick(All), n), Operand.Immediate(random.Next(-1000, 1000)), Operand.Immediate(random.Next(-9, 9)), Operand.Immediate(random.Next(-9, 9)),
                    Operand.Immediate(random.Next(-9, 9))]),
            Engine.GpSimd);
    }

    private InstructionAttributes PairAttributes(bool fused, bool bitwise, bool pair)
    {
        AluOperation Operation() => bitwise ? (AluOperation)random.Next((int)AluOperation.Band, (int)AluOperation.Shr + 1) : Arithmetic();
        var flags = fused ? InstructionFlags.FusedMultiplyAdd : InstructionFlags.None;
        flags |= random.Next(3) == 0 && !fused ? InstructionFlags.Reverse0 : 0;
        var second = fused ? Pick([AluOperation.Add, AluOperation.Sub]) : Operation();
        flags |= random.Next(3) == 0 && (!fused || second == AluOperation.Sub) ? InstructionFlags.Reverse1 : 0;
        return new() { Operation0 = fused ? AluOperation.Mul : Operation(), Operation1 = pair ? second : default, Flags = flags };
    }

    private static bool IsInjective(in Operand operand)
    {
        foreach (var dimension in operand.OnChip.Dimensions)
        {
            if (dimension.Count > 1 && dimension.Stride == 0)
            {
                return false;
            }
        }

        return true;
    }

    private AluOperation Arithmetic()
    {
        var operation = random.Next((int)AluOperation.Band + 1);
        return operation == (int)AluOperation.Band ? AluOperation.Bypass : (AluOperation)operation;
    }

    private AluOperation WrappingInteger() => Arithmetic() is var operation && operation == AluOperation.Pow ? AluOperation.Add : operation;

    private (int Partitions, int Elements) Size() => (random.Next(1, 129), random.Next(3) == 0 ? random.Next(1, 70) : random.Next(1, 10));

    private (int Start, int Limit) Quadrant() => random.Next(5) switch
    {
        0 => (32, 32),
        1 => (64, 64),
        2 => (96, 32),
        _ => (0, 128),
    };

    private int Start(int np) => np > 64 ? 0 : np > 32 ? 64 * random.Next(2) : 32 * random.Next(4);

    private Operand Destination(int np, ElementType type, int n)
    {
        var memory = DeviceTypes.Bytes(type) == 4 && random.Next(4) == 0 ? MemoryKind.Psum : MemoryKind.Sbuf;
        return OnChip(memory, Start(np), np, type, n, destination: true);
    }

    private Operand Source(int np, ElementType type, int n) => OnChip(MemoryKind.Sbuf, Start(np), np, type, n, destination: false);

    private Operand Scalar(int np, ElementType type) =>
        random.Next(2) == 0 ? Operand.Immediate((float)Math.Round((random.NextDouble() * 6) - 3, 2)) : OnChip(MemoryKind.Sbuf, Start(np), np, type, 1, destination: false);

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    /// <summary>Operands of one instruction get areas of their own, so that their boxes are disjoint.</summary>
    private uint Area(int bytes, int size)
    {
        var at = _area + (size * random.Next(0, 4));
        at = (at + size - 1) / size * size;
        _area = at + bytes;
        return (uint)at;
    }

    private OnChipOperand OnChip(MemoryKind memory, int p0, int np, ElementType type, int n, bool destination, bool bank = false)
    {
        var size = DeviceTypes.Bytes(type);
        var counts = Factors(n, random.Next(1, 4));
        var dimensions = new OnChipOperand.Dimension[counts.Length];
        var reach = 1;
        for (var axis = counts.Length - 1; axis >= 0; axis--)
        {
            var stride = !destination && random.Next(6) == 0 ? 0 : reach + (bank ? 0 : random.Next(3) == 0 ? random.Next(0, 3) : 0);
            dimensions[axis] = new((ushort)counts[axis], (short)stride);
            reach = Math.Max(reach, stride) * counts[axis];
        }

        var span = dimensions.Sum(dimension => (dimension.Count - 1) * dimension.Stride) + 1;
        var start = bank ? (uint)(2048 * random.Next(8)) : Area(span * size, size);
        if (start + (span * size) > (memory == MemoryKind.Sbuf ? SbufBytes : PsumBytes))
        {
            // Too wild for this small memory: dense, or all elements one.
            return destination
                ? new OnChipOperand(memory, p0, np, Area(n * size, size), type, new OnChipOperand.Dimension((ushort)n, 1))
                : new OnChipOperand(memory, p0, np, Area(size, size), type, new OnChipOperand.Dimension((ushort)n, 0));
        }

        return new OnChipOperand(memory, p0, np, start, type, dimensions);
    }

    private Operand Hbm(int region, int np, ElementType type, int n, bool destination)
    {
        var size = DeviceTypes.Bytes(type);
        var free = Factors(n, random.Next(1, 4));
        var freeDimensions = new HbmOperand.Dimension[free.Length];
        long reach = size;
        for (var axis = free.Length - 1; axis >= 0; axis--)
        {
            var stride = reach + (random.Next(4) == 0 ? size * random.Next(0, 3) : 0);
            freeDimensions[axis] = new((uint)free[axis], stride);
            reach = stride * free[axis];
        }

        var partitions = Factors(np, random.Next(1, 3));
        var partitionDimensions = new HbmOperand.Dimension[partitions.Length];
        for (var axis = partitions.Length - 1; axis >= 0; axis--)
        {
            var stride = !destination && random.Next(4) == 0 ? size : reach;
            partitionDimensions[axis] = new((uint)partitions[axis], stride);
            reach = Math.Max(reach, stride * partitions[axis]);
        }

        var used = freeDimensions.Concat(partitionDimensions).Sum(dimension => (dimension.Count - 1) * dimension.Stride) + size;
        var room = RegionBytes - used;
        if (room < 0)
        {
            return destination
                ? new HbmOperand(region, 0, type, [new((uint)np, n * size)], [new((uint)n, size)])
                : new HbmOperand(region, 0, type, [new((uint)np, 0)], [new((uint)n, size)]);
        }

        return new HbmOperand(region, random.NextInt64(0, (room / size) + 1) * size, type, [.. partitionDimensions], [.. freeDimensions]);
    }

    private int[] Factors(int n, int most)
    {
        var factors = new List<int>();
        while (factors.Count < most - 1)
        {
            var divisors = Enumerable.Range(1, n).Where(divisor => n % divisor == 0).ToArray();
            var factor = divisors[random.Next(divisors.Length)];
            factors.Add(factor);
            n /= factor;
        }

        factors.Add(n);
        return [.. factors];
    }
}
