using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NNLang.Emulator.Kernels;

/// <summary>Transposes of blocks of 32-bit elements, given by row addresses.</summary>
internal static unsafe class Transpose
{
    /// <summary>
    /// destination[j][i] = source[i][from + j] for i below <paramref name="rows"/> and j below <paramref name="columns"/>; the source's rows
    /// are given by address, the destination's lie <paramref name="step"/> elements apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToStrided(KernelPath path, float** source, nint from, int rows, int columns, float* destination, nint step)
    {
        var i = 0;
        if (path != KernelPath.Scalar && Avx.IsSupported)
        {
            for (; i + 8 <= rows; i += 8)
            {
                var j = 0;
                for (; j + 8 <= columns; j += 8)
                {
                    Block(source + i, from + j, destination + (j * step) + i, step);
                }

                Edge(source + i, from, 8, j, columns, destination + i, step);
            }
        }

        Edge(source + i, from, rows - i, 0, columns, destination + i, step);
    }

    /// <summary>destination[j][to + i] = source[i][j]; both sides' rows are given by address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToRows(KernelPath path, float** source, int rows, int columns, float** destination, nint to)
    {
        var j = 0;
        if (path != KernelPath.Scalar && Avx.IsSupported)
        {
            var block = stackalloc float[64];
            for (; j + 8 <= columns; j += 8)
            {
                var i = 0;
                for (; i + 8 <= rows; i += 8)
                {
                    Block(source + i, j, block, 8);
                    for (var k = 0; k < 8; k++)
                    {
                        Vector256.Load(block + (k * 8)).Store(destination[j + k] + to + i);
                    }
                }

                for (; i < rows; i++)
                {
                    for (var k = 0; k < 8; k++)
                    {
                        destination[j + k][to + i] = source[i][j + k];
                    }
                }
            }
        }

        for (; j < columns; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                destination[j][to + i] = source[i][j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Edge(float** source, nint from, int rows, int first, int columns, float* destination, nint step)
    {
        for (nint j = first; j < columns; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                destination[(j * step) + i] = source[i][from + j];
            }
        }
    }

    /// <summary>Transposes 8 x 8 elements: rows at source[0..7] + j, results step apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float** source, nint j, float* destination, nint step)
    {
        var a = Avx.LoadVector256(source[0] + j);
        var b = Avx.LoadVector256(source[1] + j);
        var c = Avx.LoadVector256(source[2] + j);
        var d = Avx.LoadVector256(source[3] + j);
        var e = Avx.LoadVector256(source[4] + j);
        var f = Avx.LoadVector256(source[5] + j);
        var g = Avx.LoadVector256(source[6] + j);
        var h = Avx.LoadVector256(source[7] + j);

        // Pairs of rows interleaved, then pairs of pairs, then the 128-bit halves exchanged.
        var abLow = Avx.UnpackLow(a, b).AsDouble();
        var abHigh = Avx.UnpackHigh(a, b).AsDouble();
        var cdLow = Avx.UnpackLow(c, d).AsDouble();
        var cdHigh = Avx.UnpackHigh(c, d).AsDouble();
        var efLow = Avx.UnpackLow(e, f).AsDouble();
        var efHigh = Avx.UnpackHigh(e, f).AsDouble();
        var ghLow = Avx.UnpackLow(g, h).AsDouble();
        var ghHigh = Avx.UnpackHigh(g, h).AsDouble();
        Halves(Avx.UnpackLow(abLow, cdLow), Avx.UnpackLow(efLow, ghLow), destination, step);
        Halves(Avx.UnpackHigh(abLow, cdLow), Avx.UnpackHigh(efLow, ghLow), destination + step, step);
        Halves(Avx.UnpackLow(abHigh, cdHigh), Avx.UnpackLow(efHigh, ghHigh), destination + (2 * step), step);
        Halves(Avx.UnpackHigh(abHigh, cdHigh), Avx.UnpackHigh(efHigh, ghHigh), destination + (3 * step), step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector256<double> upper, Vector256<double> lower, float* destination, nint step)
    {
        Avx.Permute2x128(upper, lower, 0x20).AsSingle().Store(destination);
        Avx.Permute2x128(upper, lower, 0x31).AsSingle().Store(destination + (4 * step));
    }
}
