using System.Globalization;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

public sealed class FunctionsTests
{
    private static readonly BigMath Exact = new(128);

    [Fact]
    public void The_committed_tables_are_what_the_generator_makes() =>
        Snapshot.Match("src/NNLang.Machine/Arithmetic/functions.tables", FunctionTableGenerator.Text());

    public static TheoryData<ActivationFunction> Transcendental =>
    [
        ActivationFunction.Rsqrt, ActivationFunction.Exp, ActivationFunction.Log, ActivationFunction.Sigmoid, ActivationFunction.Tanh,
        ActivationFunction.Silu, ActivationFunction.Softplus, ActivationFunction.Erf, ActivationFunction.Gelu, ActivationFunction.GeluTanh,
        ActivationFunction.Elu,
    ];

    [Theory]
    [MemberData(nameof(Transcendental))]
    public void Functions_are_within_half_an_ulp(ActivationFunction function)
    {
        var random = new Random(PropertySeed.Base);
        var worst = (Error: 0.0, At: 0f);
        for (var i = 0; i < 1500 * PropertySeed.Scale; i++)
        {
            var x = Sample(random, i);
            if (function is ActivationFunction.Log or ActivationFunction.Rsqrt)
            {
                x = MathF.Abs(x);
            }

            var exact = Exactly(function, x);
            if (exact is { } value)
            {
                var error = Ulps(Functions.Evaluate(FunctionTables.Standard, function, x, 1.5f), value);
                worst = error > worst.Error ? (error, x) : worst;
            }
        }

        Assert.True(worst.Error <= 0.500001, $"{function}: {worst.Error} ulp at {worst.At:R}");
        Assert.True(worst.Error > 0.4, "The sample is too easy.");
    }

    [Fact]
    public void Powers_are_within_half_an_ulp()
    {
        var random = new Random(PropertySeed.Base);
        for (var i = 0; i < 1500; i++)
        {
            var a = Math.Abs(Sample(random, i));
            var b = (float)((random.NextDouble() * 8) - 4);
            if (a == 0)
            {
                continue;
            }

            var exact = Exact.Exp(Exact.Multiply(BigFloat.Of(b), Exact.Log(BigFloat.Of(a))));
            var error = Ulps(Functions.Power(FunctionTables.Standard, a, b), exact);
            Assert.True(error <= 0.500001, $"pow({a:R}, {b:R}): {error} ulp");
        }
    }

    [Theory]
    [InlineData(2, 3, 8)]
    [InlineData(-2, 3, -8)]
    [InlineData(-2, 2, 4)]
    [InlineData(-2, 0.5, float.NaN)]
    [InlineData(0, 2, 0)]
    [InlineData(-0.0, 3, -0.0)]
    [InlineData(-0.0, -3, float.NegativeInfinity)]
    [InlineData(0, -2, float.PositiveInfinity)]
    [InlineData(5, 0, 1)]
    [InlineData(-1, 5, -1)]
    [InlineData(-1, 0.5, float.NaN)]
    [InlineData(-1, float.PositiveInfinity, 1)]
    [InlineData(0.5, float.PositiveInfinity, 0)]
    [InlineData(0.5, float.NegativeInfinity, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, 3, float.NegativeInfinity)]
    [InlineData(float.NegativeInfinity, -3, -0.0)]
    [InlineData(float.NaN, 0, float.NaN)]
    [InlineData(1, float.NaN, float.NaN)]
    [InlineData(1e30, 2, float.PositiveInfinity)]
    [InlineData(1e-30, 2, 0)]
    public void Powers_at_the_edges(float a, float b, float expected) =>
        Assert.Equal(Bits(expected), Bits(Functions.Power(FunctionTables.Standard, a, b)));

    [Fact]
    public void Special_arguments()
    {
        var text = new System.Text.StringBuilder();
        float[] arguments =
        [
            0f, -0f, float.Epsilon, -float.Epsilon, 0.5f, -0.5f, 1f, -1f, 1.5f, 2.5f, -2.5f, 20f, -20f, 88f, 90f, -90f, -105f, 3e38f, -3e38f,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN, BitConverter.UInt32BitsToSingle(0xFFABCDEF),
        ];
        for (var f = 0; f < Mnemonics.FunctionCount; f++)
        {
            foreach (var x in arguments)
            {
                var y = Functions.Evaluate(FunctionTables.Standard, (ActivationFunction)f, x, 0.25f);
                text.Append(CultureInfo.InvariantCulture, $"{Mnemonics.Name((ActivationFunction)f)}({Text(x)}) = {Text(y)}\n");
                if (float.IsNaN(y))
                {
                    Assert.Equal(0x7FC00000u, BitConverter.SingleToUInt32Bits(y));
                }
            }
        }

        Snapshot.Match("tests/NNLang.Machine.Tests/Snapshots/functions.txt", text.ToString());
    }

    [Fact]
    public void Spans_give_the_bits_of_single_values()
    {
        PropertySeed.ForEach(20, random =>
        {
            var x = Enumerable.Range(0, random.Next(1, 40)).Select(i => Sample(random, i)).ToArray();
            var alpha = x.Select(_ => (float)random.NextDouble()).ToArray();
            var y = new float[x.Length];
            for (var f = 0; f < Mnemonics.FunctionCount; f++)
            {
                Functions.Evaluate(FunctionTables.Standard, (ActivationFunction)f, x, y, alpha);
                for (var i = 0; i < x.Length; i++)
                {
                    Assert.Equal(Bits(Functions.Evaluate(FunctionTables.Standard, (ActivationFunction)f, x[i], alpha[i])), Bits(y[i]));
                }
            }
        });
    }

