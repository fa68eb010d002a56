using NNLang.Compiler.Lowered;

namespace NNLang.Compiler.Tile;

/// <summary>
/// A part of a box that one pattern can address on chip: consecutive partitions of one block, or all partitions of several blocks.
/// </summary>
/// <param name="Box">The part.</param>
/// <param name="FirstPartition">Its first partition.</param>
/// <param name="Partitions">How many partitions.</param>
/// <param name="FirstBlock">Its first block.</param>
/// <param name="Blocks">How many blocks.</param>
internal readonly record struct StoragePiece(TileBox Box, int FirstPartition, int Partitions, int FirstBlock, int Blocks)
{
    /// <summary>Cuts a box at the blocks of a storage. Full blocks stay together where <paramref name="joinBlocks"/> says so.</summary>
    public static IEnumerable<StoragePiece> Cut(TensorStorage storage, TileBox box, bool joinBlocks)
    {
        var axis = storage.PartitionAxis;
        if (axis < 0)
        {
            yield return new StoragePiece(box, 0, 1, 0, 1);
            yield break;
        }

        const int size = TensorStorage.PartitionCount;
        var index = box.Start[axis];
        var end = index + box.Extent[axis];
        while (index < end)
        {
            var block = (int)(index / size);
            var partition = (int)(index % size);
            var blocks = 1;
            if (joinBlocks && partition == 0 && end - index >= 2 * size && storage.Strides[axis] / 4 <= short.MaxValue)
            {
                blocks = (int)((end - index) / size);
            }

            var count = Math.Min(end - index, blocks > 1 ? (long)blocks * size : size - partition);
            yield return new StoragePiece(
                box.Along(axis, index, count), partition, blocks > 1 ? size : (int)count, block, blocks);
            index += count;
        }
    }
}
