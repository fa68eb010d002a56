using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NNLang.Emulator;

/// <summary>
/// The inner loops of nc_matmul in 256-bit vectors. Named by moving columns x outputs. The stationary operand is packed in panels of 16 outputs, [panel][k][16]; each output is one
/// chain of fused multiply-adds over ascending k from +0, and is added to what is there only at the end.
/// </summary>
internal static unsafe class MatmulBlocks256
{
    // Columns that are worked on for all panels before the next ones: their moving data stays in the first-level cache.
    private const int Superblock = 24;

    /// <summary>Multiplies whole panels: outputs 0 to 16 * panelCount - 1 of each of the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* panels, int depth, int panelCount, float** x, float** o, int columns, bool accumulate)
    {
        for (var first = 0; first < columns; first += Superblock)
        {
            var count = Math.Min(Superblock, columns - first);
            var whole = count - (count % 3);
            for (var panel = 0; panel < panelCount; panel++)
            {
                var w = panels + ((nint)panel * depth * 16);
                var n = first;
                for (; n + 6 <= first + whole; n += 6)
                {
                    Block6x16(w, depth, x + n, o + n, panel * 16, accumulate);
                }

                for (; n < first + whole; n += 3)
                {
                    Block3x16(w, depth, x + n, o + n, panel * 16, accumulate);
                }
            }

            Rest(panels, depth, panelCount, x + first + whole, o + first + whole, count - whole, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rest(float* panels, nint depth, int panelCount, float** x, float** o, int columns, bool accumulate)
    {
        for (var n = 0; n < columns; n++)
        {
            var panel = 0;
            for (; panel + 4 <= panelCount; panel += 4)
            {
                Block1x64(panels + (panel * depth * 16), depth, x + n, o + n, panel * 16, accumulate);
            }

            for (; panel < panelCount; panel++)
            {
                Block1x16(panels + (panel * depth * 16), depth, x + n, o + n, panel * 16, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block6x16(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        Vector256<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default, c3a = default, c3b = default;
        Vector256<float> c4a = default, c4b = default, c5a = default, c5b = default;
        for (nint k = 0; k < depth; k++)
        {
            var va = Vector256.Load(w + (k * 16));
            var vb = Vector256.Load(w + (k * 16) + 8);
            var t = Vector256.Create(x0[k]);
            c0a = Vector256.FusedMultiplyAdd(t, va, c0a);
            c0b = Vector256.FusedMultiplyAdd(t, vb, c0b);
            t = Vector256.Create(x1[k]);
            c1a = Vector256.FusedMultiplyAdd(t, va, c1a);
            c1b = Vector256.FusedMultiplyAdd(t, vb, c1b);
            t = Vector256.Create(x2[k]);
            c2a = Vector256.FusedMultiplyAdd(t, va, c2a);
            c2b = Vector256.FusedMultiplyAdd(t, vb, c2b);
            t = Vector256.Create(x3[k]);
            c3a = Vector256.FusedMultiplyAdd(t, va, c3a);
            c3b = Vector256.FusedMultiplyAdd(t, vb, c3b);
            t = Vector256.Create(x4[k]);
            c4a = Vector256.FusedMultiplyAdd(t, va, c4a);
            c4b = Vector256.FusedMultiplyAdd(t, vb, c4b);
            t = Vector256.Create(x5[k]);
            c5a = Vector256.FusedMultiplyAdd(t, va, c5a);
            c5b = Vector256.FusedMultiplyAdd(t, vb, c5b);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 8, accumulate);
        Finish(c1a, o[1] + m, accumulate);
        Finish(c1b, o[1] + m + 8, accumulate);
        Finish(c2a, o[2] + m, accumulate);
        Finish(c2b, o[2] + m + 8, accumulate);
        Finish(c3a, o[3] + m, accumulate);
        Finish(c3b, o[3] + m + 8, accumulate);
        Finish(c4a, o[4] + m, accumulate);
        Finish(c4b, o[4] + m + 8, accumulate);
        Finish(c5a, o[5] + m, accumulate);
        Finish(c5b, o[5] + m + 8, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block3x16(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2];
        Vector256<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default;
        for (nint k = 0; k < depth; k++)
        {
            var va = Vector256.Load(w + (k * 16));
            var vb = Vector256.Load(w + (k * 16) + 8);
            var t = Vector256.Create(x0[k]);
            c0a = Vector256.FusedMultiplyAdd(t, va, c0a);
            c0b = Vector256.FusedMultiplyAdd(t, vb, c0b);
            t = Vector256.Create(x1[k]);
            c1a = Vector256.FusedMultiplyAdd(t, va, c1a);
            c1b = Vector256.FusedMultiplyAdd(t, vb, c1b);
            t = Vector256.Create(x2[k]);
            c2a = Vector256.FusedMultiplyAdd(t, va, c2a);
            c2b = Vector256.FusedMultiplyAdd(t, vb, c2b);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 8, accumulate);
        Finish(c1a, o[1] + m, accumulate);
        Finish(c1b, o[1] + m + 8, accumulate);
        Finish(c2a, o[2] + m, accumulate);
        Finish(c2b, o[2] + m + 8, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x64(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0];
        float* w1 = w + (1 * 16 * depth), w2 = w + (2 * 16 * depth), w3 = w + (3 * 16 * depth);
        Vector256<float> c0a = default, c0b = default, c0c = default, c0d = default, c0e = default, c0f = default, c0g = default, c0h = default;
        for (nint k = 0; k < depth; k++)
        {
            var t = Vector256.Create(x0[k]);
            c0a = Vector256.FusedMultiplyAdd(t, Vector256.Load(w + (k * 16)), c0a);
            c0b = Vector256.FusedMultiplyAdd(t, Vector256.Load(w + (k * 16) + 8), c0b);
            c0c = Vector256.FusedMultiplyAdd(t, Vector256.Load(w1 + (k * 16)), c0c);
            c0d = Vector256.FusedMultiplyAdd(t, Vector256.Load(w1 + (k * 16) + 8), c0d);
            c0e = Vector256.FusedMultiplyAdd(t, Vector256.Load(w2 + (k * 16)), c0e);
            c0f = Vector256.FusedMultiplyAdd(t, Vector256.Load(w2 + (k * 16) + 8), c0f);
            c0g = Vector256.FusedMultiplyAdd(t, Vector256.Load(w3 + (k * 16)), c0g);
            c0h = Vector256.FusedMultiplyAdd(t, Vector256.Load(w3 + (k * 16) + 8), c0h);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 8, accumulate);
        Finish(c0c, o[0] + m + 16, accumulate);
        Finish(c0d, o[0] + m + 24, accumulate);
        Finish(c0e, o[0] + m + 32, accumulate);
        Finish(c0f, o[0] + m + 40, accumulate);
        Finish(c0g, o[0] + m + 48, accumulate);
        Finish(c0h, o[0] + m + 56, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x16(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0];
        Vector256<float> c0a = default, c0b = default;
        for (nint k = 0; k < depth; k++)
        {
            var t = Vector256.Create(x0[k]);
            c0a = Vector256.FusedMultiplyAdd(t, Vector256.Load(w + (k * 16)), c0a);
            c0b = Vector256.FusedMultiplyAdd(t, Vector256.Load(w + (k * 16) + 8), c0b);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 8, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector256<float> sum, float* output, bool accumulate) =>
        F32Format.Canonical(accumulate ? Vector256.Load(output) + sum : sum).Store(output);
}
