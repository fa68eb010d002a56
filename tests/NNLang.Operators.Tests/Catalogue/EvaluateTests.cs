using NNLang.Operators.Model;
using NNLang.Operators.Tests.Support;
using NNLang.Testing;

namespace NNLang.Operators.Tests.Catalogue;

/// <summary>Every operator against its definition written as plain loops over indices.</summary>
public sealed class EvaluateTests
{
    [Fact]
    public void LongSumsFollowTheDefinition() => PropertySeed.ForEach(150, random =>
    {
        var run = Runs.Of(RandomCalls.LongSum(random), (_, _) => (random.NextDouble() * 2) - 1);
        var result = run.Evaluate();
        for (var i = 0; i < Math.Min(result.Shape.Count, 60); i++)
        {
            var position = random.NextInt64(result.Shape.Count);
            var index = Runs.Index(result.Shape, position);
            var expected = Terms.Of(run, position).Sum(term => term.W * term.X) * Scale(run, position);
            if (run.Context.Slots.Length > 1 && run.Context.Slots[1] is { } bias)
            {
                expected += Runs.At(bias, run.Operator.Name == "dense" ? index[^1] : index[1]);
            }

            Assert.Equal(expected, result.AsDoubles()[(int)position], 1e-11);
        }
    });

    [Theory]
    [InlineData("max_pool2d(f32[2, 3, 9, 8], kernel: 3, stride: 2, pad: 1)")]
    [InlineData("max_pool2d(f32[1, 3, 10, 9], kernel: [3, 2], stride: 2, ceil: true)")]
    [InlineData("max_pool2d(f32[1, 2, 9, 9], kernel: 3, stride: 1, dilation: 2)")]
    [InlineData("max_pool2d(f32[1, 2, 9, 9], kernel: 2, pad: [0, 1, 1, 0])")]
    [InlineData("max_pool2d(f32[1, 2, 9, 8], kernel: 3, stride: 2, pad: same)")]
    [InlineData("max_pool2d(f32[64, 64, 16, 16], kernel: 3, stride: 2, pad: 1)")]
    public void MaxPoolTakesTheGreatestOfItsWindow(string call)
    {
        var random = new Random(PropertySeed.Base);
        var run = Runs.Of(call, (_, _) => random.NextDouble() - 5);
        var result = run.Evaluate();
        var kernel = run.Context.Attributes.Integers("kernel");
        for (var position = 0; position < Math.Min(2_000, result.Shape.Count); position++)
        {
            var index = Runs.Index(result.Shape, position);
            var greatest = double.NegativeInfinity;
            for (var ky = 0; ky < kernel[0]; ky++)
            {
                for (var kx = 0; kx < kernel[1]; kx++)
                {
                    if (Terms.Tap(run, index, ky, kx) is var (y, x))
                    {
                        greatest = Math.Max(greatest, Runs.At(run.Context.Operands[0]!, index[0], index[1], y, x));
                    }
                }
            }

            Assert.True(double.IsFinite(greatest));
            Assert.Equal(greatest, result.AsDoubles()[position]);
        }
    }

    [Theory]
    [InlineData("add(f32[3, 1, 5], f32[4, 1])", "+")]
    [InlineData("sub(f32[5], f32[2, 5])", "-")]
    [InlineData("mul(f32[2, 3, 4], f32[2, 3, 4])", "*")]
    [InlineData("div(f32[2, 3, 4], f32[])", "/")]
    [InlineData("max(f32[2, 3], f32[3], f32[2, 1])", "max")]
    [InlineData("min(f32[2, 3], f32[3], f32[2, 1])", "min")]
    [InlineData("sum(f32[2, 3], f32[3], f32[2, 1])", "+")]
    public void ElementwiseOperatorsBroadcast(string call, string function)
    {
        var random = new Random(PropertySeed.Base);
        var run = Runs.Of(call, (_, _) => random.NextDouble() + 0.5);
        var result = run.Evaluate();
        for (var position = 0; position < result.Shape.Count; position++)
        {
            var index = Runs.Index(result.Shape, position);
            double? expected = null;
            foreach (var operand in run.Context.Operands)
            {
                var own = index[^operand!.Shape.Rank..];
                for (var axis = 0; axis < own.Length; axis++)
                {
                    own[axis] = operand.Shape[axis] == 1 ? 0 : own[axis];
                }

                var next = Runs.At(operand, own);
                expected = expected is not { } before ? next : function switch
                {
                    "+" => before + next,
                    "-" => before - next,
                    "*" => before * next,
                    "/" => before / next,
                    "max" => Math.Max(before, next),
                    _ => Math.Min(before, next),
                };
            }

            Assert.Equal(expected, result.AsDoubles()[position]);
        }
    }

