using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>Cuts the leading axes of a tensor into boxes of a limited number of elements that are contiguous in row-major order.</summary>
internal static class TokenTiles
{
    /// <summary>Boxes over the first <paramref name="axes"/> axes; the others are whole.</summary>
    public static IEnumerable<TileBox> Cut(Shape shape, int axes, long most)
    {
        // The innermost axes that fit whole, then as many of the next as fit.
        var inner = 1L;
        var axis = axes;
        while (axis > 0 && inner * shape[axis - 1] <= most)
        {
            inner *= shape[--axis];
        }

        if (axis == 0)
        {
            yield return TileBox.All(shape);
            yield break;
        }

        axis--;
        var step = Math.Max(1, most / inner);
        var outer = 1L;
        for (var i = 0; i < axis; i++)
        {
            outer *= shape[i];
        }

        for (var o = 0L; o < outer; o++)
        {
            for (var start = 0L; start < shape[axis]; start += step)
            {
                yield return Box(shape, axis, o, start, Math.Min(step, shape[axis] - start));
            }
        }
    }

    private static TileBox Box(Shape shape, int axis, long outer, long start, long extent)
    {
        var starts = new long[shape.Rank];
        var extents = shape.Dimensions.ToArray();
        for (var i = axis - 1; i >= 0; i--)
        {
            starts[i] = outer % shape[i];
            extents[i] = 1;
            outer /= shape[i];
        }

        starts[axis] = start;
        extents[axis] = extent;
        return new TileBox([.. starts], ImmutableArray.Create(extents));
    }
}
