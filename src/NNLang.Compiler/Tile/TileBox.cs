using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>A box of logical indices.</summary>
/// <param name="Start">First index per axis.</param>
/// <param name="Extent">Extent per axis, at least 1.</param>
internal readonly record struct TileBox(ImmutableArray<long> Start, ImmutableArray<long> Extent)
{
    /// <summary>All of a tensor.</summary>
    public static TileBox All(Shape shape) => new([.. new long[shape.Rank]], shape.Dimensions);

    /// <summary>The box cut down along one axis.</summary>
    public TileBox Along(int axis, long start, long extent) => new(Start.SetItem(axis, start), Extent.SetItem(axis, extent));

    /// <summary>Elements in it.</summary>
    public long Count
    {
        get
        {
            var count = 1L;
            foreach (var extent in Extent)
            {
                count *= extent;
            }

            return count;
        }
    }
}
