using NNLang.Machine.AssemblerText;
using NNLang.Machine.ProgramFormat;
using NNLang.Machine.Programs;
using NNLang.Machine.Rules;
using NNLang.Machine.Timing;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

public sealed class AssemblerTests
{
    internal const string Tiny = """
        program "tiny" device neuron_core_v2
        region x input f32 [2,3]
        region w weight f32 [3,4] = load "fc.weight" | permute [1,0]
        region b weight f32 [4,1] = load "fc.bias"
        region y output f32 [2,4]
        semaphore 0 tensor
        semaphore 8 queue 0
        semaphore 9 queue 1
        queue 0 sync static 8
        queue 1 scalar static 9
        stream sync
          dma_copy sbuf[0+3]@0 f32 {2:1}, x+0 f32 <3:4> {2:12}, queue 0 ; inc 8
          dma_copy sbuf[0+3]@8 f32 {4:1}, w+0 f32 <3:16> {4:4}, queue 0 ; inc 8
          dma_copy sbuf[0+4]@24 f32 {1:1}, b+0 f32 <4:4> {1:4}, queue 0 ; inc 8
        stream tensor
          nc_matmul psum[0+4]@0 f32 {2:1}, sbuf[0+3]@8 f32 {4:1}, sbuf[0+3]@0 f32 {2:1} ; wait 8>=32 ; inc 0
        stream scalar
          activation sbuf[0+4]@28 f32 {2:1}, psum[0+4]@0 f32 {2:1}, relu, 1.0, sbuf[0+4]@24 f32 {1:1} ; wait 0>=1, 8>=48
          dma_copy y+0 f32 <4:4> {2:16}, sbuf[0+4]@28 f32 {2:1}, queue 1 ; inc 9

        """;

    [Fact]
    public void The_text_of_the_specification_assembles_and_comes_back()
    {
        var program = Assemble(Tiny);
        Assert.Equal(Tiny, Disassembler.Disassemble(program, NeuronCoreV2.Device));
        Assert.Equal(6, program.InstructionCount);
        Assert.Equal("x", Assert.Single(program.Inputs).Name);
        var bytes = 0;
        foreach (var stream in program.Streams)
        {
            bytes += stream.Code.Length;
        }

        Assert.InRange(bytes / program.InstructionCount, 50, 66);
        var input = new TimingInput(NeuronCoreV2.Device);
        Assert.Null(input.AddProgram(program));
        Assert.True(new TimingSimulator().Run(input).IsComplete);
    }

    [Fact]
    public void Text_bytes_text_bytes_is_the_identity()
    {
        PropertySeed.ForEach(150, random =>
        {
            var program = RandomProgram.Make(random);
            var problems = ProgramValidator.Validate(NeuronCoreV2.Device, program);
            Assert.True(problems.IsEmpty, string.Join('\n', problems));
            var bytes = ProgramFile.Write(program);
            var text = Disassembler.Disassemble(program, NeuronCoreV2.Device);
            var again = Assemble(text);
            Assert.Equal(text, Disassembler.Disassemble(again, NeuronCoreV2.Device));
            Assert.Equal(bytes, ProgramFile.Write(again));
            Assert.Equal(ProgramFile.CodeIdentity(program), ProgramFile.CodeIdentity(again));
        });
    }

    [Theory]
    [InlineData("program tiny")]
    [InlineData("region x input q8 [2]")]
    [InlineData("region x input f32 [2,-]")]
    [InlineData("stream sync\n  frobnicate")]
    [InlineData("stream sync\n  wait ; inc")]
    [InlineData("stream sync\n  wait ; inc 3 ; wait 1>=2")]
    [InlineData("stream sync\n  wait extra")]
    [InlineData("stream vector\n  tensor_copy sbuf[0+1]@0 f32 {1:1},")]
    [InlineData("stream vector\n  tensor_copy sbuf[0+1]@0 f32 {1:1}, y+0 f32 <> {1:4}")]
    [InlineData("stream vector\n  tensor_copy sbuf[0+1]@0 f32 {1:1,1:1,1:1,1:1,1:1}, sbuf[0+1]@0 f32 {1:1}")]
    [InlineData("stream vector\n  tensor_copy sbuf[0+1]@0 f64 {1:1}, sbuf[0+1]@0 f32 {1:1}")]
    [InlineData("stream vector\n  tensor_scalar sbuf[0+1]@0 f32 {1:1}, sbuf[0+1]@0 f32 {1:1}, add, 1e99")]
    [InlineData("stream vector\n  memset sbuf[0+1]@0 bf16 {1:1}, 1.0")]
    [InlineData("semaphore 70000 sync")]
    [InlineData("queue 0 sync quick 8")]
    [InlineData("region \"open input f32 [2]")]
    [InlineData("wait")]
    [InlineData("input \"x\" nowhere f32 [2]")]
    [InlineData("program \"p\" device d hash 12 functions 34")]
    public void Errors_say_where_and_what(string text)
    {
        Assert.False(Assembler.TryAssemble(text, NeuronCoreV2.Device, out _, out var errors));
        Assert.All(errors, error => Assert.True(error.Message.Length > 8));
        Snapshot.Match(
            $"tests/NNLang.Machine.Tests/Snapshots/assembler/{ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(text)).ToString()[..8]}.txt",
            text + "\n--\n" + string.Join('\n', errors) + "\n");
    }

    [Fact]
    public void A_device_that_is_another_one_is_an_error()
    {
        Assert.False(Assembler.TryAssemble(Tiny, NeuronCoreV2.DeviceV3, out _, out var errors));
        Assert.Contains("neuron_core_v3", Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hashes_are_printed_where_they_are_not_the_device()
    {
        var program = Assemble(Tiny);
        var text = Disassembler.Disassemble(program);
        Assert.Contains(program.DeviceHash.ToString(), text, StringComparison.Ordinal);
        Assert.Equal(ProgramFile.Write(program), ProgramFile.Write(Assemble(text)));
    }

    [Fact]
    public void Any_text_ends_in_errors_or_a_program()
    {
        PropertySeed.ForEach(150, random =>
        {
            var text = (random.Next(3) == 0 ? Tiny : Disassembler.Disassemble(RandomProgram.Make(random), NeuronCoreV2.Device)).ToCharArray();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                text[random.Next(text.Length)] = "0123456789-+.,:;{}[]<>@#\"\\ xywq\n"[random.Next(32)];
            }

            var mutated = new string(text);
            if (Assembler.TryAssemble(mutated, NeuronCoreV2.Device, out var program, out var errors, validate: random.Next(2) == 0))
            {
                Assert.Empty(errors);
                Assert.NotEmpty(ProgramFile.Write(program));
            }
            else
            {
                Assert.NotEmpty(errors);
            }
        });
    }

    internal static MachineProgram Assemble(string text)
    {
        Assert.True(Assembler.TryAssemble(text, NeuronCoreV2.Device, out var program, out var errors), string.Join('\n', errors));
        return program;
    }
}
