using System.Runtime.InteropServices;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Memories;
using NNLang.Emulator.Weights;
using NNLang.Machine.Programs;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

public sealed unsafe class RecipeTests
{
    private static Tensor Ramp(params long[] shape)
    {
        var result = new Shape(shape);
        return Tensor.Of(result, Enumerable.Range(0, (int)result.Count).Select(i => (float)i).ToArray());
    }

    private static float[] Evaluate(long count, Dictionary<string, Tensor> weights, params RecipeStep[] steps)
    {
        using var bytes = new NativeBuffer(count * 4);
        var problem = RecipeEvaluator.Evaluate(
            new Region("r", RegionKind.Weight, ElementType.F32, [count], count * 4, new Recipe([.. steps])), key => weights.GetValueOrDefault(key), bytes);
        Assert.Null(problem);
        return new Span<float>(bytes.Data, (int)count).ToArray();
    }

    [Fact]
    public void MovesMoveElementsAlikeInBothWidths()
    {
        var weights = new Dictionary<string, Tensor> { ["w"] = Ramp(2, 3, 4), ["v"] = Ramp(2, 3, 1) };
        RecipeStep[] steps =
        [
            RecipeStep.Load("w"), RecipeStep.Load("v"), RecipeStep.Concat(2), RecipeStep.Permute(2, 0, 1), RecipeStep.Slice(0, 1, 5),
            RecipeStep.Pad(0, 1, 1, 0, 0, 0), RecipeStep.Reshape(45),
        ];
        var moved = Evaluate(45, weights, steps);
        var wide = Evaluate(45, weights, [.. steps, RecipeStep.Cast(ElementType.F32)]);
        var expected = new float[5, 3, 3];
        for (var a = 0; a < 4; a++)
        {
            for (var b = 0; b < 2; b++)
            {
                for (var c = 0; c < 3; c++)
                {
                    expected[a, b + 1, c] = a + 1 < 4 ? (b * 12) + (c * 4) + a + 1 : (b * 3) + c;
                }
            }
        }

        Assert.Equal(MemoryMarshal.CreateSpan(ref expected[0, 0, 0], 45).ToArray(), moved);
        Assert.Equal(moved, wide);
    }

    [Fact]
    public void BatchNormalisationFoldsInBinary64()
    {
        var weights = new Dictionary<string, Tensor>
        {
            ["gamma"] = Tensor.Of(new Shape(2), [1.5f, -2f]),
            ["var"] = Tensor.Of(new Shape(2), [0.1f, 3f]),
            ["beta"] = Tensor.Of(new Shape(2), [0.3f, 1f]),
            ["mean"] = Tensor.Of(new Shape(2), [0.7f, -5f]),
            ["bias"] = Tensor.Of(new Shape(2), [0.2f, 4f]),
        };
        RecipeStep[] scale = [RecipeStep.Load("gamma"), RecipeStep.Load("var"), RecipeStep.BatchNormScale(1e-5)];
        double[] s = [1.5 / Math.Sqrt(0.1f + 1e-5), -2 / Math.Sqrt(3 + 1e-5)];
        Assert.Equal(s.Select(value => (float)value), Evaluate(2, weights, scale));
        Assert.Equal(
            [(float)(0.3f + ((0.2f - (double)0.7f) * s[0])), (float)(1 + ((4.0 + 5) * s[1]))],
            Evaluate(2, weights, [RecipeStep.Load("beta"), RecipeStep.Load("mean"), .. scale, RecipeStep.Load("bias"), RecipeStep.BatchNormBias()]));
    }

    [Fact]
    public void GeneratorsMakeDivisorsAndBands()
    {
        Assert.Equal(
            [1 / 4f, 1 / 6f, 1 / 4f, 1 / 6f, 1 / 9f, 1 / 6f, 1 / 4f, 1 / 6f, 1 / 4f],
            Evaluate(9, [], RecipeStep.ReciprocalCount(3, 3, 3, 3, 1, 1, 1, 1, 3, 3)));
        Assert.Equal([1f, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1], Evaluate(16, [], RecipeStep.Band(4, 3)));
        Assert.Equal([2.5f, 2.5f, 2.5f], Evaluate(3, [], RecipeStep.Constant([3], [2.5])));
    }

