using NNLang.Compiler.Lowered;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Carries the tiles of a tensor over to a view of it. Where the view's axes cannot express a tile's box, the box is that of the whole tensor:
/// it is complete once the last of its tiles is.
/// </summary>
internal static class ViewTiles
{
    /// <summary>Forwards all tiles of an input to a result that reshapes it.</summary>
    public static void Reshape(LoweringContext context, TensorStorage from, TensorStorage to)
    {
        var tiles = context.Request.Inputs[0].Tiles;
        for (var t = 0; t < tiles.Length; t++)
        {
            var box = tiles[t].IsHalo ? null : Map(from, to, tiles[t]);
            context.Builder.Forwards(0, 0, t, box ?? TileBox.All(to.Shape), tiles[t].IsHalo);
        }
    }

    /// <summary>Forwards all tiles of an input to a result that reorders its axes.</summary>
    public static void Transpose(LoweringContext context, TensorStorage to, IReadOnlyList<int> axes)
    {
        var tiles = context.Request.Inputs[0].Tiles;
        for (var t = 0; t < tiles.Length; t++)
        {
            var tile = tiles[t];
            var box = new TileBox(
                [.. axes.Select(axis => tile.Start[axis])], [.. axes.Select(axis => tile.Extent[axis])]);
            context.Builder.Forwards(0, 0, t, tile.IsHalo ? TileBox.All(to.Shape) : box, tile.IsHalo);
        }
    }

    private static TileBox? Map(TensorStorage from, TensorStorage to, ResultTile tile)
    {
        if (from.Shape == to.Shape)
        {
            return new TileBox(tile.Start, tile.Extent);
        }

        var start = new long[to.Shape.Rank];
        var extent = to.Shape.Dimensions.ToArray();
        var (axis, target) = (from.PartitionAxis, to.PartitionAxis);
        if (axis >= 0)
        {
            (start[target], extent[target]) = (tile.Start[axis], tile.Extent[axis]);
        }

        return Part(from.Shape, 0, Math.Max(axis, 0), to.Shape, 0, Math.Max(target, 0))
            && Part(from.Shape, axis + 1, from.Shape.Rank, to.Shape, target + 1, to.Shape.Rank)
            ? new TileBox([.. start], [.. extent])
            : null;

        // The interval of the flat index over one side's axes, put on the only axis of the view that has more than one element.
        bool Part(Shape old, int first, int end, Shape fresh, int newFirst, int newEnd)
        {
            long low = 0, count = 1, all = 1;
            var partial = false;
            for (var i = first; i < end; i++)
            {
                if (partial && tile.Extent[i] != old[i])
                {
                    return false;
                }

                partial |= tile.Extent[i] > 1;
                low = (low * old[i]) + tile.Start[i];
                count *= tile.Extent[i];
                all *= old[i];
            }

            if (count == all)
            {
                return true;
            }

            var only = -1;
            for (var i = newFirst; i < newEnd; i++)
            {
                if (fresh[i] > 1)
                {
                    if (only >= 0)
                    {
                        return false;
                    }

                    only = i;
                }
            }

            (start[only], extent[only]) = (low, count);
            return true;
        }
    }
}
