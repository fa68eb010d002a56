using NNLang.Compiler.Lowered;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Cuts a tensor for work element by element: bands of rows outside, blocks of channels inside, the bands as window operators cut them. A reader
/// of all channels of some rows can then start while the other rows are worked on, and so can this work after its producer.
/// </summary>
internal static class MapTiles
{
    private const int MostElements = 512;

    /// <summary>The tiles of all of a tensor, each of which one instruction over all of the given tensors can address.</summary>
    /// <param name="storage">The tensor that is cut.</param>
    /// <param name="joinBlocks">Whether short blocks of channels may be handled together.</param>
    /// <param name="views">The tensors.</param>
    public static IEnumerable<StoragePiece> Cut(TensorStorage storage, bool joinBlocks, params TensorView[] views) =>
        Cut(storage, TileBox.All(storage.Shape), joinBlocks, views);

    /// <summary>The same for a part of the tensor along the partition axis.</summary>
    public static IEnumerable<StoragePiece> Cut(TensorStorage storage, TileBox box, bool joinBlocks, params TensorView[] views)
    {
        var axis = storage.PartitionAxis;
        foreach (var rows in Bands(storage))
        {
            var band = axis >= 0 ? rows.Along(axis, box.Start[axis], box.Extent[axis]) : rows;
            var perBlock = TransferPlan.Elements(new StoragePiece(band, 0, 1, 0, 1), axis);
            // Blocks of a band do not lie together: an instruction over several would seem to touch the bands between them.
            var joined = joinBlocks && perBlock < MostElements / 2 && rows.Count == storage.Shape.Count;
            foreach (var piece in StoragePiece.Cut(storage, band, joined))
            {
                foreach (var part in TransferPlan.Fit(piece, axis, joined ? MostElements : CopyLowering.TileElements, views))
                {
                    yield return part;
                }
            }
        }
    }

    /// <summary>The bands of rows of a tensor, one image after the other; all of it where it is short or has no rows.</summary>
    public static IEnumerable<TileBox> Bands(TensorStorage storage)
    {
        var all = TileBox.All(storage.Shape);
        var (rank, axis) = (storage.Shape.Rank, storage.PartitionAxis);
        var rows = rank - 2;
        if (rows < 0 || axis == rows)
        {
            yield return all;
            yield break;
        }

        var (height, width) = (storage.Shape[rows], axis == rank - 1 ? 1 : storage.Shape[rank - 1]);
        var outer = all.Count / (height * width * (axis >= 0 ? storage.Shape[axis] : 1));
        var band = WindowTile.RowsOfBand(height, width, MostElements);
        if (band >= height || (outer > 1 && height * width * 2 <= MostElements))
        {
            yield return all;
            yield break;
        }

        // One image after the other, as the readers go.
        for (var image = 0L; image < outer; image++)
        {
            var box = all;
            var rest = image;
            for (var i = rows - 1; i >= 0; i--)
            {
                if (i != axis)
                {
                    box = box.Along(i, rest % storage.Shape[i], 1);
                    rest /= storage.Shape[i];
                }
            }

            for (var row = 0L; row < height; row += band)
            {
                yield return box.Along(rows, row, Math.Min(band, height - row));
            }
        }
    }
}
