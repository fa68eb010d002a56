using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NNLang.Machine.Arithmetic;

/// <summary>
/// The building blocks of <c>docs/machine.md</c> 6.6 on four binary64 lanes: only + - x / fma sqrt floor and bit operations, in a fixed order, so
/// that every machine and width gives the same bits.
/// </summary>
internal static class FunctionKernels
{
    // Adding it leaves the nearest integer in the low bits of the significand (ties to even), for |x| < 2^51.
    private const double Shifter = 6755399441055744.0;

    private const double Reach = 700;

    /// <summary>E(x) = exp(x); x is clamped to +-700, where f32 has long overflowed or vanished.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(FunctionTables tables, Vector256<double> x)
    {
        var constants = tables.ExpConstants;
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-Reach)), Vector256.Create(Reach));
        var shifted = (x * constants[0]) + Vector256.Create(Shifter);
        var minusK = Vector256.Create(Shifter) - shifted;
        var r = Vector256.FusedMultiplyAdd(minusK, Vector256.Create(constants[1]), x);
        r = Vector256.FusedMultiplyAdd(minusK, Vector256.Create(constants[2]), r);
        var p = Horner(tables.ExpTerms, r);
        var k = shifted.AsInt64();
        var scale = ((k >> 5) + Vector256.Create(1023L)) << 52;
        return Gather(tables.Exp2, k & Vector256.Create(31L)) * p * scale.AsDouble();
    }

    /// <summary>L(x) = log(x) for finite x > 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log(FunctionTables tables, Vector256<double> x)
    {
        var bits = x.AsInt64();
        var near = Vector256.LessThan(Vector256.Abs(x - Vector256.Create(1.0)), Vector256.Create(1.0 / 32));
        var exponent = ToDouble((bits >> 52) - Vector256.Create(1023L));
        exponent = Vector256.ConditionalSelect(near, Vector256<double>.Zero, exponent);
        var significand = ((bits & Vector256.Create(0xFFFFFFFFFFFFFL)) | Vector256.Create(0x3FF0000000000000L)).AsDouble();
        significand = Vector256.ConditionalSelect(near, x, significand);
        var segment = Vector256.ConditionalSelect(near.AsInt64(), Vector256.Create(32L), (bits >> 47) & Vector256.Create(31L));
        var centre = Gather(tables.LogCentres, segment);
        var r = (significand - centre) / centre;
        return (exponent * tables.Constants[0]) + (Gather(tables.LogValues, segment) + Log1p(tables, r));
    }

    /// <summary>q(r) = log(1 + r) for |r| &lt;= 1/32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log1p(FunctionTables tables, Vector256<double> r) => Horner(tables.Log1pTerms, r) * r;

    /// <summary>C(z) = erfc(z) for z >= 0; 0 from 11.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<double> Erfc(FunctionTables tables, Vector256<double> z)
    {
        var inside = Vector256.LessThan(z, Vector256.Create(11.0));
        var w = Vector256.ConditionalSelect(inside, z, Vector256<double>.Zero);
        var j = Vector256.Floor(w * 16.0);
        var t = w - ((j + Vector256.Create(0.5)) * 0.0625);
        var row = (j + Vector256.Create(Shifter)).AsInt64() & Vector256.Create(255L);
        var table = FunctionTables.Pointer(tables.Erfc);
        var index = (row << 3) + (row << 2);
        var p = Gather(table, index + Vector256.Create(11L));
        for (var i = FunctionTables.ErfcTerms - 2; i >= 0; i--)
        {
            p = Vector256.FusedMultiplyAdd(p, t, Gather(table, index + Vector256.Create((long)i)));
        }

        return Vector256.ConditionalSelect(inside, p * Exp(tables, -(w * w)), Vector256<double>.Zero);
    }

    /// <summary>erf(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Erf(FunctionTables tables, Vector256<double> x)
    {
        var z = Vector256.Abs(x);
        var small = x * Horner(tables.ErfTerms, x * x);
        var large = Vector256.CopySign(Vector256.Create(1.0) - Erfc(tables, z), x);
        return Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256.Create(0.25)), small, large);
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Sigmoid(FunctionTables tables, Vector256<double> x) =>
        Vector256.Create(1.0) / (Vector256.Create(1.0) + Exp(tables, -x));

    /// <summary>tanh(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Tanh(FunctionTables tables, Vector256<double> x)
    {
        var z = Vector256.Abs(x);
        var small = x * Horner(tables.TanhTerms, x * x);
        var t = Exp(tables, z * -2.0);
        var large = Vector256.CopySign((Vector256.Create(1.0) - t) / (Vector256.Create(1.0) + t), x);
        return Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256.Create(1.0 / 64)), small, large);
    }

    /// <summary>log(1 + exp(x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Softplus(FunctionTables tables, Vector256<double> x)
    {
        var u = Exp(tables, -Vector256.Abs(x));
        var tail = Vector256.ConditionalSelect(
            Vector256.LessThan(u, Vector256.Create(1.0 / 256)), Log1p(tables, u), Log(tables, Vector256.Create(1.0) + u));
        return Vector256.Max(x, Vector256<double>.Zero) + tail;
    }

    /// <summary>x (1 + erf(x / sqrt 2)) / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Gelu(FunctionTables tables, Vector256<double> x)
    {
        var h = Erfc(tables, Vector256.Abs(x) * tables.Constants[1]) * 0.5;
        return x * Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<double>.Zero), h, Vector256.Create(1.0) - h);
    }

    /// <summary>x / (1 + exp(-2 sqrt(2 / pi) (x + 0.044715 x x x))).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> GeluTanh(FunctionTables tables, Vector256<double> x)
    {
        var inner = x + (x * x * x * tables.Constants[3]);
        return x / (Vector256.Create(1.0) + Exp(tables, inner * tables.Constants[2]));
    }

    /// <summary>exp(x) - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Expm1(FunctionTables tables, Vector256<double> x)
    {
        var small = x * Horner(tables.Expm1Terms, x);
        var large = Exp(tables, x) - Vector256.Create(1.0);
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(1.0 / 64)), small, large);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Horner(double[] terms, Vector256<double> x)
    {
        var p = Vector256.Create(terms[0]);
        for (var i = 1; i < terms.Length; i++)
        {
            p = Vector256.FusedMultiplyAdd(p, x, Vector256.Create(terms[i]));
        }

        return p;
    }

    // Exact for |x| < 2^51.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ToDouble(Vector256<long> x) =>
        (x + Vector256.Create(Shifter).AsInt64()).AsDouble() - Vector256.Create(Shifter);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<double> Gather(double[] table, Vector256<long> index) => Gather(FunctionTables.Pointer(table), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<double> Gather(double* table, Vector256<long> index) =>
        Avx2.IsSupported
            ? Avx2.GatherVector256(table, index, 8)
            : Vector256.Create(table[index[0]], table[index[1]], table[index[2]], table[index[3]]);
}