    [Theory]
    [InlineData("relu(f32[7])", "-inf 0 0 0 1.5 inf nan", "0 0 0 0 1.5 inf nan")]
    [InlineData("clip(f32[5], min: 0.0, max: 6.0)", "-1 0.5 7 inf nan", "0 0.5 6 6 nan")]
    [InlineData("sigmoid(f32[5])", "0 -1000 1000 1 -inf", "0.5 0 1 0.7310585786300049 0")]
    [InlineData("tanh(f32[3])", "0 1 -inf", "0 0.7615941559557649 -1")]
    [InlineData("exp(f32[3])", "0 1 -inf", "1 2.718281828459045 0")]
    [InlineData("log(f32[3])", "1 0 -1", "0 -inf nan")]
    [InlineData("sqrt(f32[3])", "4 0 -1", "2 0 nan")]
    [InlineData("neg(f32[2])", "4 -inf", "-4 inf")]
    [InlineData("abs(f32[3])", "-4 4 -inf", "4 4 inf")]
    [InlineData("leaky_relu(f32[3], 0.25)", "-4 4 0", "-1 4 0")]
    [InlineData("hard_sigmoid(f32[4])", "-4 4 0 1", "0 1 0.5 0.7")]
    [InlineData("softplus(f32[3])", "0 1000 -1000", "0.6931471805599453 1000 0")]
    [InlineData("silu(f32[4])", "0 1 -1000 -inf", "0 0.7310585786300049 0 0")]
    [InlineData("cast(f32[4], i32)", "1.9 -1.9 0 3", "1 -1 0 3")]
    [InlineData("cast(f32[3], bool)", "1.9 0 -2", "1 0 1")]
    [InlineData("identity(f32[2])", "1 2", "1 2")]
    [InlineData("dropout(f32[2], 0.5)", "1 2", "1 2")]
    [InlineData("softmax(f32[2, 2])", "0 0 1000 0", "0.5 0.5 1 0")]
    [InlineData("softmax(f32[2, 2], 0)", "0 1000 0 0", "0.5 1 0.5 0")]
    [InlineData("log_softmax(f32[1, 2])", "1000 0", "0 -1000")]
    [InlineData("transpose(f32[2, 3])", "1 2 3 4 5 6", "1 4 2 5 3 6")]
    [InlineData("transpose(f32[1, 2, 3], [2, 0, 1])", "1 2 3 4 5 6", "1 4 2 5 3 6")]
    [InlineData("slice(f32[2, 3], axes: [1, 0], starts: [-2, 1], ends: [none, 2])", "1 2 3 4 5 6", "5 6")]
    [InlineData("slice(f32[6], axes: [0], starts: [1], ends: [none], steps: [2])", "1 2 3 4 5 6", "2 4 6")]
    [InlineData("slice(f32[6], axes: [0], starts: [3], ends: [3])", "1 2 3 4 5 6", "")]
    [InlineData("pad(f32[1, 2], before: [1, 0], after: [0, 1], value: 9.0)", "1 2", "9 9 9 1 2 9")]
    [InlineData("reshape(f32[2, 3], [3, -1])", "1 2 3 4 5 6", "1 2 3 4 5 6")]
    [InlineData("reduce_sum(f32[2, 3], axes: [0])", "1 2 3 4 5 6", "5 7 9")]
    [InlineData("reduce_sum(f32[2, 3], axes: [-1], keep: true)", "1 2 3 4 5 6", "6 15")]
    [InlineData("reduce_mean(f32[2, 3])", "1 2 3 4 5 6", "3.5")]
    [InlineData("reduce_max(f32[2, 3], axes: [1])", "1 2 3 4 9 6", "3 9")]
    [InlineData("reduce_min(f32[2, 3], axes: [0])", "1 2 3 4 1 6", "1 1 3")]
    [InlineData("global_max_pool(f32[1, 2, 1, 3])", "1 2 3 6 5 4", "3 6")]
    [InlineData("global_avg_pool(f32[1, 2, 1, 3], keep: true)", "1 2 3 6 5 4", "2 5")]
    [InlineData("avg_pool2d(f32[1, 1, 2, 2], kernel: 2, stride: 1, pad: 1)", "1 2 3 4", "1 1.5 2 2 2.5 3 3 3.5 4")]
    [InlineData("avg_pool2d(f32[1, 1, 2, 2], kernel: 2, stride: 1, pad: 1, count_include_pad: true)", "4 8 12 16", "1 3 2 4 10 6 3 7 4")]
    [InlineData("avg_pool2d(f32[1, 1, 1, 3], kernel: [1, 2], ceil: true)", "1 2 5", "1.5 5")]
    public void SmallCasesByHand(string call, string operand, string expected)
    {
        var numbers = Numbers(operand);
        var run = Runs.Of(call, (_, i) => numbers[i]);
        var result = run.Evaluate().AsDoubles().ToArray();
        var wanted = Numbers(expected);
        Assert.Equal(wanted.Length, result.Length);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.Equal(wanted[i], result[i], 1e-15);
        }
    }

    [Fact]
    public void ConcatAndSplitAreInverse() => PropertySeed.ForEach(100, random =>
    {
        var axis = random.Next(3);
        int[] shape = [random.Next(1, 4), random.Next(1, 4), random.Next(1, 4)];
        int[] sizes = [random.Next(0, 4), random.Next(1, 4), random.Next(1, 4)];
        shape[axis] = sizes.Sum();
        var whole = Runs.Of($"split(f32[{string.Join(", ", shape)}], sizes: [{string.Join(", ", sizes)}], axis: {axis})", (_, _) => random.NextDouble());
        var parts = whole.Operator.Evaluate(whole.Context);
        Assert.Equal(sizes.Select(size => (long)size), parts.Select(part => part.Shape[axis]));
        var concat = OperatorCatalogue.Get("concat");
        var joined = concat.Evaluate(new EvaluationContext(
            [.. parts], [], AttributeSet.For(concat, ("axis", AttributeValue.Of(axis))), [whole.Context.Operands[0]!.Shape]));
        Assert.Equal(whole.Context.Operands[0]!.Bytes.ToArray(), joined[0].Bytes.ToArray());
    });

    [Fact]
    public void BatchNormNormalises()
    {
        var random = new Random(PropertySeed.Base);
        var run = Runs.Of("batch_norm(f32[2, 3, 4], epsilon: 0.5)", (_, _) => random.NextDouble() + 0.1);
        var result = run.Evaluate();
        var slots = run.Context.Slots;
        for (var position = 0; position < result.Shape.Count; position++)
        {
            var index = Runs.Index(result.Shape, position);
            var x = run.Context.Operands[0]!.AsDoubles()[position];
            var expected = ((x - Runs.At(slots[2]!, index[1])) / Math.Sqrt(Runs.At(slots[3]!, index[1]) + 0.5) * Runs.At(slots[0]!, index[1])) + Runs.At(slots[1]!, index[1]);
            Assert.Equal(expected, result.AsDoubles()[position], 1e-13);
        }
    }

    [Fact]
    public void ConstantsAreFilledAndWritten()
    {
        Assert.Equal([1, 2, 3, 4], Runs.Of("constant([[1.0, 2], [3, 4]])", (_, _) => 0).Evaluate().AsDoubles().ToArray());
        Assert.Equal([0.5, 0.5, 0.5], Runs.Of("constant(0.5, shape: [3])", (_, _) => 0).Evaluate().AsDoubles().ToArray());
        Assert.Equal([7], Runs.Of("constant(7)", (_, _) => 0).Evaluate().AsDoubles().ToArray());
    }

    private static double[] Numbers(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture),
    })];

    private static double Scale(Runs run, long position) => run.Operator.Name switch
    {
        "avg_pool2d" when !run.Context.Attributes.Boolean("count_include_pad") => 1.0 / Terms.Of(run, position).Count,
        "avg_pool2d" => 1.0 / (run.Context.Attributes.Integers("kernel")[0] * run.Context.Attributes.Integers("kernel")[1]),
        "global_avg_pool" => 1.0 / (run.Context.Operands[0]!.Shape[2] * run.Context.Operands[0]!.Shape[3]),
        "reduce_mean" => 1.0 / run.Context.Operands[0]!.Shape[-1],
        _ => 1,
    };
}
