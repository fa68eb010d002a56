using NNLang.Tensors;

namespace NNLang.Operators.Numerics;

/// <summary>Reductions over a set of axes, elements in row-major order.</summary>
internal static class Folds
{
    /// <summary>Sums over axes, and the sums of magnitudes where wanted.</summary>
    public static (double[] Sum, double[]? Magnitude) Sum(Tensor x, ReadOnlySpan<int> axes, bool magnitudes)
    {
        var (strides, count) = ResultStrides(x.Shape, axes);
        var (sums, absolutes) = (new double[count], magnitudes ? new double[count] : null);
        var rows = new Strides.RowWalk(x.Shape, strides);
        var source = x.AsDoubles();
        for (var at = 0; at < source.Length; at += rows.Inner)
        {
            var target = (int)rows.Offset;
            for (var i = 0; i < rows.Inner; i++, target += (int)rows.InnerStride)
            {
                sums[target] += source[at + i];
                if (absolutes is not null)
                {
                    absolutes[target] += Math.Abs(source[at + i]);
                }
            }

            rows.Next();
        }

        return (sums, absolutes);
    }

    /// <summary>The greatest element over axes (sign 1), or the least (sign -1); NaN wins.</summary>
    public static double[] Greatest(Tensor x, ReadOnlySpan<int> axes, int sign)
    {
        var (strides, count) = ResultStrides(x.Shape, axes);
        var result = new double[count];
        Array.Fill(result, double.NegativeInfinity * sign);
        var rows = new Strides.RowWalk(x.Shape, strides);
        var source = x.AsDoubles();
        for (var at = 0; at < source.Length; at += rows.Inner)
        {
            var target = (int)rows.Offset;
            for (var i = 0; i < rows.Inner; i++, target += (int)rows.InnerStride)
            {
                result[target] = sign > 0 ? Math.Max(result[target], source[at + i]) : Math.Min(result[target], source[at + i]);
            }

            rows.Next();
        }

        return result;
    }

    private static (long[] Strides, long Count) ResultStrides(Shape shape, ReadOnlySpan<int> axes)
    {
        var strides = new long[shape.Rank];
        var count = 1L;
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (!axes.Contains(axis))
            {
                strides[axis] = count;
                count *= shape[axis];
            }
        }

        return (strides, count);
    }
}
