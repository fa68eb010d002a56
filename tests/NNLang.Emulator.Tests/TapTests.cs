using NNLang.Machine.Faults;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

public sealed class TapTests
{
    private static readonly Case Tiny = new(File.ReadAllText(Repository.PathOf("tests/NNLang.Emulator.Tests/Cases/tiny.asm")));

    // x[token, k] with k on partitions (L); weights [k, m] likewise; the product before relu in psum; the result after it.
    private static readonly TensorLocation X = On("x", [2, 3], MemoryKind.Sbuf, 0, [4, 0], new(Engine.Sync, 0));
    private static readonly TensorLocation W = On("w", [4, 3], MemoryKind.Sbuf, 8, [4, 0], new(Engine.Sync, 1));
    private static readonly TensorLocation Product = On("product", [2, 4], MemoryKind.Psum, 0, [4, 0], new(Engine.Tensor, 0));
    private static readonly TensorLocation Y = On("y", [2, 4], MemoryKind.Sbuf, 28, [4, 0], new(Engine.Scalar, 0));

    private static TensorLocation On(string name, long[] shape, MemoryKind memory, long offset, long[] strides, InstructionLocation from) =>
        new("machine", "net", name, ElementType.F32, new Shape(shape), [new TensorPlacement(
            memory, -1, TensorLayout.L, 1, offset, 0, ElementType.F32, [0, 0], [.. shape], [.. strides], from, null)]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TapsReadEachTensorWhenItIsDefined(int threads)
    {
        var plain = Tiny.Run(new EmulatorOptions { Threads = threads });
        var result = Tiny.Run(new EmulatorOptions { Threads = threads }, Y, X, Product, W);
        Assert.Equal(plain.Outputs[0].Bytes.ToArray(), result.Outputs[0].Bytes.ToArray());
        Assert.Equal(plain.Timing.Makespan, result.Timing.Makespan);
        Assert.Equal(result.Outputs[0].AsFloats().ToArray(), result.Taps[0]!.AsFloats().ToArray());
        Assert.Equal(Tiny.Inputs[0].AsFloats().ToArray(), result.Taps[1]!.AsFloats().ToArray());
        Assert.Equal([-2f, 3f, 0f, 2f, 2f, -2.5f, -13f, 11f], result.Taps[2]!.AsFloats().ToArray());
        Assert.Equal([1f, 0f, -1f, 0.5f, 0.5f, 0.5f, 2f, -1f, 0f, -3f, 1f, 1f], result.Taps[3]!.AsFloats().ToArray());
    }

    [Fact]
    public void TapsOfRunsEventByEventAreTheSame()
    {
        // A flip that hits nothing makes the run event by event.
        var flip = new FaultDescription("flipped_bit", "f", [new("memory", "sbuf"), new("partition", 120L), new("byte", 9000L), new("bit", 1L)]);
        var options = new EmulatorOptions { Faults = [flip] };
        var expected = Tiny.Run(new EmulatorOptions(), X, Product, Y);
        var actual = Tiny.Run(options, X, Product, Y);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(expected.Taps[i]!.Bytes.ToArray(), actual.Taps[i]!.Bytes.ToArray());
        }
    }

    [Fact]
    public void PiecesAreAssembledAndOverwrittenTensorsAreReadInTime()
    {
        // One buffer holds two tensors in turn; the second comes in two pieces, the later half by another engine.
        const string text = """
            program "pieces" device neuron_core_v2
            semaphore 1 vector
            semaphore 3 gpsimd
            stream vector
              memset sbuf[0+64]@0 f32 {4:1}, 1 ; inc 1
              memset sbuf[0+64]@0 f32 {4:1}, 2 ; inc 1
              memset sbuf[0+64]@0 f32 {2:1}, 3 ; inc 1
            stream gpsimd
              memset sbuf[0+64]@8 f32 {2:1}, 4 ; wait 1>=3 ; inc 3
            """;
        var program = new Case(text);
        TensorPlacement Piece(long start, long offset, InstructionLocation from, long extent) => new(
            MemoryKind.Sbuf, -1, TensorLayout.C, 0, offset, 0, ElementType.F32, [0, start], [64, extent], [0, 4], from, null);
        TensorLocation Tensor(params TensorPlacement[] placements) => new("machine", "net", "t", ElementType.F32, new Shape(64, 4), [.. placements]);
        var result = program.Run(
            new EmulatorOptions { Threads = 2 },
            Tensor(Piece(0, 0, new(Engine.Vector, 0), 4)),
            Tensor(Piece(0, 0, new(Engine.Vector, 2), 2), Piece(2, 8, new(Engine.GpSimd, 0), 2)),
            Tensor(Piece(0, 0, new(Engine.Vector, 1), 4)));
        Assert.All(result.Taps[0]!.AsFloats().ToArray(), value => Assert.Equal(1, value));
        Assert.All(result.Taps[2]!.AsFloats().ToArray(), value => Assert.Equal(2, value));
        Assert.Equal([3f, 3f, 4f, 4f, 3f, 3f, 4f, 4f], result.Taps[1]!.AsFloats()[..8].ToArray());
    }

    [Fact]
    public void MapsThatContradictTheProgramGiveNoTap()
    {
        var placement = X.Placements[0];
        TensorLocation[] wrong =
        [
            X with { Placements = [] },
            X with { Placements = [placement with { Offset = 200_000 }] },
            X with { Placements = [placement with { Extent = [3, 3] }] },
            X with { Placements = [placement with { Strides = [-4, 0] }] },
            X with { Placements = [placement with { From = new(Engine.Sync, 99) }] },
            X with { Placements = [placement with { Memory = MemoryKind.Hbm, Region = 7 }] },
            X with { Placements = [placement with { Type = ElementType.F64 }] },
        ];
        Assert.All(Tiny.Run(new EmulatorOptions(), wrong).Taps, Assert.Null);
    }
}
