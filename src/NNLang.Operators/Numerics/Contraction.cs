using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NNLang.Tensors;

namespace NNLang.Operators.Numerics;

/// <summary>Fills columns first .. first + count - 1 of the right side into a panel: element (k, j) at <c>k * width + j</c>. Unused
/// columns stay zero.</summary>
internal delegate void PanelFiller(long first, int count, Span<double> panel, int width);

/// <summary>
/// One product out[m, n] = sum over k of left[m, k] right[k, n] in binary64: the left side row-major, the right side delivered in panels of
/// columns, so that a convolution never makes its whole patch matrix.
/// </summary>
internal sealed class Contraction
{
    private const int RowBlock = 4;

    private static int Width => 3 * Vector<double>.Count;

    public required Tensor Left { get; init; }

    /// <summary>First element of the left side; its rows follow each other.</summary>
    public long LeftOffset { get; init; }

    public required int Rows { get; init; }

    public required int Depth { get; init; }

    public required long Columns { get; init; }

    public required PanelFiller Fill { get; init; }

    public long ResultOffset { get; init; }

    public required long RowStride { get; init; }

    public required long ColumnStride { get; init; }

    /// <summary>
    /// Computes all products into <paramref name="result"/>; where <paramref name="magnitudes"/> is given, the sums of magnitudes into it.
    /// Each element is summed with fused multiply-adds, k ascending, whatever the number of threads or the vector width: same bits.
    /// </summary>
    public static void Run(IReadOnlyList<Contraction> products, double[] result, double[]? magnitudes)
    {
        var items = new List<(Contraction Product, long Column, int Row, int RowCount)>();
        foreach (var product in products)
        {
            if (product.Rows == 0 || product.Columns == 0)
            {
                continue;
            }

            // Few columns (a dense layer of batch 1) are shared out by rows.
            var panels = (product.Columns + Width - 1) / Width;
            var chunks = panels * products.Count >= 16 ? 1 : Math.Clamp(product.Rows / 64, 1, 16);
            var chunk = (((product.Rows + chunks - 1) / chunks) + RowBlock - 1) / RowBlock * RowBlock;
            for (long column = 0; column < product.Columns; column += Width)
            {
                for (var row = 0; row < product.Rows; row += chunk)
                {
                    items.Add((product, column, row, Math.Min(chunk, product.Rows - row)));
                }
            }
        }

        if (items.Count < 2 || Work(products) < 100_000)
        {
            var panel = Array.Empty<double>();
            foreach (var item in items)
            {
                panel = Compute(item.Product, item.Column, item.Row, item.RowCount, panel, result, magnitudes);
            }

            return;
        }

        Parallel.For(
            0,
            items.Count,
            static () => Array.Empty<double>(),
            (i, _, panel) => Compute(items[i].Product, items[i].Column, items[i].Row, items[i].RowCount, panel, result, magnitudes),
            static _ => { });
    }

    private static double Work(IReadOnlyList<Contraction> products)
    {
        double work = 0;
        foreach (var product in products)
        {
            work += (double)product.Rows * product.Depth * product.Columns;
        }

        return work;
    }

    private static double[] Compute(
        Contraction product, long column, int firstRow, int rows, double[] panel, double[] result, double[]? magnitudes)
    {
        var length = product.Depth * Width;
        if (panel.Length < length)
        {
            panel = new double[length];
        }

        var count = (int)Math.Min(Width, product.Columns - column);
        var filled = panel.AsSpan(0, length);
        if (count < Width)
        {
            filled.Clear();
        }

        product.Fill(column, count, filled, Width);
        var left = product.Left.AsDoubles()[(int)product.LeftOffset..];
        var target = product.ResultOffset + (column * product.ColumnStride);
        Multiply<Signed>(product, left, filled, firstRow, rows, count, target, result);
        if (magnitudes is not null)
        {
            for (var i = 0; i < filled.Length; i++)
            {
                filled[i] = Math.Abs(filled[i]);
            }

            Multiply<Absolute>(product, left, filled, firstRow, rows, count, target, magnitudes);
        }

        return panel;
    }

