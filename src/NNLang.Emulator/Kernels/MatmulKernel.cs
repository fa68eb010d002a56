using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NNLang.Emulator.Kernels;

/// <summary>
/// nc_matmul (<c>docs/machine.md</c> 6.4) over rows of f32: for each output (m, n) one chain of fused multiply-adds over ascending k from
/// +0, then stored, or added once to what is there. Every path gives equal bits.
/// </summary>
internal static unsafe class MatmulKernel
{
    /// <summary>The most partitions, and outputs, of one product.</summary>
    public const int MaximumDepth = 128;

    /// <summary>The most moving columns of one product.</summary>
    public const int MaximumColumns = 512;

    /// <summary>Floats of scratch that <see cref="Run"/> needs.</summary>
    public const int ScratchFloats = (MaximumDepth * (MaximumColumns + 16)) + (MaximumColumns * 16) + 1024;

    /// <summary>Multiplies.</summary>
    /// <param name="path">Which loops to use.</param>
    /// <param name="stationary">Addresses of the stationary columns, one an output, at the first k.</param>
    /// <param name="outputs">How many.</param>
    /// <param name="moving">Addresses of the moving columns at the first k.</param>
    /// <param name="columns">How many.</param>
    /// <param name="depth">The number of k.</param>
    /// <param name="results">For each moving column the address of output 0.</param>
    /// <param name="accumulate">Whether results are added to.</param>
    /// <param name="scratch"><see cref="ScratchFloats"/> floats, 64-byte aligned.</param>
    public static void Run(
        KernelPath path, float** stationary, int outputs, float** moving, int columns, int depth, float** results, bool accumulate, float* scratch)
    {
        if (path == KernelPath.Scalar)
        {
            Scalar(stationary, outputs, moving, columns, depth, results, accumulate);
        }
        else if (outputs < 16 && columns >= 16)
        {
            Swapped(path, stationary, outputs, moving, columns, depth, results, accumulate, scratch);
        }
        else
        {
            Panels(path, stationary, outputs, moving, columns, depth, results, accumulate, scratch);
        }
    }

    /// <summary>One stationary value a lane (depthwise convolution): d = st mv + 0, stored or added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lanewise(KernelPath path, float* stationary, float** moving, int columns, int lanes, float** results, bool accumulate)
    {
        for (var n = 0; n < columns; n++)
        {
            float* x = moving[n], d = results[n];
            var i = 0;
            if (path == KernelPath.Vector512)
            {
                for (; i + 16 <= lanes; i += 16)
                {
                    var c = Vector512.FusedMultiplyAdd(Vector512.Load(stationary + i), Vector512.Load(x + i), Vector512<float>.Zero);
                    F32Format.Canonical(accumulate ? Vector512.Load(d + i) + c : c).Store(d + i);
                }
            }
            else if (path == KernelPath.Vector256)
            {
                for (; i + 8 <= lanes; i += 8)
                {
                    var c = Vector256.FusedMultiplyAdd(Vector256.Load(stationary + i), Vector256.Load(x + i), Vector256<float>.Zero);
                    F32Format.Canonical(accumulate ? Vector256.Load(d + i) + c : c).Store(d + i);
                }
            }

            for (; i < lanes; i++)
            {
                var c = MathF.FusedMultiplyAdd(stationary[i], x[i], 0f);
                d[i] = F32Format.Canonical(accumulate ? d[i] + c : c);
            }
        }
    }

    private static void Scalar(float** stationary, int outputs, float** moving, int columns, int depth, float** results, bool accumulate)
    {
        for (var n = 0; n < columns; n++)
        {
            var x = moving[n];
            for (var m = 0; m < outputs; m++)
            {
                var w = stationary[m];
                var c = 0f;
                for (var k = 0; k < depth; k++)
                {
                    c = MathF.FusedMultiplyAdd(w[k], x[k], c);
                }

                results[n][m] = F32Format.Canonical(accumulate ? results[n][m] + c : c);
            }
        }
    }

    private static void Panels(
        KernelPath path, float** stationary, int outputs, float** moving, int columns, int depth, float** results, bool accumulate, float* scratch)
    {
        Pack(path, stationary, outputs, depth, scratch);
        var whole = outputs / 16;
        if (whole > 0)
        {
            Blocks(path, scratch, depth, whole, moving, results, columns, accumulate);
        }

        var rest = outputs - (whole * 16);
        if (rest > 0)
        {
            var sums = scratch + (MaximumDepth * (MaximumColumns + 16));
            float** rows = stackalloc float*[columns];
            for (var n = 0; n < columns; n++)
            {
                rows[n] = sums + (n * 16);
            }

            Blocks(path, scratch + ((nint)whole * depth * 16), depth, 1, moving, rows, columns, accumulate: false);
            for (var n = 0; n < columns; n++)
            {
                Merge(rows[n], results[n] + (whole * 16), rest, accumulate);
            }
        }
    }

    /// <summary>With few outputs the moving operand is the one in panels: the vectors run over moving columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Swapped(
        KernelPath path, float** stationary, int outputs, float** moving, int columns, int depth, float** results, bool accumulate, float* scratch)
    {
        Pack(path, moving, columns, depth, scratch);
        var panels = (columns + 15) / 16;
        var sums = scratch + (MaximumDepth * (MaximumColumns + 16));
        float** rows = stackalloc float*[outputs];
        for (var m = 0; m < outputs; m++)
        {
            rows[m] = sums + (m * MaximumColumns);
        }

        Blocks(path, scratch, depth, panels, stationary, rows, outputs, accumulate: false);
        for (var n = 0; n < columns; n++)
        {
            var d = results[n];
            for (var m = 0; m < outputs; m++)
            {
                var c = rows[m][n];
                d[m] = F32Format.Canonical(accumulate ? d[m] + c : c);
            }
        }
    }

    private static void Blocks(KernelPath path, float* panels, int depth, int panelCount, float** x, float** o, int columns, bool accumulate)
    {
        if (path == KernelPath.Vector512)
        {
            MatmulBlocks<Vector512<float>, Width512>.Run(panels, depth, panelCount, x, o, columns, accumulate);
        }
        else
        {
            MatmulBlocks<Vector256<float>, Width256>.Run(panels, depth, panelCount, x, o, columns, accumulate);
        }
    }

    /// <summary>Packs columns of <paramref name="depth"/> floats into panels of 16 columns, [panel][k][16]; missing columns are zero.</summary>
    private static void Pack(KernelPath path, float** columns, int count, int depth, float* panels)
    {
        for (var first = 0; first < count; first += 16, panels += depth * 16)
        {
            var width = Math.Min(16, count - first);
            Transpose.ToStrided(path, columns + first, 0, width, depth, panels, 16);
            for (var k = 0; k < depth && width < 16; k++)
            {
                new Span<float>(panels + (k * 16) + width, 16 - width).Clear();
            }
        }
    }

    private static void Merge(float* sums, float* results, int count, bool accumulate)
    {
        for (var i = 0; i < count; i++)
        {
            results[i] = F32Format.Canonical(accumulate ? results[i] + sums[i] : sums[i]);
        }
    }
}
