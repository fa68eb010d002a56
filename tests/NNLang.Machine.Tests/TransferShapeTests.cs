using NNLang.Machine.AssemblerText;
using NNLang.Machine.Instructions;
using NNLang.Machine.ProgramFormat;
using NNLang.Machine.Programs;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

public sealed class TransferShapeTests
{
    [Theory]
    // destination, source, first partition, partitions, rows a partition, elements of a row, bytes of a row
    [InlineData("sbuf[0+4]@0 f32 {512:1}", "x+0 f32 <4:4096> {512:4}", "0 4 1 512 2048")]
    [InlineData("sbuf[96+4]@0 f32 {8:8,8:1}", "x+0 f32 <4:4096> {8:64,8:4}", "96 4 8 8 32")] // neither side merges
    [InlineData("sbuf[0+4]@0 f32 {8:8,8:1}", "x+0 f32 <4:4096> {64:4}", "0 4 1 64 256")] // dense in two dimensions
    [InlineData("sbuf[0+4]@0 f32 {8:9,8:1}", "x+0 f32 <4:4096> {64:4}", "0 4 8 8 32")] // gaps on one side
    [InlineData("sbuf[0+4]@0 f32 {4:7,6:1}", "x+0 f32 <4:4096> {6:20,4:4}", "0 4 12 2 8")] // runs of 6 and 4 do not nest
    [InlineData("sbuf[0+4]@0 f32 {64:1}", "x+0 f32 <4:4> {64:512}", "0 4 64 1 4")] // element rows
    [InlineData("sbuf[0+4]@0 bf16 {64:1}", "x+0 f32 <4:4096> {64:4}", "0 4 1 64 256")] // a cast does not break a row; the larger side counts
    [InlineData("sbuf[0+4]@0 f32 {8:1,1:77}", "x+0 f32 <4:4096> {1:9,8:4,1:5}", "0 4 1 8 32")] // dimensions of one element
    [InlineData("y+0 f32 <3:64> {16:4}", "sbuf[64+3]@0 f32 {16:1}", "64 3 1 16 64")]
    [InlineData("sbuf[32+3]@0 f32 {16:1}", "sbuf[0+3]@0 f32 {16:2}", "32 3 16 1 4")] // both on chip: the destination's partitions
    [InlineData("y+0 f32 <2:1024> {5:64,16:4}", "x+0 f32 <2:512> {5:96,16:4}", "0 10 1 16 64")] // none on chip: rows are numbered
    public void Rows(string destination, string source, string expected)
    {
        Assert.True(TransferShape.TryCreate(Parse(destination, source), out var shape));
        Assert.Equal(
            expected, $"{shape.FirstPartition} {shape.Partitions} {shape.RowsPerPartition} {shape.RowElements} {shape.RowBytes}");
    }

    [Fact]
    public void Partitions_belong_to_engines_by_eights()
    {
        PropertySeed.ForEach(200, random =>
        {
            var shape = new TransferShape(random.Next(128), random.Next(1, 2000), random.Next(1, 9), 1, 4);
            var engines = random.Next(1, 17);
            var expected = new long[engines];
            for (var k = shape.FirstPartition; k < shape.FirstPartition + shape.Partitions; k++)
            {
                expected[k / 8 % engines] += shape.RowsPerPartition;
            }

            for (var engine = 0; engine < engines; engine++)
            {
                Assert.Equal(expected[engine], shape.RowsOn(engine, engines));
            }
        });
    }

    [Fact]
    public void Sides_that_differ_and_absurd_sizes_have_no_shape()
    {
        Assert.False(TransferShape.TryCreate(Parse("sbuf[0+1]@0 f32 {4:1}", "x+0 f32 <> {5:4}"), out _));
        Assert.False(TransferShape.TryCreate(
            Parse("y+0 f32 <4000000000:4,4000000000:4> {4:4}", "x+0 f32 <4000000000:0,4000000000:0> {4:4}"), out _));
        Assert.False(TransferShape.TryCreate(new Instruction(Opcode.Wait, []), out _));
    }

    [Fact]
    public void Equal_bytes_mean_equal_instructions()
    {
        // One group is the default and is never written, so that every instruction has one encoding.
        var encoder = new InstructionEncoder();
        OnChipOperand Tile(MemoryKind memory) => new(memory, 0, 4, 0, ElementType.F32, new OnChipOperand.Dimension(4, 1));
        Operand[] operands = [Tile(MemoryKind.Psum), Tile(MemoryKind.Sbuf), Tile(MemoryKind.Sbuf)];
        encoder.Write(Opcode.NcMatmul, operands, new InstructionAttributes { Groups = 2 });
        var grouped = encoder.Written.ToArray();
        encoder.Clear();
        encoder.Write(Opcode.NcMatmul, operands, new InstructionAttributes { Groups = 1 });
        Assert.Equal(grouped.Length - 2, encoder.Written.Length);
        Assert.Equal(0, encoder.ToStream(Engine.Tensor).Decode()[0].Attributes.Groups);
        grouped[^1] = 1;
        var failure = Assert.Throws<InvalidDataException>(() => new InstructionStream(Engine.Tensor, grouped, 1).Decode());
        Assert.Contains("groups", failure.Message, StringComparison.Ordinal);
    }

    private static Instruction Parse(string destination, string source)
    {
        var text = $"""
            program "p" device neuron_core_v2
            region x input f32 [8192]
            region y output f32 [8192]
            stream sync
              dma_copy {destination}, {source}, queue 0
            """;
        Assert.True(Assembler.TryAssemble(text, NeuronCoreV2.Device, out var program, out var errors, validate: false), string.Join('\n', errors));
        return program.Stream(Engine.Sync).Decode()[0];
    }
}
