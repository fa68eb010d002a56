using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NNLang.Machine.Arithmetic;

/// <summary>
/// The functions of <c>docs/machine.md</c> 6.6, f32 to f32, rounded once. Spans and single values go through the same code, so their bits are equal
/// whatever the machine. A NaN result is the canonical one.
/// </summary>
public static class Functions
{
    /// <summary>The canonical NaN of f32.</summary>
    public static float CanonicalNaN => BitConverter.UInt32BitsToSingle(0x7FC00000);

    /// <summary>The function of one value, after scale and bias.</summary>
    /// <param name="tables">The tables; <see cref="FunctionTables.Standard"/> unless a fault replaced a row.</param>
    /// <param name="function">The function.</param>
    /// <param name="x">The argument.</param>
    /// <param name="alpha">The parameter of lrelu and elu.</param>
    public static float Evaluate(FunctionTables tables, ActivationFunction function, float x, float alpha = 0)
    {
        float result = 0;
        Evaluate(tables, function, new ReadOnlySpan<float>(in x), MemoryMarshal.CreateSpan(ref result, 1), new ReadOnlySpan<float>(in alpha));
        return result;
    }

    /// <summary>The function of many values.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="function">The function.</param>
    /// <param name="x">The arguments.</param>
    /// <param name="results">The results, as many; may be the same memory as <paramref name="x"/>.</param>
    /// <param name="alpha">The parameter of lrelu and elu: one for all, one each, or none for 0.</param>
    /// <exception cref="ArgumentException">The spans' lengths do not fit.</exception>
    public static void Evaluate(
        FunctionTables tables, ActivationFunction function, ReadOnlySpan<float> x, Span<float> results, ReadOnlySpan<float> alpha = default)
    {
        if (results.Length != x.Length || (alpha.Length > 1 && alpha.Length != x.Length))
        {
            throw new ArgumentException("The spans have different lengths.", nameof(results));
        }

        if (alpha.IsEmpty)
        {
            alpha = [0f];
        }

        switch (function)
        {
            case ActivationFunction.Copy: Run<Copy>(tables, x, results, alpha); break;
            case ActivationFunction.Relu: Run<Relu>(tables, x, results, alpha); break;
            case ActivationFunction.Lrelu: Run<Lrelu>(tables, x, results, alpha); break;
            case ActivationFunction.Abs: Run<Abs>(tables, x, results, alpha); break;
            case ActivationFunction.Square: Run<Square>(tables, x, results, alpha); break;
            case ActivationFunction.Sqrt: Run<Sqrt>(tables, x, results, alpha); break;
            case ActivationFunction.Rsqrt: Run<Rsqrt>(tables, x, results, alpha); break;
            case ActivationFunction.Reciprocal: Run<Reciprocal>(tables, x, results, alpha); break;
            case ActivationFunction.Exp: Run<Exp>(tables, x, results, alpha); break;
            case ActivationFunction.Log: Run<Log>(tables, x, results, alpha); break;
            case ActivationFunction.Sigmoid: Run<Sigmoid>(tables, x, results, alpha); break;
            case ActivationFunction.Tanh: Run<Tanh>(tables, x, results, alpha); break;
            case ActivationFunction.Silu: Run<Silu>(tables, x, results, alpha); break;
            case ActivationFunction.Softplus: Run<Softplus>(tables, x, results, alpha); break;
            case ActivationFunction.Erf: Run<Erf>(tables, x, results, alpha); break;
            case ActivationFunction.Gelu: Run<Gelu>(tables, x, results, alpha); break;
            case ActivationFunction.GeluTanh: Run<GeluTanh>(tables, x, results, alpha); break;
            case ActivationFunction.HardSigmoid: Run<HardSigmoid>(tables, x, results, alpha); break;
            case ActivationFunction.Elu: Run<Elu>(tables, x, results, alpha); break;
            case ActivationFunction.Sign: Run<Sign>(tables, x, results, alpha); break;
            case ActivationFunction.Floor: Run<Floor>(tables, x, results, alpha); break;
            case ActivationFunction.Ceil: Run<Ceil>(tables, x, results, alpha); break;
            case ActivationFunction.Round: Run<Round>(tables, x, results, alpha); break;
            case ActivationFunction.Not: Run<Not>(tables, x, results, alpha); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }

    /// <summary>a to the power b: by E and L for a > 0, otherwise as IEEE pow; a NaN operand gives NaN.</summary>
    public static float Power(FunctionTables tables, float a, float b)
    {
        if (float.IsNaN(a) || float.IsNaN(b))
        {
            return CanonicalNaN;
        }

        var magnitude = MathF.Abs(a);
        if (b == 0 || magnitude is 0 or 1 || !float.IsFinite(a) || !float.IsFinite(b))
        {
            // Every one of these is exact or a limit.
            return Canonical(ExactPower(a, magnitude, b));
        }

        var integer = MathF.Floor(b) == b;
        if (a < 0 && !integer)
        {
            return CanonicalNaN;
        }

        var exponent = FunctionKernels.Log(tables, Vector256.Create((double)magnitude)) * b;
        var result = (float)FunctionKernels.Exp(tables, exponent)[0];
        return a < 0 && IsOdd(b) ? -result : result;
    }

    private static float ExactPower(float a, float magnitude, float b)
    {
        var odd = MathF.Floor(b) == b && IsOdd(b);
        if (b == 0 || a == 1)
        {
            return 1;
        }

        if (float.IsInfinity(b))
        {
            return magnitude == 1 ? 1 : magnitude > 1 == b > 0 ? float.PositiveInfinity : 0;
        }

        if (a == -1)
        {
            return MathF.Floor(b) == b ? (odd ? -1 : 1) : float.NaN;
        }

        // Zero or infinity to a finite power.
        var large = magnitude == 0 ? b < 0 : b > 0;
        var result = large ? float.PositiveInfinity : 0f;
        return odd ? MathF.CopySign(result, a) : result;
    }

    private static bool IsOdd(float integer) => MathF.Abs(integer) < 16777216 && ((long)integer & 1) != 0;

    private static float Canonical(float x) => float.IsNaN(x) ? CanonicalNaN : x;

    // Four lanes at a time; a tail is filled up with zeros.
    private static void Run<TFunction>(FunctionTables tables, ReadOnlySpan<float> x, Span<float> results, ReadOnlySpan<float> alpha)
        where TFunction : struct, IFunction
    {
        var one = Vector128.Create(alpha[0]);
        var each = alpha.Length > 1;
        var i = 0;
        for (; i <= x.Length - 4; i += 4)
        {
            var parameter = each ? Vector128.Create(alpha[i..]) : one;
            Canonical(TFunction.Apply(tables, Vector128.Create(x[i..]), parameter)).CopyTo(results[i..]);
        }

        if (i < x.Length)
        {
            Span<float> argument = stackalloc float[4];
            Span<float> parameter = stackalloc float[4];
            argument.Clear();
            parameter.Clear();
            x[i..].CopyTo(argument);
            (each ? alpha[i..] : alpha).CopyTo(parameter);
            var result = TFunction.Apply(tables, Vector128.Create<float>(argument), each ? Vector128.Create<float>(parameter) : one);
            Canonical(result).CopyTo(argument);
            argument[..(x.Length - i)].CopyTo(results[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Canonical(Vector128<float> x) =>
        Vector128.ConditionalSelect(Vector128.Equals(x, x), x, Vector128.Create(0x7FC00000u).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widen(Vector128<float> x)
    {
        var (lower, upper) = Vector128.Widen(x);
        return Vector256.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Narrow(Vector256<double> x) => Vector128.Narrow(x.GetLower(), x.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Where(Vector128<float> condition, Vector128<float> then, Vector128<float> otherwise) =>
        Vector128.ConditionalSelect(condition, then, otherwise);

    private static Vector128<float> Zero => Vector128<float>.Zero;

    private static Vector128<float> One => Vector128.Create(1f);

    private static Vector128<float> Infinity => Vector128.Create(float.PositiveInfinity);

    private interface IFunction
    {
        static abstract Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha);
    }

    private readonly struct Copy : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => x;
    }

    private readonly struct Relu : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.LessThanOrEqual(x, Zero), Zero, x);
    }

    private readonly struct Lrelu : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.GreaterThanOrEqual(x, Zero), x, alpha * x);
    }

    private readonly struct Abs : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => Vector128.Abs(x);
    }

    private readonly struct Square : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => x * x;
    }

