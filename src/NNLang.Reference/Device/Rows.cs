using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NNLang.Machine.Arithmetic;

namespace NNLang.Reference.Device;

/// <summary>The elementwise arithmetic of <see cref="Arithmetic"/> over rows, eight elements at a time: the same bits.</summary>
internal static class Rows
{
    /// <summary>left = left op right, element by element.</summary>
    public static void Combine(AluOperation operation, Span<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length != right.Length)
        {
            throw new ArgumentException("The rows have different lengths.", nameof(right));
        }

        switch (operation)
        {
            case AluOperation.Add: Run<Adder>(left, right); break;
            case AluOperation.Sub: Run<Subtracter>(left, right); break;
            case AluOperation.Mul: Run<Multiplier>(left, right); break;
            case AluOperation.Div: Run<Divider>(left, right); break;
            case AluOperation.Max: Run<Maximum>(left, right); break;
            case AluOperation.Min: Run<Minimum>(left, right); break;
            default:
                for (var i = 0; i < left.Length; i++)
                {
                    left[i] = Arithmetic.Apply(operation, left[i], right[i]);
                }

                break;
        }
    }

    /// <summary>x = fma(x, scale, bias).</summary>
    public static void Affine(Span<float> x, float scale, float bias)
    {
        var (s, b) = (Vector256.Create(scale), Vector256.Create(bias));
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(x);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Canonical(Vector256.FusedMultiplyAdd(vectors[i], s, b));
        }

        for (var i = vectors.Length * Vector256<float>.Count; i < x.Length; i++)
        {
            x[i] = Arithmetic.Canonical(MathF.FusedMultiplyAdd(x[i], scale, bias));
        }
    }

    /// <summary>x = max(x, least).</summary>
    public static void AtLeast(Span<float> x, float least)
    {
        var limit = Vector256.Create(least);
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(x);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Canonical(Vector256.Max(vectors[i], limit));
        }

        for (var i = vectors.Length * Vector256<float>.Count; i < x.Length; i++)
        {
            x[i] = Arithmetic.Canonical(MathF.Max(x[i], least));
        }
    }

    private static void Run<T>(Span<float> left, ReadOnlySpan<float> right)
        where T : struct, IRowOperation
    {
        var a = MemoryMarshal.Cast<float, Vector256<float>>(left);
        var b = MemoryMarshal.Cast<float, Vector256<float>>(right);
        for (var i = 0; i < a.Length; i++)
        {
            a[i] = Canonical(T.Apply(a[i], b[i]));
        }

        for (var i = a.Length * Vector256<float>.Count; i < left.Length; i++)
        {
            left[i] = Arithmetic.Apply(T.Operation, left[i], right[i]);
        }
    }

    private static Vector256<float> Canonical(Vector256<float> value) =>
        Vector256.ConditionalSelect(Vector256.Equals(value, value), value, Vector256.Create(0x7FC00000u).AsSingle());

    private interface IRowOperation
    {
        static abstract AluOperation Operation { get; }

        static abstract Vector256<float> Apply(Vector256<float> left, Vector256<float> right);
    }

    private readonly struct Adder : IRowOperation
    {
        public static AluOperation Operation => AluOperation.Add;

        public static Vector256<float> Apply(Vector256<float> left, Vector256<float> right) => left + right;
    }

    private readonly struct Subtracter : IRowOperation
    {
        public static AluOperation Operation => AluOperation.Sub;

        public static Vector256<float> Apply(Vector256<float> left, Vector256<float> right) => left - right;
    }

    private readonly struct Multiplier : IRowOperation
    {
        public static AluOperation Operation => AluOperation.Mul;

        public static Vector256<float> Apply(Vector256<float> left, Vector256<float> right) => left * right;
    }

    private readonly struct Divider : IRowOperation
    {
        public static AluOperation Operation => AluOperation.Div;

        public static Vector256<float> Apply(Vector256<float> left, Vector256<float> right) => left / right;
    }

    private readonly struct Maximum : IRowOperation
    {
        public static AluOperation Operation => AluOperation.Max;

        public static Vector256<float> Apply(Vector256<float> left, Vector256<float> right) => Vector256.Max(left, right);
    }

    private readonly struct Minimum : IRowOperation
    {
        public static AluOperation Operation => AluOperation.Min;

        public static Vector256<float> Apply(Vector256<float> left, Vector256<float> right) => Vector256.Min(left, right);
    }
}
