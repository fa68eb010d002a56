namespace NNLang.Compiler.Tile;

/// <summary>Cuts pieces until one transfer or one instruction can address them.</summary>
internal static class TransferPlan
{
    private const int MostElements = 65_536;

    /// <summary>Parts of a piece that a transfer between an on-chip tensor and device memory can move.</summary>
    public static IEnumerable<StoragePiece> Fit(TensorView onChip, TensorView dense, StoragePiece piece) =>
        Fit(piece, onChip.Storage.PartitionAxis, part => onChip.Fits(part) && FitsHbm(dense, part, onChip.Storage.PartitionAxis));

    /// <summary>Parts of a piece that one instruction over all of the given tensors can address, of at most a number of elements.</summary>
    public static IEnumerable<StoragePiece> Fit(StoragePiece piece, int partitionAxis, long most, params TensorView[] views) =>
        Fit(piece, partitionAxis, part =>
        {
            foreach (var view in views)
            {
                if (!view.Fits(part))
                {
                    return false;
                }
            }

            return Elements(part, partitionAxis) <= most;
        });

    /// <summary>Elements of a piece in each partition.</summary>
    public static long Elements(in StoragePiece piece, int partitionAxis)
    {
        var count = (long)piece.Blocks;
        for (var axis = 0; axis < piece.Box.Extent.Length; axis++)
        {
            count *= axis == partitionAxis ? 1 : piece.Box.Extent[axis];
        }

        return count;
    }

    private static bool FitsHbm(TensorView dense, in StoragePiece piece, int partitionAxis)
    {
        var operand = dense.Hbm(piece, partitionAxis).Operand.Hbm!;
        return operand.FreeDimensions.Length <= 4 && operand.PartitionDimensions.Length <= 3;
    }

    private static IEnumerable<StoragePiece> Fit(StoragePiece piece, int partitionAxis, Func<StoragePiece, bool> fits)
    {
        if (Elements(piece, partitionAxis) <= MostElements && fits(piece))
        {
            yield return piece;
            yield break;
        }

        foreach (var half in Halve(piece, partitionAxis))
        {
            foreach (var part in Fit(half, partitionAxis, fits))
            {
                yield return part;
            }
        }
    }

    // Blocks first, then the outermost axis that can be cut.
    private static StoragePiece[] Halve(StoragePiece piece, int partitionAxis)
    {
        if (piece.Blocks > 1)
        {
            var blocks = piece.Blocks / 2;
            var split = (long)blocks * piece.Partitions;
            var start = piece.Box.Start[partitionAxis];
            return
            [
                piece with { Box = piece.Box.Along(partitionAxis, start, split), Blocks = blocks },
                piece with
                {
                    Box = piece.Box.Along(partitionAxis, start + split, piece.Box.Extent[partitionAxis] - split),
                    FirstBlock = piece.FirstBlock + blocks,
                    Blocks = piece.Blocks - blocks,
                },
            ];
        }

        for (var axis = 0; axis < piece.Box.Extent.Length; axis++)
        {
            if (axis != partitionAxis && piece.Box.Extent[axis] is > 1 and var extent)
            {
                var start = piece.Box.Start[axis];
                var first = extent / 2;
                return
                [
                    piece with { Box = piece.Box.Along(axis, start, first) },
                    piece with { Box = piece.Box.Along(axis, start + first, extent - first) },
                ];
            }
        }

        throw new LoweringException("NN5021", "An access pattern does not fit the device.", "Use smaller tensors.");
    }
}
