using NNLang.Emulator.Execution;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Memories;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

public sealed unsafe class KernelTests
{
    private static readonly uint[] Special =
    [
        0, 0x80000000, 0x3F800000, 0xBF800000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC12345, 0x7F800001, 1, 0x80000001, 0x007FFFFF, 0x00800000, 0x7F7FFFFF,
        0xFF7FFFFF, 0x477FEFFF, 0x477FF000, 0x33000000, 0x33000001, 0x387FC000, 0x4F000000, 0xCF000000, 0x3F000000, 0x3FC00000, 0x40200000,
    ];

    public static TheoryData<KernelPath> Paths => [.. Enum.GetValues<KernelPath>().Where(KernelPaths.IsSupported)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void EveryPathAgreesWithThePlainReading(KernelPath path) => PropertySeed.ForEach(80, random =>
    {
        var (naive, memory, context) = Make(random, path);
        using (memory)
        using (context)
        {
            var generator = new RandomInstructions(random);
            for (var i = 0; i < 3; i++)
            {
                var (instruction, engine) = generator.Next();
                naive.Execute(instruction, engine);
                ExecuteInParts(random, context, instruction, engine);
                Memories.AssertEqual(naive, memory, $"{engine} {Text(instruction)}");
            }
        }
    });

    [Fact]
    public void TransfersInTwoHalvesAgreeWithThePlainReading() => PropertySeed.ForEach(60, random =>
    {
        var (naive, memory, context) = Make(random, KernelPaths.Best);
        using (memory)
        using (context)
        {
            var (instruction, engine) = new RandomInstructions(random).Transfer();
            naive.Execute(instruction, engine);
            var dense = context.Large(DenseTransfer.Bytes(instruction));
            var partitions = TransferKernels.Partitions(instruction);
            Assert.Equal(-1, DenseTransfer.Read(memory, instruction, 0, partitions, dense));
            DenseTransfer.Write(memory, instruction, 0, partitions, dense, null);
            Memories.AssertEqual(naive, memory, Text(instruction));
        }
    });

    [Theory]
    [MemberData(nameof(Paths))]
    public void NarrowElementsAreReadAloneOnEveryPath(KernelPath path)
    {
        using var buffer = new NativeBuffer(8192);
        var row = (uint*)buffer.Data;
        var words = (uint*)(buffer.Data + 4096);
        new Span<uint>(words, 128).Fill(0xA1B2C3D4);
        (ElementType Type, int Byte, uint Bits)[] cases =
        [
            (ElementType.BF16, 0, 0xC3D4), (ElementType.BF16, 2, 0xA1B2), (ElementType.F16, 2, 0xA1B2), (ElementType.I16, 0, 0xFFFFC3D4),
            (ElementType.I16, 2, 0xFFFFA1B2), (ElementType.U8, 1, 0xC3), (ElementType.I8, 3, 0xFFFFFFA1),
        ];
        foreach (var (type, part, bits) in cases)
        {
            Lanes.Load(path, type, raw: true, (byte*)words + part, (float*)row, 128);
            Assert.Equal(Enumerable.Repeat(bits, 128), new Span<uint>(row, 128).ToArray());
        }
    }

    [Fact]
    public void ConversionsOfEveryHalfAreExactBothWays()
    {
        for (var bits = 0u; bits < 0x10000; bits++)
        {
            var half = Lanes.Decode(ElementType.F16, bits);
            Assert.Equal(NaiveMachine.ToSingle(ElementType.F16, bits), half);
            Assert.Equal(float.IsNaN(half) ? 0x7E00 : bits, Lanes.Encode(ElementType.F16, half));
            var brain = Lanes.Decode(ElementType.BF16, bits);
            Assert.Equal(float.IsNaN(brain) ? 0x7FC0 : bits, Lanes.Encode(ElementType.BF16, brain));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void ConversionsOfRandomBitsAgreeWithThePlainReading(KernelPath path) => PropertySeed.ForEach(8, random =>
    {
        using var buffer = new NativeBuffer(8192);
        var row = (float*)buffer.Data;
        var words = buffer.Data + 4096;
        foreach (var type in DeviceTypes.All.ToArray())
        {
            for (var round = 0; round < 50; round++)
            {
                var lanes = random.Next(1, 129);
                for (var i = 0; i < lanes; i++)
                {
                    ((uint*)row)[i] = random.Next(3) == 0 ? Special[random.Next(Special.Length)] : (uint)random.NextInt64();
                }

                Lanes.Store(path, type, raw: false, row, words, lanes);
                for (var i = 0; i < lanes; i++)
                {
                    var size = DeviceTypes.Bytes(type);
                    var low = size == 4 ? uint.MaxValue : (1u << (8 * size)) - 1;
                    Assert.Equal(NaiveMachine.FromSingle(type, row[i]) & low, TransferKernels.Read(words + (i * 4), size));
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Paths))]
    public void ProductsOfEveryShapeAgreeWithTheScalarLoop(KernelPath path) => PropertySeed.ForEach(40, random =>
    {
        int depth = random.Next(1, 129), outputs = random.Next(1, 129), columns = random.Next(1, 70);
        var accumulate = random.Next(2) == 0;
        using var buffer = new NativeBuffer((outputs + (3L * columns)) * 1024);
        using var scratch = new NativeBuffer(MatmulKernel.ScratchFloats * 4);
        float** st = stackalloc float*[outputs], mv = stackalloc float*[columns], a = stackalloc float*[columns], b = stackalloc float*[columns];
        for (var i = 0; i < outputs; i++)
        {
            st[i] = (float*)(buffer.Data + (i * 1024L));
        }

        for (var i = 0; i < columns; i++)
        {
            mv[i] = (float*)(buffer.Data + ((outputs + i) * 1024L));
            a[i] = (float*)(buffer.Data + ((outputs + columns + i) * 1024L));
            b[i] = (float*)(buffer.Data + ((outputs + (2 * columns) + i) * 1024L));
        }

        for (var i = 0; i < (outputs + (2 * columns)) * 256; i++)
        {
            ((uint*)buffer.Data)[i] = random.Next(200) == 0 ? Special[random.Next(Special.Length)] : BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) * 4);
        }

        for (var i = 0; i < columns; i++)
        {
            Buffer.MemoryCopy(a[i], b[i], 1024, 1024);
        }

        MatmulKernel.Run(KernelPath.Scalar, st, outputs, mv, columns, depth, a, accumulate, (float*)scratch.Data);
        MatmulKernel.Run(path, st, outputs, mv, columns, depth, b, accumulate, (float*)scratch.Data);
        for (var i = 0; i < columns; i++)
        {
            Assert.True(new Span<byte>(a[i], 1024).SequenceEqual(new Span<byte>(b[i], 1024)), $"{depth} x {outputs} x {columns}, column {i}");
        }
    });

    internal static string Text(in Instruction instruction)
    {
        var text = $"{instruction.Opcode} {instruction.Attributes}";
        foreach (var operand in instruction.Operands)
        {
            text += operand.IsImmediate ? $"; {operand.Single}" : operand.Hbm is { } hbm
                ? $"; hbm{hbm.Region}+{hbm.Offset} {hbm.Type} <{string.Join(",", hbm.PartitionDimensions)}> {string.Join(",", hbm.FreeDimensions)}"
                : $"; {operand.OnChip.Memory}[{operand.OnChip.FirstPartition}+{operand.OnChip.Partitions}]@{operand.OnChip.Offset} {operand.Type} {string.Join(",", operand.OnChip.Dimensions.ToArray())}";
        }

        return text;
    }

    private static (NaiveMachine Naive, DeviceMemory Memory, KernelContext Context) Make(Random random, KernelPath path)
    {
        Region Region(string name) => new(name, RegionKind.Spill, ElementType.U8, [], RandomInstructions.RegionBytes);
        var program = new MachineProgram
        {
            Name = "test",
            DeviceName = "test",
            DeviceHash = default,
            FunctionTablesHash = default,
            Streams = [],
            Regions = [Region("a"), Region("b")],
        };
        var memory = new DeviceMemory(RandomInstructions.SbufBytes, RandomInstructions.PsumBytes, program, new NativeBuffer?[2]);
        Fill(random, memory.Sbuf);
        Fill(random, memory.Psum);
        Fill(random, memory.Regions[0]);
        Fill(random, memory.Regions[1]);
        var naive = new NaiveMachine(
            RandomInstructions.SbufBytes, RandomInstructions.PsumBytes, memory.Regions.Select(region => new Span<byte>(region.Data, (int)region.Length).ToArray()));
        for (var p = 0; p < 128; p++)
        {
            Unpack(memory.Sbuf, p, naive.Sbuf[p]);
            Unpack(memory.Psum, p, naive.Psum[p]);
        }

        return (naive, memory, new KernelContext(path, memory));
    }

    private static void Fill(Random random, PagedMemory memory)
    {
        for (var i = 0L; i < memory.Length; i += 4)
        {
            *(uint*)(memory.Data + i) = random.Next(8) switch
            {
                0 => Special[random.Next(Special.Length)],
                1 => (uint)random.NextInt64(),
                2 => (uint)random.Next(-100, 100),
                _ => BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) * 8),
            };
        }
    }

    private static void ExecuteInParts(Random random, KernelContext context, in Instruction instruction, Engine engine)
    {
        var lanes = InstructionExecutor.ResultLanes(instruction);
        for (var lo = 0; lo < lanes;)
        {
            var hi = random.Next(2) == 0 ? lanes : Math.Min(lanes, lo + (16 * random.Next(1, 5)));
            InstructionExecutor.Execute(context, instruction, engine, lo, hi);
            lo = hi;
        }
    }

    private static void Unpack(PagedMemory memory, int partition, byte[] bytes)
    {
        for (var word = 0; word < bytes.Length / 4; word++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(word * 4), *(uint*)(memory.Data + DenseTransfer.HostOffset(partition, word * 4)));
        }
    }
}