    private readonly struct Sqrt : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => Vector128.Sqrt(x);
    }

    private readonly struct Rsqrt : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Narrow(Vector256.Create(1.0) / Vector256.Sqrt(Widen(x)));
    }

    private readonly struct Reciprocal : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => One / x;
    }

    private readonly struct Exp : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha)
        {
            var result = Narrow(FunctionKernels.Exp(tables, Widen(x)));
            result = Where(Vector128.LessThan(x, Vector128.Create(-104f)), Zero, result);
            return Where(Vector128.GreaterThan(x, Vector128.Create(89f)), Infinity, result);
        }
    }

    private readonly struct Log : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha)
        {
            var result = Narrow(FunctionKernels.Log(tables, Widen(x)));
            result = Where(Vector128.Equals(x, Infinity), x, result);
            result = Where(Vector128.Equals(x, Zero), -Infinity, result);
            return Where(Vector128.GreaterThanOrEqual(x, Zero), result, Vector128.Create(float.NaN));
        }
    }

    private readonly struct Sigmoid : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Narrow(FunctionKernels.Sigmoid(tables, Widen(x)));
    }

    private readonly struct Tanh : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Narrow(FunctionKernels.Tanh(tables, Widen(x)));
    }

    private readonly struct Silu : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha)
        {
            var wide = Widen(x);
            return Where(Vector128.Equals(x, -Infinity), -Zero, Narrow(wide * FunctionKernels.Sigmoid(tables, wide)));
        }
    }

    private readonly struct Softplus : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Narrow(FunctionKernels.Softplus(tables, Widen(x)));
    }

    private readonly struct Erf : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.Equals(x, x), Narrow(FunctionKernels.Erf(tables, Widen(x))), x);
    }

    private readonly struct Gelu : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.Equals(x, -Infinity), -Zero, Narrow(FunctionKernels.Gelu(tables, Widen(x))));
    }

    private readonly struct GeluTanh : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.Equals(x, -Infinity), -Zero, Narrow(FunctionKernels.GeluTanh(tables, Widen(x))));
    }

    private readonly struct HardSigmoid : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.LessThanOrEqual(x, Zero), Zero, Where(Vector128.GreaterThan(x, One), One, x));
    }

    private readonly struct Elu : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.GreaterThan(x, Zero), x, Narrow(Widen(alpha) * FunctionKernels.Expm1(tables, Widen(x))));
    }

    private readonly struct Sign : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.GreaterThan(x, Zero), One, Where(Vector128.LessThan(x, Zero), -One, x));
    }

    private readonly struct Floor : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => Vector128.Floor(x);
    }

    private readonly struct Ceil : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => Vector128.Ceiling(x);
    }

    private readonly struct Round : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) => Vector128.Round(x);
    }

    private readonly struct Not : IFunction
    {
        public static Vector128<float> Apply(FunctionTables tables, Vector128<float> x, Vector128<float> alpha) =>
            Where(Vector128.Equals(x, Zero), One, Zero);
    }
}
