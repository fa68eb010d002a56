using NNLang.Machine.AssemblerText;
using NNLang.Machine.Instructions;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

/// <summary>Each rule with an instruction that keeps it and one that breaks it. Instructions stand in a small program with regions and queues.</summary>
public sealed class LegalityTests
{
    private const string Frame = """
        program "p" device neuron_core_v2
        region x input f32 [64,128]
        region w weight f32 [4] = load "w"
        region y output f32 [64,128]
        semaphore 0 tensor
        semaphore 1 vector
        semaphore 8 queue 0
        semaphore 9 queue 1
        queue 0 sync static 8
        queue 1 gpsimd sw 9

        """;

    [Theory]
    [InlineData("vector", "tensor_copy sbuf[96+32]@0 f32 {4:1}, sbuf[64+32]@0 f32 {4:1}")]
    [InlineData("vector", "tensor_copy sbuf[64+64]@0 f32 {4:1}, sbuf[0+64]@0 f32 {4:1}")]
    [InlineData("vector", "tensor_copy sbuf[0+128]@0 f32 {4:1}, sbuf[0+128]@0 f32 {4:1}")] // the same operand
    [InlineData("vector", "tensor_copy sbuf[0+1]@0 f32 {2:8,4:1}, sbuf[0+1]@512 f32 {8:-1}")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@0 f32 {4:1}, sbuf[0+1]@512 f32 {4:0}")] // broadcast
    [InlineData("vector", "tensor_copy sbuf[0+1]@196604 f32 {1:1}, psum[0+1]@0 f32 {1:1}")]
    [InlineData("tensor", "nc_matmul psum[0+64]@0 f32 {512:1}, sbuf[32+32]@0 bf16 {32:1}, sbuf[32+32]@64 bf16 {512:1}, acc, groups 2")]
    [InlineData("tensor", "nc_transpose psum[0+4]@0 f32 {8:1}, sbuf[0+8]@0 bf16 {4:1}")]
    [InlineData("scalar", "activation sbuf[0+4]@0 f32 {8:1}, psum[0+4]@0 f32 {8:1}, exp, 1.0, sbuf[0+4]@64 bf16 {1:1}")]
    [InlineData("vector", "tensor_tensor sbuf[0+4]@0 f32 {8:1}, psum[0+4]@0 f32 {8:1}, sbuf[0+4]@64 f32 {2:4,4:1}, add")]
    [InlineData("gpsimd", "tensor_tensor sbuf[0+4]@0 i32 {8:1}, sbuf[0+4]@64 i32 {8:1}, sbuf[0+4]@128 i32 {8:1}, mul")]
    [InlineData("gpsimd", "tensor_scalar sbuf[0+4]@0 f32 {8:1}, sbuf[0+4]@64 f32 {8:1}, pow, 2.0")]
    [InlineData("scalar", "tensor_scalar sbuf[0+4]@0 f32 {8:1}, sbuf[0+4]@64 f32 {8:1}, mul, 2.0, add, 1.0, fma")]
    [InlineData("vector", "tensor_scalar sbuf[0+4]@0 i16 {8:1}, sbuf[0+4]@64 i16 {8:1}, shl, 0x00000003")]
    [InlineData("vector", "tensor_reduce sbuf[0+4]@0 f32 {2:1}, sbuf[0+4]@64 f32 {2:12,3:4,4:1}, axes 2, max, negate")]
    [InlineData("vector", "memset sbuf[0+4]@0 u8 {8:1}, 0x000000FF")]
    [InlineData("gpsimd", "iota sbuf[0+4]@0 i32 {2:4,4:1}, -5, 100, 4, 1")]
    [InlineData("sync", "dma_copy sbuf[7+64]@0 bf16 {128:1}, x+0 f32 <64:512> {128:4}, queue 0 ; inc 8")] // any start partition, a cast
    [InlineData("sync", "dma_copy sbuf[7+3]@0 f32 {128:1}, x+0 f32 <3:0> {128:4}, queue 0")] // stride 0 broadcasts a row
    [InlineData("gpsimd", "dma_gather sbuf[0+8]@0 f32 {128:1}, x+0 f32 <64:512> {128:4}, sbuf[0+8]@1024 i32 {1:1}, queue 1 ; inc 9")]
    [InlineData("vector", "wait ; wait 0>=1 ; inc 1")]
    public void Legal(string engine, string instruction) => Assert.Equal([], Check(engine, instruction));

    [Theory]
    [InlineData("vector", "tensor_copy sbuf[0+127]@0 f32 {4:1}, sbuf[1+127]@64 f32 {4:1}", "more than 64 start at 0")]
    [InlineData("vector", "tensor_copy sbuf[32+33]@0 f32 {4:1}, sbuf[0+33]@64 f32 {4:1}", "33 to 64 start at 0 or 64")]
    [InlineData("vector", "tensor_copy sbuf[16+16]@0 f32 {4:1}, sbuf[0+16]@64 f32 {4:1}", "up to 32 start")]
    [InlineData("vector", "tensor_copy sbuf[0+0]@0 f32 {4:1}, sbuf[0+16]@64 f32 {4:1}", "has partitions 0+0")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@2 f32 {4:1}, sbuf[0+1]@64 f32 {4:1}", "no multiple of 4")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@196604 f32 {2:1}, sbuf[0+1]@64 f32 {2:1}", "reaches bytes 196604 to 196611")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@4 f32 {3:-1}, sbuf[0+1]@64 f32 {3:1}", "reaches bytes -4")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@0 u8 {300:300,300:1}, sbuf[0+1]@98304 u8 {300:300,300:1}", "allows 65536")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@0 f32 {4:0}, sbuf[0+1]@64 f32 {4:1}", "stride 0")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@0 f32 {2:3,4:1}, sbuf[0+1]@64 f32 {8:1}", "an element twice")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@0 f32 {4:1}, sbuf[0+1]@8 f32 {4:1}", "overlap")]
    [InlineData("vector", "tensor_copy psum[0+1]@0 bf16 {4:1}, sbuf[0+1]@8 bf16 {4:1}", "psum does not hold")]
    [InlineData("vector", "tensor_copy sbuf[0+1]@0 f32 {4:1}, sbuf[0+1]@64 f32 {5:1}", "operand 2 of tensor_copy is 1 x 5")]
    [InlineData("gpsimd", "tensor_copy sbuf[0+1]@0 f32 {4:1}, psum[0+1]@64 f32 {4:1}", "limit")]
    [InlineData("scalar", "tensor_copy sbuf[0+1]@0 f32 {4:1}, psum[0+1]@64 f32 {4:1}", "does not run on the scalar engine")]
    [InlineData("tensor", "nc_matmul psum[0+4]@1024 f32 {512:1}, sbuf[0+8]@0 f32 {4:1}, sbuf[0+8]@64 f32 {512:1}", "crosses a bank")]
    [InlineData("tensor", "nc_matmul psum[0+4]@0 f32 {8:1}, sbuf[0+8]@0 f32 {4:1}, sbuf[32+8]@64 f32 {8:1}", "the same partitions")]
    [InlineData("tensor", "nc_matmul psum[0+4]@0 f32 {8:1}, sbuf[0+8]@0 f32 {4:1}, sbuf[0+8]@64 bf16 {8:1}", "one type")]
    [InlineData("tensor", "nc_matmul psum[0+4]@0 f32 {9:1}, sbuf[0+8]@0 f32 {4:1}, sbuf[0+8]@64 f32 {8:1}", "its operands make 4 x 8")]
    [InlineData("tensor", "nc_matmul psum[0+12]@0 f32 {8:1}, sbuf[0+8]@0 f32 {4:1}, sbuf[0+8]@64 f32 {8:1}, groups 3", "limit")]
    [InlineData("tensor", "nc_matmul sbuf[0+4]@0 f32 {8:1}, sbuf[0+8]@64 f32 {4:1}, sbuf[0+8]@128 f32 {8:1}", "goes to psum")]
    [InlineData("vector", "nc_transpose sbuf[0+4]@0 f32 {8:1}, sbuf[0+8]@64 f32 {5:1}", "is not 4 x 8")]
    [InlineData("vector", "nc_transpose sbuf[0+4]@0 f32 {8:1}, sbuf[0+8]@64 bf16 {4:1}", "moves bits")]
    [InlineData("scalar", "activation sbuf[0+4]@0 f32 {8:1}, psum[0+4]@0 f32 {8:1}, exp, sbuf[0+4]@64 bf16 {1:1}", "a column of f32")]
    [InlineData("scalar", "activation sbuf[0+4]@0 f32 {8:1}, psum[0+4]@0 f32 {8:1}, exp, sbuf[0+4]@64 f32 {2:1}", "1 element in each of 4")]
    [InlineData("vector", "tensor_tensor sbuf[0+4]@0 f32 {8:1}, psum[0+4]@0 f32 {8:1}, psum[0+4]@64 f32 {8:1}, add", "limit")]
    [InlineData("vector", "scalar_tensor_tensor sbuf[0+4]@0 f32 {8:1}, psum[0+4]@0 f32 {8:1}, mul, 1.0, add, psum[0+4]@64 f32 {8:1}", "two sources")]
    [InlineData("gpsimd", "tensor_tensor sbuf[0+4]@0 f32 {8:1}, sbuf[0+4]@64 f32 {8:1}, sbuf[0+4]@128 f32 {8:1}, add", "only when")]
    [InlineData("scalar", "tensor_scalar sbuf[0+4]@0 f32 {8:1}, sbuf[0+4]@64 f32 {8:1}, add, 2.0, mul, 1.0", "only when")]
    [InlineData("vector", "tensor_scalar sbuf[0+4]@0 f32 {8:1}, sbuf[0+4]@64 f32 {8:1}, add, 2.0, mul, 1.0, fma", "fma")]
    [InlineData("vector", "tensor_scalar sbuf[0+4]@0 f32 {8:1}, sbuf[0+4]@64 f32 {8:1}, band, 0x00000001", "bitwise")]
    [InlineData("vector", "tensor_reduce sbuf[0+4]@0 f32 {2:1}, sbuf[0+4]@64 f32 {2:1}, axes 2, max", "reduces 2 of 1")]
    [InlineData("vector", "tensor_reduce sbuf[0+4]@0 f32 {3:1}, sbuf[0+4]@64 f32 {2:4,4:1}, axes 1, max", "leaves 4 x 2")]
    [InlineData("vector", "tensor_reduce sbuf[0+4]@0 f32 {2:1}, sbuf[0+4]@64 f32 {2:4,4:1}, axes 1, sub", "does not reduce by sub")]
    [InlineData("vector", "memset sbuf[0+4]@0 u8 {8:1}, 0x00000100", "more than 8 bits")]
    [InlineData("gpsimd", "iota sbuf[0+4]@0 i32 {2:4,4:1}, -5, 100, 4", "1 steps for 2 dimensions")]
    [InlineData("sync", "dma_copy psum[0+4]@0 f32 {128:1}, x+0 f32 <4:512> {128:4}, queue 0", "a DMA engine cannot write")]
    [InlineData("sync", "dma_copy sbuf[0+4]@0 f32 {128:1}, x+0 f32 <5:512> {128:4}, queue 0", "moves 5 x 128 elements to 4 x 128")]
    [InlineData("sync", "dma_copy sbuf[0+64]@0 f32 {128:1}, x+4 f32 <64:512> {128:4}, queue 0", "reaches bytes 4 to 32771")]
    [InlineData("sync", "dma_copy x+0 f32 <4:512> {128:4}, sbuf[0+4]@0 f32 {128:1}, queue 0", "read only")]
    [InlineData("sync", "dma_copy y+0 f32 <4:256> {128:4}, sbuf[0+4]@0 f32 {128:1}, queue 0", "a byte twice")]
    [InlineData("sync", "dma_copy sbuf[0+4]@0 f32 {1:1}, w+0 f32 <4:4> {1:4}, queue 1", "which the gpsimd engine triggers")]
    [InlineData("sync", "dma_copy sbuf[0+4]@0 f32 {1:1}, w+0 f32 <4:4> {1:4}, queue 3", "not declared")]
    [InlineData("sync", "dma_copy sbuf[0+4]@0 f32 {1:1}, w+0 f32 <4:4> {1:4}, queue 0 ; inc 9", "queue 0 has semaphore 8")]
    [InlineData("sync", "dma_gather sbuf[0+8]@0 f32 {128:1}, x+0 f32 <64:512> {128:4}, sbuf[0+8]@1024 i32 {1:1}, queue 0", "software")]
    [InlineData("gpsimd", "dma_gather sbuf[0+8]@0 f32 {128:1}, x+0 f32 <64:512> {128:4}, sbuf[0+8]@1024 f32 {1:1}, queue 1", "an i32 column")]
    [InlineData("gpsimd", "dma_gather sbuf[0+8]@0 f32 {128:1}, x+0 f32 <> {128:4}, sbuf[0+8]@1024 i32 {1:1}, queue 1", "one partition dimension")]
    [InlineData("vector", "wait ; wait 5>=1", "not declared")]
    [InlineData("vector", "wait ; wait 0>=0", "which it always has")]
    [InlineData("vector", "wait ; inc 0", "not the vector engine's")]
    public void Illegal(string engine, string instruction, string message)
    {
        var errors = Check(engine, instruction);
        Assert.Contains(message, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("region r spill f32 [4] bytes 20", "do not fit its type and extents")]
    [InlineData("region r spill f32 [0]", "has no bytes")]
    [InlineData("region r spill f64 [4]", "no device type")]
    [InlineData("region r weight f32 [4]", "has no recipe")]
    [InlineData("region r spill f32 [4] = load \"w\"", "its kind needs none")]
    [InlineData("region r constant f32 [4] = load \"w\"", "reads a weight")]
    [InlineData("region r weight f32 [4] = load \"w\" | load \"v\"", "leaves 2 tensors")]
    [InlineData("region r weight f32 [4] = permute [1,0]", "needs 1 tensors and finds 0")]
    [InlineData("region r weight f32 [4] = load \"w\" | permute [1,2]", "step 1 is malformed")]
    [InlineData("region r weight f32 [4] = load \"w\" | bn_bias", "needs 4 tensors")]
    [InlineData("region r spill u8 [1099511627776]", "the regions take")]
    [InlineData("semaphore 0 scalar", "not above")]
    [InlineData("semaphore 256 scalar", "does not exist")]
    [InlineData("semaphore 10 queue 2", "does not declare it")]
    [InlineData("queue 2 scalar hw 9", "hardware descriptors")]
    [InlineData("queue 2 scalar static 9", "not declared as its own")]
    [InlineData("output \"z\" x f32 [64,128]", "in no region of its kind")]
    [InlineData("output \"y\" y bf16 [64,128]", "its region holds f32")]
    [InlineData("output \"y\" y f32 [64,127]", "has 32512 bytes")]
    public void Declarations(string line, string message)
    {
        Assert.False(Assembler.TryAssemble(Frame + line + "\n", NeuronCoreV2.Device, out _, out var errors));
        Assert.Contains(errors, error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Random_programs_have_every_instruction()
    {
        var seen = new HashSet<Opcode>();
        for (var seed = 0; seed < 200; seed++)
        {
            foreach (var stream in RandomProgram.Make(new Random(seed)).Streams)
            {
                seen.UnionWith(stream.Decode().Select(instruction => instruction.Opcode));
            }
        }

        Assert.Equal(Mnemonics.AllOpcodes.Order(), seen.Order());
    }

    private static string[] Check(string engine, string instruction)
    {
        _ = Assembler.TryAssemble($"{Frame}stream {engine}\n  {instruction}\n", NeuronCoreV2.Device, out _, out var errors);
        return [.. errors.Select(error => error.Message)];
    }
}
