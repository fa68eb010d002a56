using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using NNLang.Machine.AssemblerText;
using NNLang.Machine.Instructions;
using NNLang.Machine.ProgramFormat;
using NNLang.Machine.Programs;
using NNLang.Machine.Rules;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

public sealed class ProgramFileTests
{
    [Fact]
    public void A_program_survives_the_file()
    {
        PropertySeed.ForEach(60, random =>
        {
            var program = WithDebug(RandomProgram.Make(random), random);
            var bytes = ProgramFile.Write(program);
            Assert.True(ProgramFile.TryRead(bytes, out var read, out var error), error?.ToString());
            Assert.Equal(program.Regions, read.Regions);
            Assert.Equal(program.Inputs, read.Inputs);
            Assert.Equal(program.Outputs, read.Outputs);
            Assert.Equal(program.Semaphores, read.Semaphores);
            Assert.Equal(program.Queues, read.Queues);
            for (var e = 0; e < Engines.Count; e++)
            {
                Assert.Equal(program.Streams[e].Decode(), read.Streams[e].Decode());
            }

            Assert.Equal(program.Debug!.Operations, read.Debug!.Operations);
            Assert.Equal(program.Debug.Tensors, read.Debug.Tensors);
            Assert.Equal(program.Debug.Runs.SelectMany(runs => runs), read.Debug.Runs.SelectMany(runs => runs));
            Assert.Equal(bytes, ProgramFile.Write(read));
        });
    }

    [Fact]
    public void The_debug_section_is_no_part_of_the_identity()
    {
        var program = WithDebug(RandomProgram.Make(new Random(1)), new Random(2));
        Assert.True(ProgramFile.TryRead(ProgramFile.Write(program, withDebug: false), out var bare, out _));
        Assert.Null(bare.Debug);
        Assert.Equal(ProgramFile.CodeIdentity(program), ProgramFile.CodeIdentity(bare));
        var other = RandomProgram.Make(new Random(3));
        Assert.NotEqual(ProgramFile.CodeIdentity(program), ProgramFile.CodeIdentity(other));
    }