    [Fact]
    public void OneRoundingFromBinary64IsNotTwo() => PropertySeed.ForEach(300, random =>
    {
        // Just beside a tie of the narrow type, where rounding to f32 first would end on the tie.
        var half = (Half)(random.NextDouble() * 100);
        var next = BitConverter.UInt16BitsToHalf((ushort)(BitConverter.HalfToUInt16Bits(half) + 1));
        var tie = ((double)half + (double)next) / 2;
        Assert.True(WideRounding.TryEncode(ElementType.F16, Math.BitIncrement(tie), out var up) && up == BitConverter.HalfToUInt16Bits(next));
        Assert.True(WideRounding.TryEncode(ElementType.F16, Math.BitDecrement(tie), out var down) && down == BitConverter.HalfToUInt16Bits(half));
        var low = (uint)random.Next(0x3000, 0x5000);
        var brainTie = (Bf16Format.Decode(low) + (double)Bf16Format.Decode(low + 1)) / 2;
        Assert.True(WideRounding.TryEncode(ElementType.BF16, Math.BitIncrement(brainTie), out up) && up == low + 1);
        Assert.True(WideRounding.TryEncode(ElementType.BF16, Math.BitDecrement(brainTie), out down) && down == low);
    });

    [Fact]
    public void WrongRecipesEndInMessages()
    {
        (string Part, RecipeStep[] Steps)[] wrong =
        [
            ("no weight 'w'", [RecipeStep.Load("w")]),
            ("elements", [RecipeStep.Constant([3], [1])]),
            ("number of elements", [RecipeStep.Constant([4], [1]), RecipeStep.Reshape(3)]),
            ("axes", [RecipeStep.Constant([4], [1]), RecipeStep.Permute(0, 1)]),
            ("once", [RecipeStep.Constant([2, 2], [1]), RecipeStep.Permute(0, 0)]),
            ("outside", [RecipeStep.Constant([4], [1]), RecipeStep.Slice(0, 2, 9)]),
            ("not there", [RecipeStep.Concat(0)]),
            ("leaves 2", [RecipeStep.Constant([4], [1]), RecipeStep.Constant([4], [1])]),
            ("too large", [RecipeStep.Constant([1L << 40, 1L << 40], [1])]),
            ("lacks numbers", [RecipeStep.Constant([4], [1]), new RecipeStep(RecipeOperation.Slice, "", [0], [])]),
        ];
        foreach (var (part, steps) in wrong)
        {
            using var bytes = new NativeBuffer(16);
            var problem = RecipeEvaluator.Evaluate(new Region("r", RegionKind.Constant, ElementType.F32, [4], 16, new Recipe([.. steps])), _ => null, bytes);
            Assert.Contains(part, problem);
        }
    }

    [Fact]
    public void RecipesAreEvaluatedOncePerContent()
    {
        var tiny = new Case(File.ReadAllText(Repository.PathOf("tests/NNLang.Emulator.Tests/Cases/tiny.asm")));
        var program = tiny.Load();
        var cache = new WeightCache();
        Dictionary<string, Tensor> Make(float first) => new() { ["fc.weight"] = Ramp(4, 3), ["fc.bias"] = Tensor.Of(new Shape(4), [first, 1, 2, 3]) };
        Assert.True(WeightImage.Evaluate(program, new WeightDictionary(Make(0)), cache).Succeeded);
        Assert.Equal((0, 2), (cache.Hits, cache.Misses));
        Assert.True(WeightImage.Evaluate(program, new WeightDictionary(Make(0)), cache).Succeeded);
        Assert.Equal((2, 2), (cache.Hits, cache.Misses));
        Assert.True(WeightImage.Evaluate(program, new WeightDictionary(Make(9)), cache).Succeeded);
        Assert.Equal((3, 3), (cache.Hits, cache.Misses));
        Assert.Contains(WeightImage.Evaluate(program, WeightDictionary.Empty, cache).Problems, problem => problem.Message.Contains("fc.bias", StringComparison.Ordinal));
    }

    [Fact]
    public void InputsThatDoNotFitAreRefused()
    {
        var tiny = new Case(File.ReadAllText(Repository.PathOf("tests/NNLang.Emulator.Tests/Cases/tiny.asm")));
        var program = tiny.Load();
        using var emulator = new Emulator(program, tiny.Weights(program));
        Assert.Contains("1 inputs; 0", emulator.Run([]).Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("f32[2, 3]", emulator.Run([Ramp(3, 2)]).Problems[0].Message, StringComparison.Ordinal);
        Assert.False(emulator.Start([Ramp(6)]).Succeeded);
    }
}