    [Fact]
    public void A_wrong_row_changes_one_segment()
    {
        var wrong = FunctionTables.Standard.WithWrongRow(ActivationFunction.Exp, 5);
        var log = FunctionTables.Standard.WithWrongRow(ActivationFunction.Log, 3);
        var erf = FunctionTables.Standard.WithWrongRow(ActivationFunction.Erf, 20);
        for (var i = 0; i < 320; i++)
        {
            var x = (float)((i + 0.5) / 32 * Math.Log(2)) - 3;
            var j = (int)Math.Round(x * 32 / Math.Log(2), MidpointRounding.ToEven) & 31;
            Assert.Equal(
                j != 5, Functions.Evaluate(wrong, ActivationFunction.Exp, x) == Functions.Evaluate(FunctionTables.Standard, ActivationFunction.Exp, x));
            var m = 2 + (i / 160f);
            Assert.Equal(
                (int)(((m / 2) - 1) * 32) != 3,
                Functions.Evaluate(log, ActivationFunction.Log, m) == Functions.Evaluate(FunctionTables.Standard, ActivationFunction.Log, m));
            var z = i / 128f;
            Assert.Equal(
                z < 0.25f || (int)(z * 16) != 20,
                Functions.Evaluate(erf, ActivationFunction.Erf, z) == Functions.Evaluate(FunctionTables.Standard, ActivationFunction.Erf, z));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => FunctionTables.Standard.WithWrongRow(ActivationFunction.Exp, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => FunctionTables.Standard.WithWrongRow(ActivationFunction.Relu, 0));
    }

    private static uint Bits(float x) => float.IsNaN(x) ? 0x7FC00000u : BitConverter.SingleToUInt32Bits(x);

    private static string Text(float x) => float.IsNaN(x) ? "NaN" : x.ToString("R", CultureInfo.InvariantCulture);

    // Any bits, or around the places where the formulas change.
    private static float Sample(Random random, int i)
    {
        var x = (i % 4) switch
        {
            0 => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)),
            1 => (float)((random.NextDouble() * 40) - 20),
            2 => (float)((random.NextDouble() * 240) - 120),
            _ => (float)Math.Exp((random.NextDouble() * 16) - 14) * (random.Next(2) == 0 ? 1 : -1),
        };
        return float.IsFinite(x) ? x : 1;
    }

    // Null where the exact value is so far out that the result is a limit.
    private static BigFloat? Exactly(ActivationFunction function, float x)
    {
        var b = BigFloat.Of(x);
        var one = BigFloat.Of(1);
        BigFloat Sigmoid(BigFloat v) => Exact.Divide(one, Exact.Add(one, Exact.Exp(-v)));
        if (MathF.Abs(x) > 300 && function is not (ActivationFunction.Log or ActivationFunction.Rsqrt))
        {
            return null;
        }

        switch (function)
        {
            case ActivationFunction.Rsqrt:
                return x == 0 ? null : Exact.Divide(one, Exact.Sqrt(b));
            case ActivationFunction.Exp:
                return Exact.Exp(b);
            case ActivationFunction.Log:
                return x == 0 ? null : Exact.Log(b);
            case ActivationFunction.Sigmoid:
                return Sigmoid(b);
            case ActivationFunction.Silu:
                return Exact.Multiply(b, Sigmoid(b));
            case ActivationFunction.Tanh:
                var t = Wide(b.Scale(1));
                return Exact.Divide(t, Exact.Add(t, BigFloat.Of(2)));
            case ActivationFunction.Softplus:
                var u = Exact.Exp(b);
                return u.Magnitude < -120 ? u : Exact.Log(new BigMath(400).Add(one, u));
            case ActivationFunction.Erf:
                return MathF.Abs(x) < 2 ? Exact.Erf(b) : Exact.Subtract(one, Exact.Erfc(b));
            case ActivationFunction.Gelu:
                return Exact.Multiply(b, Exact.Erfc(Exact.Divide(-b, Exact.Sqrt(BigFloat.Of(2)))).Scale(-1));
            case ActivationFunction.GeluTanh:
                var cube = Exact.Multiply(Exact.Multiply(Exact.Multiply(b, b), b), Exact.Divide(BigFloat.Of(44715), BigFloat.Of(1000000)));
                var inner = Exact.Multiply(Exact.Sqrt(Exact.Divide(BigFloat.Of(2), Exact.Pi)), Exact.Add(b, cube));
                return Exact.Multiply(b, Sigmoid(inner.Scale(1)));
            default:
                return x > 0 ? b : Exact.Multiply(BigFloat.Of(1.5), Wide(b));
        }
    }

    // exp(x) - 1 with enough bits for the cancellation.
    private static BigFloat Wide(BigFloat x)
    {
        var math = new BigMath(330);
        return math.Subtract(math.Exp(x), BigFloat.Of(1));
    }

    private static double Ulps(float y, BigFloat exact)
    {
        var last = Math.Max(exact.Sign == 0 ? -149 : exact.Magnitude - 23, -149);
        if (float.IsInfinity(y))
        {
            // Half an ulp above the greatest finite number everything rounds to infinity.
            return exact.Magnitude >= 128 || Exact.Subtract(exact, BigFloat.Of(float.MaxValue)).Magnitude >= 102 ? 0 : double.PositiveInfinity;
        }

        var error = Exact.Subtract(BigFloat.Of(y), exact);
        return error.Sign == 0 ? 0 : Math.Abs(error.Scale(-last).ToDouble());
    }
}