    [Fact]
    public void Truncated_files_are_errors()
    {
        var bytes = ProgramFile.Write(WithDebug(RandomProgram.Make(new Random(4)), new Random(5)));
        for (var length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 300))
        {
            Assert.False(ProgramFile.TryRead(bytes.AsMemory(0, length), out _, out var error));
            Assert.NotEmpty(error.Message);
        }
    }

    [Fact]
    public void Changed_files_are_errors_even_with_a_right_hash()
    {
        PropertySeed.ForEach(300, random =>
        {
            var bytes = ProgramFile.Write(WithDebug(RandomProgram.Make(random), random));
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var at = random.Next(ProgramFile.HeaderBytes, bytes.Length);
                switch (random.Next(3))
                {
                    case 0:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    default:
                        bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill(0xFF);
                        break;
                }
            }

            Assert.False(ProgramFile.TryRead(bytes, out _, out var damaged));
            Assert.Contains("damaged", damaged.Message, StringComparison.Ordinal);
            SHA256.HashData(bytes.AsSpan(ProgramFile.HeaderBytes), bytes.AsSpan(20, 32));
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (ProgramFile.TryRead(bytes, out var program, out var error))
            {
                // What can be read can be checked, timed and printed.
                _ = ProgramValidator.Validate(NeuronCoreV2.Device, program);
                _ = Disassembler.Disassemble(program, NeuronCoreV2.Device);
            }
            else
            {
                Assert.InRange(error.Position, 0, bytes.Length);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 * (long)bytes.Length);
        });
    }

    [Fact]
    public void Headers_are_checked()
    {
        var good = ProgramFile.Write(RandomProgram.Make(new Random(6)));
        Check(bytes => bytes[0] = (byte)'X', "begin");
        Check(bytes => bytes[4] = 2, "version");
        Check(bytes => bytes[12]++, "says that it has");
        Check(bytes => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), uint.MaxValue), "do not fit in the file");
        Check(bytes => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(60), 1L << 40), "lies outside");
        Check(bytes => bytes.AsSpan(60, 8).CopyTo(bytes.AsSpan(84)), "overlap");
        Check(bytes => bytes[52] = (byte)'?', "does not know");
        Check(bytes => (bytes[52], bytes[56]) = ((byte)'?', 0), "DEVI is missing");

        void Check(Action<byte[]> change, string message)
        {
            var bytes = (byte[])good.Clone();
            change(bytes);
            SHA256.HashData(bytes.AsSpan(ProgramFile.HeaderBytes), bytes.AsSpan(20, 32));
            Assert.False(ProgramFile.TryRead(bytes, out _, out var error));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Templates_are_patched_in_place()
    {
        var program = AssemblerTests.Assemble(AssemblerTests.Tiny);
        var template = program.Stream(Engine.Tensor).Code.ToArray();
        var encoder = new InstructionEncoder();
        var body = encoder.Append(template, [new SemaphoreWait(8, 1), new SemaphoreWait(9, 2)], 3);
        var position = EncodedInstruction.OffsetPosition(template, 1) - EncodedInstruction.BodyPosition(template);
        EncodedInstruction.SetOffset(encoder.Written, body + position, 4096);
        var patched = Assert.Single(encoder.ToStream(Engine.Tensor).Decode());
        var original = Assert.Single(program.Stream(Engine.Tensor).Decode());
        var operands = original.Operands.ToArray();
        operands[1] = operands[1].OnChip.At(4096);
        Assert.Equal(
            new Instruction(Opcode.NcMatmul, operands, original.Attributes, [new SemaphoreWait(8, 1), new SemaphoreWait(9, 2)], 3), patched);
        var copy = program.Stream(Engine.Sync).Code.ToArray();
        EncodedInstruction.SetRegion(copy, EncodedInstruction.OffsetPosition(copy, 1), 2);
        Assert.Equal(2, new InstructionStream(Engine.Sync, copy, 3).Decode()[0].Operands[1].Hbm!.Region);
    }

    internal static MachineProgram WithDebug(MachineProgram program, Random random)
    {
        DebugOperation[] operations =
        [
            new(7, "conv", "stage/0/conv", "net.nn", 3, 4, 11, 0), new(8, "relu ü", "stage/0/relu", "net.nn", 4, 4, 9, 1),
        ];
        var tensors = ImmutableArray.Create(
            new TensorLocation("fused", "stage/0/conv", "y", ElementType.F32, new Shape(1, 64, 7, 7), [], new FusedTensor("z", "relu")),
            new TensorLocation("tiled", "stage/0/relu", "z", ElementType.BF16, new Shape(1, 64, 7, 7),
                [
                    new TensorPlacement(
                        MemoryKind.Sbuf, -1, TensorLayout.C, 1, 4096, 0, ElementType.BF16, [0, 0, 0, 0], [1, 64, 7, 7], [98, 98, 14, 2],
                        new InstructionLocation(Engine.Scalar, random.Next(100)), null),
                    new TensorPlacement(
                        MemoryKind.Hbm, 4, TensorLayout.Dense, -1, 0, 0, ElementType.F32, [0, 0, 0, 0], [1, 64, 7, 7], [12544, 196, 28, 4], null,
                        new InstructionLocation(Engine.Sync, 2)),
                ]),
            new TensorLocation("graph", "", "scalar", ElementType.I64, new Shape(), []));
        return new MachineProgram
        {
            Name = program.Name,
            DeviceName = program.DeviceName,
            DeviceHash = program.DeviceHash,
            FunctionTablesHash = program.FunctionTablesHash,
            Regions = program.Regions,
            Inputs = program.Inputs,
            Outputs = program.Outputs,
            Semaphores = program.Semaphores,
            Queues = program.Queues,
            Streams = program.Streams,
            Debug = new DebugSection
            {
                Operations = [.. operations],
                Runs = [.. program.Streams.Select(stream => ImmutableArray.Create(new SourceRun(stream.Count / 2, 1), new SourceRun(stream.Count, 0)))],
                Tensors = tensors,
            },
        };
    }
}
