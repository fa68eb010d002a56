using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NNLang.Machine.Arithmetic;

namespace NNLang.Emulator.Kernels;

/// <summary>A function of one f32 lane that every host computes alike with its own instructions. All three forms give equal bits.</summary>
internal interface IUnaryOperation
{
    static abstract float Apply(float x);

    static abstract Vector256<float> Apply(Vector256<float> x);

    static abstract Vector512<float> Apply(Vector512<float> x);
}

/// <summary>The functions of <c>docs/machine.md</c> 6.6, in place over rows of lanes. The table functions are those of the machine room.</summary>
internal static unsafe class ActivationKernels
{
    /// <summary>row = f(row) for each row.</summary>
    public static void Apply(
        KernelPath path, FunctionTables tables, ActivationFunction function, float** rows, float** alpha, int count, int lanes)
    {
        switch (function)
        {
            case ActivationFunction.Copy or ActivationFunction.Relu: break;
            case ActivationFunction.Abs: Map<Absolute>(path, rows, count, lanes); break;
            case ActivationFunction.Square: Map<Squared>(path, rows, count, lanes); break;
            case ActivationFunction.Sqrt: Map<SquareRoot>(path, rows, count, lanes); break;
            case ActivationFunction.Reciprocal: Map<Inverse>(path, rows, count, lanes); break;
            default: ByTable(tables, function, rows, alpha, count, lanes); break;
        }
    }

    private static void ByTable(FunctionTables tables, ActivationFunction function, float** rows, float** alpha, int count, int lanes)
    {
        for (var row = 0; row < count; row++)
        {
            var x = new Span<float>(rows[row], lanes);
            Functions.Evaluate(tables, function, x, x, new ReadOnlySpan<float>(alpha[row], lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TOperation>(KernelPath path, float** rows, int count, int lanes)
        where TOperation : IUnaryOperation
    {
        for (var row = 0; row < count; row++)
        {
            var x = rows[row];
            var i = 0;
            if (path == KernelPath.Vector512)
            {
                for (; i + 16 <= lanes; i += 16)
                {
                    F32Format.Canonical(TOperation.Apply(Vector512.Load(x + i))).Store(x + i);
                }
            }
            else if (path == KernelPath.Vector256)
            {
                for (; i + 8 <= lanes; i += 8)
                {
                    F32Format.Canonical(TOperation.Apply(Vector256.Load(x + i))).Store(x + i);
                }
            }

            for (; i < lanes; i++)
            {
                x[i] = F32Format.Canonical(TOperation.Apply(x[i]));
            }
        }
    }

    private readonly struct Absolute : IUnaryOperation
    {
        public static float Apply(float x) => MathF.Abs(x);

        public static Vector256<float> Apply(Vector256<float> x) => Vector256.Abs(x);

        public static Vector512<float> Apply(Vector512<float> x) => Vector512.Abs(x);
    }

    private readonly struct Squared : IUnaryOperation
    {
        public static float Apply(float x) => x * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> x) => x * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x) => x * x;
    }

    private readonly struct SquareRoot : IUnaryOperation
    {
        public static float Apply(float x) => MathF.Sqrt(x);

        public static Vector256<float> Apply(Vector256<float> x) => Vector256.Sqrt(x);

        public static Vector512<float> Apply(Vector512<float> x) => Vector512.Sqrt(x);
    }

    private readonly struct Inverse : IUnaryOperation
    {
        public static float Apply(float x) => 1f / x;

        public static Vector256<float> Apply(Vector256<float> x) => Vector256<float>.One / x;

        public static Vector512<float> Apply(Vector512<float> x) => Vector512<float>.One / x;
    }
}
