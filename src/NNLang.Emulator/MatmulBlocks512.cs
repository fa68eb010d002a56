using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NNLang.Emulator;

/// <summary>
/// The inner loops of nc_matmul in 512-bit vectors. Named by moving columns x outputs. The stationary operand is packed in panels of 16 outputs, [panel][k][16]; each output is one
/// chain of fused multiply-adds over ascending k from +0, and is added to what is there only at the end.
/// </summary>
internal static unsafe class MatmulBlocks512
{
    // Columns that are worked on for all panels before the next ones: their moving data stays in the first-level cache.
    private const int Superblock = 48;

    /// <summary>Multiplies whole panels: outputs 0 to 16 * panelCount - 1 of each of the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* panels, int depth, int panelCount, float** x, float** o, int columns, bool accumulate)
    {
        for (var first = 0; first < columns; first += Superblock)
        {
            var count = Math.Min(Superblock, columns - first);
            var whole = count - (count % 3);
            var panel = 0;
            for (; panel + 2 <= panelCount; panel += 2)
            {
                var w = panels + ((nint)panel * depth * 16);
                var n = first;
                for (; n + 12 <= first + whole; n += 12)
                {
                    Block12x32(w, depth, x + n, o + n, panel * 16, accumulate);
                }

                for (; n + 6 <= first + whole; n += 6)
                {
                    Block6x32(w, depth, x + n, o + n, panel * 16, accumulate);
                }

                for (; n < first + whole; n += 3)
                {
                    Block3x32(w, depth, x + n, o + n, panel * 16, accumulate);
                }
            }

            if (panel < panelCount)
            {
                var w = panels + ((nint)panel * depth * 16);
                var n = first;
                for (; n + 12 <= first + whole; n += 12)
                {
                    Block12x16(w, depth, x + n, o + n, panel * 16, accumulate);
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
    private static void Block12x32(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        float* x6 = x[6], x7 = x[7], x8 = x[8], x9 = x[9], x10 = x[10], x11 = x[11];
        float* w1 = w + (1 * 16 * depth);
        Vector512<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default, c3a = default, c3b = default;
        Vector512<float> c4a = default, c4b = default, c5a = default, c5b = default, c6a = default, c6b = default, c7a = default, c7b = default;
        Vector512<float> c8a = default, c8b = default, c9a = default, c9b = default, c10a = default, c10b = default, c11a = default, c11b = default;
        for (nint k = 0; k < depth; k++)
        {
            var va = Vector512.Load(w + (k * 16));
            var vb = Vector512.Load(w1 + (k * 16));
            var t = Vector512.Create(x0[k]);
            c0a = Vector512.FusedMultiplyAdd(t, va, c0a);
            c0b = Vector512.FusedMultiplyAdd(t, vb, c0b);
            t = Vector512.Create(x1[k]);
            c1a = Vector512.FusedMultiplyAdd(t, va, c1a);
            c1b = Vector512.FusedMultiplyAdd(t, vb, c1b);
            t = Vector512.Create(x2[k]);
            c2a = Vector512.FusedMultiplyAdd(t, va, c2a);
            c2b = Vector512.FusedMultiplyAdd(t, vb, c2b);
            t = Vector512.Create(x3[k]);
            c3a = Vector512.FusedMultiplyAdd(t, va, c3a);
            c3b = Vector512.FusedMultiplyAdd(t, vb, c3b);
            t = Vector512.Create(x4[k]);
            c4a = Vector512.FusedMultiplyAdd(t, va, c4a);
            c4b = Vector512.FusedMultiplyAdd(t, vb, c4b);
            t = Vector512.Create(x5[k]);
            c5a = Vector512.FusedMultiplyAdd(t, va, c5a);
            c5b = Vector512.FusedMultiplyAdd(t, vb, c5b);
            t = Vector512.Create(x6[k]);
            c6a = Vector512.FusedMultiplyAdd(t, va, c6a);
            c6b = Vector512.FusedMultiplyAdd(t, vb, c6b);
            t = Vector512.Create(x7[k]);
            c7a = Vector512.FusedMultiplyAdd(t, va, c7a);
            c7b = Vector512.FusedMultiplyAdd(t, vb, c7b);
            t = Vector512.Create(x8[k]);
            c8a = Vector512.FusedMultiplyAdd(t, va, c8a);
            c8b = Vector512.FusedMultiplyAdd(t, vb, c8b);
            t = Vector512.Create(x9[k]);
            c9a = Vector512.FusedMultiplyAdd(t, va, c9a);
            c9b = Vector512.FusedMultiplyAdd(t, vb, c9b);
            t = Vector512.Create(x10[k]);
            c10a = Vector512.FusedMultiplyAdd(t, va, c10a);
            c10b = Vector512.FusedMultiplyAdd(t, vb, c10b);
            t = Vector512.Create(x11[k]);
            c11a = Vector512.FusedMultiplyAdd(t, va, c11a);
            c11b = Vector512.FusedMultiplyAdd(t, vb, c11b);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 16, accumulate);
        Finish(c1a, o[1] + m, accumulate);
        Finish(c1b, o[1] + m + 16, accumulate);
        Finish(c2a, o[2] + m, accumulate);
        Finish(c2b, o[2] + m + 16, accumulate);
        Finish(c3a, o[3] + m, accumulate);
        Finish(c3b, o[3] + m + 16, accumulate);
        Finish(c4a, o[4] + m, accumulate);
        Finish(c4b, o[4] + m + 16, accumulate);
        Finish(c5a, o[5] + m, accumulate);
        Finish(c5b, o[5] + m + 16, accumulate);
        Finish(c6a, o[6] + m, accumulate);
        Finish(c6b, o[6] + m + 16, accumulate);
        Finish(c7a, o[7] + m, accumulate);
        Finish(c7b, o[7] + m + 16, accumulate);
        Finish(c8a, o[8] + m, accumulate);
        Finish(c8b, o[8] + m + 16, accumulate);
        Finish(c9a, o[9] + m, accumulate);
        Finish(c9b, o[9] + m + 16, accumulate);
        Finish(c10a, o[10] + m, accumulate);
        Finish(c10b, o[10] + m + 16, accumulate);
        Finish(c11a, o[11] + m, accumulate);
        Finish(c11b, o[11] + m + 16, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block6x32(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        float* w1 = w + (1 * 16 * depth);
        Vector512<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default, c3a = default, c3b = default;
        Vector512<float> c4a = default, c4b = default, c5a = default, c5b = default;
        for (nint k = 0; k < depth; k++)
        {
            var va = Vector512.Load(w + (k * 16));
            var vb = Vector512.Load(w1 + (k * 16));
            var t = Vector512.Create(x0[k]);
            c0a = Vector512.FusedMultiplyAdd(t, va, c0a);
            c0b = Vector512.FusedMultiplyAdd(t, vb, c0b);
            t = Vector512.Create(x1[k]);
            c1a = Vector512.FusedMultiplyAdd(t, va, c1a);
            c1b = Vector512.FusedMultiplyAdd(t, vb, c1b);
            t = Vector512.Create(x2[k]);
            c2a = Vector512.FusedMultiplyAdd(t, va, c2a);
            c2b = Vector512.FusedMultiplyAdd(t, vb, c2b);
            t = Vector512.Create(x3[k]);
            c3a = Vector512.FusedMultiplyAdd(t, va, c3a);
            c3b = Vector512.FusedMultiplyAdd(t, vb, c3b);
            t = Vector512.Create(x4[k]);
            c4a = Vector512.FusedMultiplyAdd(t, va, c4a);
            c4b = Vector512.FusedMultiplyAdd(t, vb, c4b);
            t = Vector512.Create(x5[k]);
            c5a = Vector512.FusedMultiplyAdd(t, va, c5a);
            c5b = Vector512.FusedMultiplyAdd(t, vb, c5b);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 16, accumulate);
        Finish(c1a, o[1] + m, accumulate);
        Finish(c1b, o[1] + m + 16, accumulate);
        Finish(c2a, o[2] + m, accumulate);
        Finish(c2b, o[2] + m + 16, accumulate);
        Finish(c3a, o[3] + m, accumulate);
        Finish(c3b, o[3] + m + 16, accumulate);
        Finish(c4a, o[4] + m, accumulate);
        Finish(c4b, o[4] + m + 16, accumulate);
        Finish(c5a, o[5] + m, accumulate);
        Finish(c5b, o[5] + m + 16, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block3x32(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2];
        float* w1 = w + (1 * 16 * depth);
        Vector512<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default;
        for (nint k = 0; k < depth; k++)
        {
            var va = Vector512.Load(w + (k * 16));
            var vb = Vector512.Load(w1 + (k * 16));
            var t = Vector512.Create(x0[k]);
            c0a = Vector512.FusedMultiplyAdd(t, va, c0a);
            c0b = Vector512.FusedMultiplyAdd(t, vb, c0b);
            t = Vector512.Create(x1[k]);
            c1a = Vector512.FusedMultiplyAdd(t, va, c1a);
            c1b = Vector512.FusedMultiplyAdd(t, vb, c1b);
            t = Vector512.Create(x2[k]);
            c2a = Vector512.FusedMultiplyAdd(t, va, c2a);
            c2b = Vector512.FusedMultiplyAdd(t, vb, c2b);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 16, accumulate);
        Finish(c1a, o[1] + m, accumulate);
        Finish(c1b, o[1] + m + 16, accumulate);
        Finish(c2a, o[2] + m, accumulate);
        Finish(c2b, o[2] + m + 16, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12x16(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        float* x6 = x[6], x7 = x[7], x8 = x[8], x9 = x[9], x10 = x[10], x11 = x[11];
        Vector512<float> c0a = default, c1a = default, c2a = default, c3a = default, c4a = default, c5a = default, c6a = default, c7a = default;
        Vector512<float> c8a = default, c9a = default, c10a = default, c11a = default;
        for (nint k = 0; k < depth; k++)
        {
            var va = Vector512.Load(w + (k * 16));
            var t = Vector512.Create(x0[k]);
            c0a = Vector512.FusedMultiplyAdd(t, va, c0a);
            t = Vector512.Create(x1[k]);
            c1a = Vector512.FusedMultiplyAdd(t, va, c1a);
            t = Vector512.Create(x2[k]);
            c2a = Vector512.FusedMultiplyAdd(t, va, c2a);
            t = Vector512.Create(x3[k]);
            c3a = Vector512.FusedMultiplyAdd(t, va, c3a);
            t = Vector512.Create(x4[k]);
            c4a = Vector512.FusedMultiplyAdd(t, va, c4a);
            t = Vector512.Create(x5[k]);
            c5a = Vector512.FusedMultiplyAdd(t, va, c5a);
            t = Vector512.Create(x6[k]);
            c6a = Vector512.FusedMultiplyAdd(t, va, c6a);
            t = Vector512.Create(x7[k]);
            c7a = Vector512.FusedMultiplyAdd(t, va, c7a);
            t = Vector512.Create(x8[k]);
            c8a = Vector512.FusedMultiplyAdd(t, va, c8a);
            t = Vector512.Create(x9[k]);
            c9a = Vector512.FusedMultiplyAdd(t, va, c9a);
            t = Vector512.Create(x10[k]);
            c10a = Vector512.FusedMultiplyAdd(t, va, c10a);
            t = Vector512.Create(x11[k]);
            c11a = Vector512.FusedMultiplyAdd(t, va, c11a);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c1a, o[1] + m, accumulate);
        Finish(c2a, o[2] + m, accumulate);
        Finish(c3a, o[3] + m, accumulate);
        Finish(c4a, o[4] + m, accumulate);
        Finish(c5a, o[5] + m, accumulate);
        Finish(c6a, o[6] + m, accumulate);
        Finish(c7a, o[7] + m, accumulate);
        Finish(c8a, o[8] + m, accumulate);
        Finish(c9a, o[9] + m, accumulate);
        Finish(c10a, o[10] + m, accumulate);
        Finish(c11a, o[11] + m, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block3x16(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2];
        Vector512<float> c0a = default, c1a = default, c2a = default;
        for (nint k = 0; k < depth; k++)
        {
            var va = Vector512.Load(w + (k * 16));
            var t = Vector512.Create(x0[k]);
            c0a = Vector512.FusedMultiplyAdd(t, va, c0a);
            t = Vector512.Create(x1[k]);
            c1a = Vector512.FusedMultiplyAdd(t, va, c1a);
            t = Vector512.Create(x2[k]);
            c2a = Vector512.FusedMultiplyAdd(t, va, c2a);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c1a, o[1] + m, accumulate);
        Finish(c2a, o[2] + m, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x64(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0];
        float* w1 = w + (1 * 16 * depth), w2 = w + (2 * 16 * depth), w3 = w + (3 * 16 * depth);
        Vector512<float> c0a = default, c0b = default, c0c = default, c0d = default;
        for (nint k = 0; k < depth; k++)
        {
            var t = Vector512.Create(x0[k]);
            c0a = Vector512.FusedMultiplyAdd(t, Vector512.Load(w + (k * 16)), c0a);
            c0b = Vector512.FusedMultiplyAdd(t, Vector512.Load(w1 + (k * 16)), c0b);
            c0c = Vector512.FusedMultiplyAdd(t, Vector512.Load(w2 + (k * 16)), c0c);
            c0d = Vector512.FusedMultiplyAdd(t, Vector512.Load(w3 + (k * 16)), c0d);
        }

        Finish(c0a, o[0] + m, accumulate);
        Finish(c0b, o[0] + m + 16, accumulate);
        Finish(c0c, o[0] + m + 32, accumulate);
        Finish(c0d, o[0] + m + 48, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x16(float* w, nint depth, float** x, float** o, int m, bool accumulate)
    {
        float* x0 = x[0];
        Vector512<float> c0a = default;
        for (nint k = 0; k < depth; k++)
        {
            var t = Vector512.Create(x0[k]);
            c0a = Vector512.FusedMultiplyAdd(t, Vector512.Load(w + (k * 16)), c0a);
        }

        Finish(c0a, o[0] + m, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sum, float* output, bool accumulate) =>
        F32Format.Canonical(accumulate ? Vector512.Load(output) + sum : sum).Store(output);
}