    private static void Multiply<TSign>(
        Contraction product, ReadOnlySpan<double> left, ReadOnlySpan<double> panel, int firstRow, int rows, int count, long target,
        double[] result)
        where TSign : struct, ISign
    {
        Span<double> tile = stackalloc double[RowBlock * Width];
        var depth = product.Depth;
        for (var row = firstRow; row < firstRow + rows; row += RowBlock)
        {
            var block = Math.Min(RowBlock, firstRow + rows - row);
            if (block == RowBlock)
            {
                FourRows<TSign>(left.Slice(row * depth, RowBlock * depth), panel, depth, tile);
            }
            else
            {
                for (var r = 0; r < block; r++)
                {
                    OneRow<TSign>(left.Slice((row + r) * depth, depth), panel, tile.Slice(r * Width, Width));
                }
            }

            for (var r = 0; r < block; r++)
            {
                var at = target + ((row + r) * product.RowStride);
                for (var j = 0; j < count; j++, at += product.ColumnStride)
                {
                    result[at] = tile[(r * Width) + j];
                }
            }
        }
    }

    private static void FourRows<TSign>(ReadOnlySpan<double> rows, ReadOnlySpan<double> panel, int depth, Span<double> tile)
        where TSign : struct, ISign
    {
        var lanes = Vector<double>.Count;
        Vector<double> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector<double> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        ref var left = ref MemoryMarshal.GetReference(rows);
        ref var right = ref MemoryMarshal.GetReference(panel);
        for (var k = 0; k < depth; k++)
        {
            var x0 = Vector.LoadUnsafe(ref right);
            var x1 = Vector.LoadUnsafe(ref right, (nuint)lanes);
            var x2 = Vector.LoadUnsafe(ref right, (nuint)(2 * lanes));
            var w = new Vector<double>(TSign.Of(Unsafe.Add(ref left, k)));
            a0 = Vector.FusedMultiplyAdd(w, x0, a0);
            a1 = Vector.FusedMultiplyAdd(w, x1, a1);
            a2 = Vector.FusedMultiplyAdd(w, x2, a2);
            w = new Vector<double>(TSign.Of(Unsafe.Add(ref left, k + depth)));
            b0 = Vector.FusedMultiplyAdd(w, x0, b0);
            b1 = Vector.FusedMultiplyAdd(w, x1, b1);
            b2 = Vector.FusedMultiplyAdd(w, x2, b2);
            w = new Vector<double>(TSign.Of(Unsafe.Add(ref left, k + (2 * depth))));
            c0 = Vector.FusedMultiplyAdd(w, x0, c0);
            c1 = Vector.FusedMultiplyAdd(w, x1, c1);
            c2 = Vector.FusedMultiplyAdd(w, x2, c2);
            w = new Vector<double>(TSign.Of(Unsafe.Add(ref left, k + (3 * depth))));
            d0 = Vector.FusedMultiplyAdd(w, x0, d0);
            d1 = Vector.FusedMultiplyAdd(w, x1, d1);
            d2 = Vector.FusedMultiplyAdd(w, x2, d2);
            right = ref Unsafe.Add(ref right, 3 * lanes);
        }

        Store(tile, 0, a0, a1, a2);
        Store(tile, 1, b0, b1, b2);
        Store(tile, 2, c0, c1, c2);
        Store(tile, 3, d0, d1, d2);
    }

    private static void OneRow<TSign>(ReadOnlySpan<double> row, ReadOnlySpan<double> panel, Span<double> tile)
        where TSign : struct, ISign
    {
        var lanes = Vector<double>.Count;
        Vector<double> a0 = default, a1 = default, a2 = default;
        ref var right = ref MemoryMarshal.GetReference(panel);
        foreach (var value in row)
        {
            var w = new Vector<double>(TSign.Of(value));
            a0 = Vector.FusedMultiplyAdd(w, Vector.LoadUnsafe(ref right), a0);
            a1 = Vector.FusedMultiplyAdd(w, Vector.LoadUnsafe(ref right, (nuint)lanes), a1);
            a2 = Vector.FusedMultiplyAdd(w, Vector.LoadUnsafe(ref right, (nuint)(2 * lanes)), a2);
            right = ref Unsafe.Add(ref right, 3 * lanes);
        }

        Store(tile, 0, a0, a1, a2);
    }

    private static void Store(Span<double> tile, int row, Vector<double> x, Vector<double> y, Vector<double> z)
    {
        var lanes = Vector<double>.Count;
        x.CopyTo(tile[(row * Width)..]);
        y.CopyTo(tile[((row * Width) + lanes)..]);
        z.CopyTo(tile[((row * Width) + (2 * lanes))..]);
    }

    private interface ISign
    {
        static abstract double Of(double value);
    }

    private readonly struct Signed : ISign
    {
        public static double Of(double value) => value;
    }

    private readonly struct Absolute : ISign
    {
        public static double Of(double value) => Math.Abs(value);
    }
}
