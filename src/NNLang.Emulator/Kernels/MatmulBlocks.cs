using System.Runtime.CompilerServices;

namespace NNLang.Emulator.Kernels;

/// <summary>
/// The inner loops of nc_matmul, for one width of vectors. The stationary operand is packed in panels of 16 outputs, [panel][k][16]. Each
/// output is one chain of fused multiply-adds over ascending k from +0, and is added to what is there only at the end. A block is named by
/// moving columns x vectors of outputs: as many chains as there are registers hide the latency of each.
/// </summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="TWidth">What can be done with it.</typeparam>
internal static unsafe class MatmulBlocks<TVector, TWidth>
    where TVector : struct
    where TWidth : struct, IVectorWidth<TVector>
{
    private const int PanelOutputs = 16;

    private static int VectorsPerPanel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => PanelOutputs / TWidth.Lanes;
    }

    private static bool HasManyRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Registers >= 32;
    }

    /// <summary>Multiplies whole panels: outputs 0 to 16 * panelCount - 1 of each of the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* panels, int depth, int panelCount, float** moving, float** results, int columns, bool accumulate)
    {
        // Columns that are worked on for all panels before the next ones: their moving data stays in the first-level cache.
        var superblock = HasManyRegisters ? 48 : 24;
        var vectors = panelCount * VectorsPerPanel;
        for (var start = 0; start < columns; start += superblock)
        {
            var count = Math.Min(superblock, columns - start);
            var rest = start + count - (count % 3);
            var vector = 0;
            for (; vector + 2 <= vectors; vector += 2)
            {
                float* first = Address(panels, depth, vector), second = Address(panels, depth, vector + 1);
                Pair(first, second, depth, moving, results, start, rest, vector * TWidth.Lanes, accumulate);
            }

            if (vector < vectors)
            {
                Single(Address(panels, depth, vector), depth, moving, results, start, rest, vector * TWidth.Lanes, accumulate);
            }

            for (var n = rest; n < start + count; n++)
            {
                Column(panels, depth, vectors, moving[n], results[n], accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Address(float* panels, nint depth, int vector) =>
        panels + (vector / VectorsPerPanel * PanelOutputs * depth) + (vector % VectorsPerPanel * TWidth.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair(float* first, float* second, nint depth, float** moving, float** results, int start, int end, int at, bool accumulate)
    {
        var n = start;
        for (; HasManyRegisters && n + 12 <= end; n += 12)
        {
            Block12x2(first, second, depth, moving + n, results + n, at, accumulate);
        }

        for (; n + 6 <= end; n += 6)
        {
            Block6x2(first, second, depth, moving + n, results + n, at, accumulate);
        }

        for (; n < end; n += 3)
        {
            Block3x2(first, second, depth, moving + n, results + n, at, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Single(float* only, nint depth, float** moving, float** results, int start, int end, int at, bool accumulate)
    {
        var n = start;
        for (; n + 12 <= end; n += 12)
        {
            Block12x1(only, depth, moving + n, results + n, at, accumulate);
        }

        for (; n < end; n += 3)
        {
            Block3x1(only, depth, moving + n, results + n, at, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Column(float* panels, nint depth, int vectors, float* column, float* results, bool accumulate)
    {
        var vector = 0;
        for (; vector + 8 <= vectors; vector += 8)
        {
            Block1x8(panels, vector, depth, column, results, accumulate);
        }

        for (; vector + 4 <= vectors; vector += 4)
        {
            Block1x4(panels, vector, depth, column, results, accumulate);
        }

        for (; vector + 2 <= vectors; vector += 2)
        {
            Block1x2(Address(panels, depth, vector), Address(panels, depth, vector + 1), depth, &column, &results, vector * TWidth.Lanes, accumulate);
        }

        if (vector < vectors)
        {
            Block1x1(Address(panels, depth, vector), depth, &column, &results, vector * TWidth.Lanes, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12x2(float* first, float* second, nint depth, float** moving, float** results, int at, bool accumulate)
    {
        float* c0 = moving[0], c1 = moving[1], c2 = moving[2], c3 = moving[3], c4 = moving[4], c5 = moving[5];
        float* c6 = moving[6], c7 = moving[7], c8 = moving[8], c9 = moving[9], c10 = moving[10], c11 = moving[11];
        TVector s0a = default, s0b = default, s1a = default, s1b = default, s2a = default, s2b = default, s3a = default, s3b = default;
        TVector s4a = default, s4b = default, s5a = default, s5b = default, s6a = default, s6b = default, s7a = default, s7b = default;
        TVector s8a = default, s8b = default, s9a = default, s9b = default, s10a = default, s10b = default, s11a = default, s11b = default;
        for (nint k = 0; k < depth; k++)
        {
            TVector a = TWidth.Load(first + (k * PanelOutputs)), b = TWidth.Load(second + (k * PanelOutputs));
            Step(c0[k], a, b, ref s0a, ref s0b);
            Step(c1[k], a, b, ref s1a, ref s1b);
            Step(c2[k], a, b, ref s2a, ref s2b);
            Step(c3[k], a, b, ref s3a, ref s3b);
            Step(c4[k], a, b, ref s4a, ref s4b);
            Step(c5[k], a, b, ref s5a, ref s5b);
            Step(c6[k], a, b, ref s6a, ref s6b);
            Step(c7[k], a, b, ref s7a, ref s7b);
            Step(c8[k], a, b, ref s8a, ref s8b);
            Step(c9[k], a, b, ref s9a, ref s9b);
            Step(c10[k], a, b, ref s10a, ref s10b);
            Step(c11[k], a, b, ref s11a, ref s11b);
        }

        Finish(s0a, s0b, results[0] + at, accumulate);
        Finish(s1a, s1b, results[1] + at, accumulate);
        Finish(s2a, s2b, results[2] + at, accumulate);
        Finish(s3a, s3b, results[3] + at, accumulate);
        Finish(s4a, s4b, results[4] + at, accumulate);
        Finish(s5a, s5b, results[5] + at, accumulate);
        Finish(s6a, s6b, results[6] + at, accumulate);
        Finish(s7a, s7b, results[7] + at, accumulate);
        Finish(s8a, s8b, results[8] + at, accumulate);
        Finish(s9a, s9b, results[9] + at, accumulate);
        Finish(s10a, s10b, results[10] + at, accumulate);
        Finish(s11a, s11b, results[11] + at, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block6x2(float* first, float* second, nint depth, float** moving, float** results, int at, bool accumulate)
    {
        float* c0 = moving[0], c1 = moving[1], c2 = moving[2], c3 = moving[3], c4 = moving[4], c5 = moving[5];
        TVector s0a = default, s0b = default, s1a = default, s1b = default, s2a = default, s2b = default, s3a = default, s3b = default;
        TVector s4a = default, s4b = default, s5a = default, s5b = default;
        for (nint k = 0; k < depth; k++)
        {
            TVector a = TWidth.Load(first + (k * PanelOutputs)), b = TWidth.Load(second + (k * PanelOutputs));
            Step(c0[k], a, b, ref s0a, ref s0b);
            Step(c1[k], a, b, ref s1a, ref s1b);
            Step(c2[k], a, b, ref s2a, ref s2b);
            Step(c3[k], a, b, ref s3a, ref s3b);
            Step(c4[k], a, b, ref s4a, ref s4b);
            Step(c5[k], a, b, ref s5a, ref s5b);
        }

        Finish(s0a, s0b, results[0] + at, accumulate);
        Finish(s1a, s1b, results[1] + at, accumulate);
        Finish(s2a, s2b, results[2] + at, accumulate);
        Finish(s3a, s3b, results[3] + at, accumulate);
        Finish(s4a, s4b, results[4] + at, accumulate);
        Finish(s5a, s5b, results[5] + at, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block3x2(float* first, float* second, nint depth, float** moving, float** results, int at, bool accumulate)
    {
        float* c0 = moving[0], c1 = moving[1], c2 = moving[2];
        TVector s0a = default, s0b = default, s1a = default, s1b = default, s2a = default, s2b = default;
        for (nint k = 0; k < depth; k++)
        {
            TVector a = TWidth.Load(first + (k * PanelOutputs)), b = TWidth.Load(second + (k * PanelOutputs));
            Step(c0[k], a, b, ref s0a, ref s0b);
            Step(c1[k], a, b, ref s1a, ref s1b);
            Step(c2[k], a, b, ref s2a, ref s2b);
        }

        Finish(s0a, s0b, results[0] + at, accumulate);
        Finish(s1a, s1b, results[1] + at, accumulate);
        Finish(s2a, s2b, results[2] + at, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x2(float* first, float* second, nint depth, float** moving, float** results, int at, bool accumulate)
    {
        float* c0 = moving[0];
        TVector s0a = default, s0b = default;
        for (nint k = 0; k < depth; k++)
        {
            TVector a = TWidth.Load(first + (k * PanelOutputs)), b = TWidth.Load(second + (k * PanelOutputs));
            Step(c0[k], a, b, ref s0a, ref s0b);
        }

        Finish(s0a, s0b, results[0] + at, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12x1(float* only, nint depth, float** moving, float** results, int at, bool accumulate)
    {
        float* c0 = moving[0], c1 = moving[1], c2 = moving[2], c3 = moving[3], c4 = moving[4], c5 = moving[5];
        float* c6 = moving[6], c7 = moving[7], c8 = moving[8], c9 = moving[9], c10 = moving[10], c11 = moving[11];
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        TVector s8 = default, s9 = default, s10 = default, s11 = default;
        for (nint k = 0; k < depth; k++)
        {
            var a = TWidth.Load(only + (k * PanelOutputs));
            s0 = TWidth.MultiplyAdd(TWidth.Broadcast(c0[k]), a, s0);
            s1 = TWidth.MultiplyAdd(TWidth.Broadcast(c1[k]), a, s1);
            s2 = TWidth.MultiplyAdd(TWidth.Broadcast(c2[k]), a, s2);
            s3 = TWidth.MultiplyAdd(TWidth.Broadcast(c3[k]), a, s3);
            s4 = TWidth.MultiplyAdd(TWidth.Broadcast(c4[k]), a, s4);
            s5 = TWidth.MultiplyAdd(TWidth.Broadcast(c5[k]), a, s5);
            s6 = TWidth.MultiplyAdd(TWidth.Broadcast(c6[k]), a, s6);
            s7 = TWidth.MultiplyAdd(TWidth.Broadcast(c7[k]), a, s7);
            s8 = TWidth.MultiplyAdd(TWidth.Broadcast(c8[k]), a, s8);
            s9 = TWidth.MultiplyAdd(TWidth.Broadcast(c9[k]), a, s9);
            s10 = TWidth.MultiplyAdd(TWidth.Broadcast(c10[k]), a, s10);
            s11 = TWidth.MultiplyAdd(TWidth.Broadcast(c11[k]), a, s11);
        }

        TWidth.Finish(s0, results[0] + at, accumulate);
        TWidth.Finish(s1, results[1] + at, accumulate);
        TWidth.Finish(s2, results[2] + at, accumulate);
        TWidth.Finish(s3, results[3] + at, accumulate);
        TWidth.Finish(s4, results[4] + at, accumulate);
        TWidth.Finish(s5, results[5] + at, accumulate);
        TWidth.Finish(s6, results[6] + at, accumulate);
        TWidth.Finish(s7, results[7] + at, accumulate);
        TWidth.Finish(s8, results[8] + at, accumulate);
        TWidth.Finish(s9, results[9] + at, accumulate);
        TWidth.Finish(s10, results[10] + at, accumulate);
        TWidth.Finish(s11, results[11] + at, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block3x1(float* only, nint depth, float** moving, float** results, int at, bool accumulate)
    {
        float* c0 = moving[0], c1 = moving[1], c2 = moving[2];
        TVector s0 = default, s1 = default, s2 = default;
        for (nint k = 0; k < depth; k++)
        {
            var a = TWidth.Load(only + (k * PanelOutputs));
            s0 = TWidth.MultiplyAdd(TWidth.Broadcast(c0[k]), a, s0);
            s1 = TWidth.MultiplyAdd(TWidth.Broadcast(c1[k]), a, s1);
            s2 = TWidth.MultiplyAdd(TWidth.Broadcast(c2[k]), a, s2);
        }

        TWidth.Finish(s0, results[0] + at, accumulate);
        TWidth.Finish(s1, results[1] + at, accumulate);
        TWidth.Finish(s2, results[2] + at, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x1(float* only, nint depth, float** moving, float** results, int at, bool accumulate)
    {
        float* c0 = moving[0];
        TVector s0 = default;
        for (nint k = 0; k < depth; k++)
        {
            var a = TWidth.Load(only + (k * PanelOutputs));
            s0 = TWidth.MultiplyAdd(TWidth.Broadcast(c0[k]), a, s0);
        }

        TWidth.Finish(s0, results[0] + at, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x8(float* panels, int vector, nint depth, float* column, float* results, bool accumulate)
    {
        float* w0 = Address(panels, depth, vector), w1 = Address(panels, depth, vector + 1);
        float* w2 = Address(panels, depth, vector + 2), w3 = Address(panels, depth, vector + 3);
        float* w4 = Address(panels, depth, vector + 4), w5 = Address(panels, depth, vector + 5);
        float* w6 = Address(panels, depth, vector + 6), w7 = Address(panels, depth, vector + 7);
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (nint k = 0; k < depth; k++)
        {
            var t = TWidth.Broadcast(column[k]);
            s0 = TWidth.MultiplyAdd(t, TWidth.Load(w0 + (k * PanelOutputs)), s0);
            s1 = TWidth.MultiplyAdd(t, TWidth.Load(w1 + (k * PanelOutputs)), s1);
            s2 = TWidth.MultiplyAdd(t, TWidth.Load(w2 + (k * PanelOutputs)), s2);
            s3 = TWidth.MultiplyAdd(t, TWidth.Load(w3 + (k * PanelOutputs)), s3);
            s4 = TWidth.MultiplyAdd(t, TWidth.Load(w4 + (k * PanelOutputs)), s4);
            s5 = TWidth.MultiplyAdd(t, TWidth.Load(w5 + (k * PanelOutputs)), s5);
            s6 = TWidth.MultiplyAdd(t, TWidth.Load(w6 + (k * PanelOutputs)), s6);
            s7 = TWidth.MultiplyAdd(t, TWidth.Load(w7 + (k * PanelOutputs)), s7);
        }

        var to = results + (vector * TWidth.Lanes);
        Finish(s0, s1, to, accumulate);
        Finish(s2, s3, to + (2 * TWidth.Lanes), accumulate);
        Finish(s4, s5, to + (4 * TWidth.Lanes), accumulate);
        Finish(s6, s7, to + (6 * TWidth.Lanes), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x4(float* panels, int vector, nint depth, float* column, float* results, bool accumulate)
    {
        float* w0 = Address(panels, depth, vector), w1 = Address(panels, depth, vector + 1);
        float* w2 = Address(panels, depth, vector + 2), w3 = Address(panels, depth, vector + 3);
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint k = 0; k < depth; k++)
        {
            var t = TWidth.Broadcast(column[k]);
            s0 = TWidth.MultiplyAdd(t, TWidth.Load(w0 + (k * PanelOutputs)), s0);
            s1 = TWidth.MultiplyAdd(t, TWidth.Load(w1 + (k * PanelOutputs)), s1);
            s2 = TWidth.MultiplyAdd(t, TWidth.Load(w2 + (k * PanelOutputs)), s2);
            s3 = TWidth.MultiplyAdd(t, TWidth.Load(w3 + (k * PanelOutputs)), s3);
        }

        var to = results + (vector * TWidth.Lanes);
        Finish(s0, s1, to, accumulate);
        Finish(s2, s3, to + (2 * TWidth.Lanes), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(float x, TVector a, TVector b, ref TVector first, ref TVector second)
    {
        var t = TWidth.Broadcast(x);
        first = TWidth.MultiplyAdd(t, a, first);
        second = TWidth.MultiplyAdd(t, b, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TVector first, TVector second, float* results, bool accumulate)
    {
        TWidth.Finish(first, results, accumulate);
        TWidth.Finish(second, results + TWidth.Lanes, accumulate);
    }
}
