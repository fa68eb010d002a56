using System.Collections.Immutable;
using NNLang.Compiler.Lowered;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Copies a tensor into a box of a result (concat, pad; <c>docs/lowering.md</c> 2.10). Along free axes on VectorE or GpSimdE; along the partition
/// axis too where both sides start at multiples of 32, by transfers elsewhere.
/// </summary>
internal static class PlaceLowering
{
    private const int Lanes = TensorStorage.PartitionCount;

    /// <summary>
    /// Adds the copies; element i of the source goes to i + offset. Without <paramref name="complete"/> outputs are stored by the caller.
    /// </summary>
    public static void Add(LoweringContext context, TensorView source, TensorView result, ImmutableArray<long> offset, ref int ordinal, bool complete = true) =>
        Add(context, source, TileBox.All(source.Storage.Shape), result, offset, ref ordinal, complete);

    /// <summary>The same for a box of the source, which may be a part of it along the partition axis.</summary>
    public static void Add(
        LoweringContext context, TensorView source, TileBox box, TensorView result, ImmutableArray<long> offset, ref int ordinal, bool complete = true)
    {
        var axis = source.Storage.PartitionAxis;
        foreach (var part in MapTiles.Cut(source.Storage, box, joinBlocks: axis >= 0 && offset[axis] == 0, source, result))
        {
            if (axis < 0 || offset[axis] == 0)
            {
                var target = part with { Box = Moved(part.Box, offset) };
                var operation = CopyLowering.Add(context, $"copy {ordinal}", ordinal++, result.OnChip(target), source.OnChip(part));
                Finish(context, operation, target.Box, complete);
            }
            else
            {
                AcrossPartitions(context, source, result, offset, axis, part, complete, ref ordinal);
            }
        }
    }

    private static void AcrossPartitions(
        LoweringContext context, TensorView source, TensorView result, ImmutableArray<long> offset, int axis, StoragePiece piece,
        bool complete, ref int ordinal)
    {
        var index = piece.Box.Start[axis];
        var end = index + piece.Box.Extent[axis];
        while (index < end)
        {
            var (from, to) = ((int)(index % Lanes), (int)((index + offset[axis]) % Lanes));
            var most = Math.Min(Limits.MostFrom(from), Limits.MostFrom(to));
            var byTransfer = most == 0;
            var count = Math.Min(end - index, byTransfer ? Lanes - Math.Max(from, to) : most);
            var part = Part(piece, axis, index, count, from);
            var box = Moved(part.Box, offset);
            var target = new StoragePiece(box, to, (int)count, (int)(box.Start[axis] / Lanes), 1);
            int operation;
            if (byTransfer)
            {
                operation = context.Builder.Operation(
                    $"move {ordinal}", context.CoreMember, ordinal++, endsTile: true,
                    GroupBuilder.Transfer(
                        QueueClass.Loads, TemplateInstruction.Dma(result.OnChip(target), source.OnChip(part), QueueClass.Loads)));
            }
            else
            {
                operation = CopyLowering.Add(context, $"copy {ordinal}", ordinal++, result.OnChip(target), source.OnChip(part));
            }

            Finish(context, operation, box, complete);
            index += count;
        }
    }

    private static void Finish(LoweringContext context, int operation, TileBox box, bool complete)
    {
        if (complete)
        {
            context.Complete(0, operation, box);
        }
        else
        {
            context.Builder.Defines(0, operation, box);
        }
    }

    private static StoragePiece Part(StoragePiece piece, int axis, long index, long count, int partition) =>
        new(piece.Box.Along(axis, index, count), partition, (int)count, (int)(index / Lanes), 1);

    private static TileBox Moved(TileBox box, ImmutableArray<long> offset)
    {
        var start = box.Start.ToBuilder();
        for (var axis = 0; axis < start.Count; axis++)
        {
            start[axis] += offset[axis];
        }

        return box with { Start = start.MoveToImmutable() };
    }
}
