using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Fills the frame of padding of a result (<c>docs/lowering.md</c> 1.6), once a buffer, without touching the interior.</summary>
internal static class FrameWriter
{
    // What a short instruction costs more than its elements, roughly: its least length and the extra of a tiny one (machine 7.2).
    private const int ShortInstruction = 164;

    /// <summary>Adds the operation; -1 if there is no frame.</summary>
    public static int Write(GroupBuilder builder, TensorView view, int member)
    {
        var storage = view.Storage;
        var halo = storage.Halo;
        if (halo.IsEmpty)
        {
            return -1;
        }

        var rank = storage.Shape.Rank;
        var rows = storage.Shape[rank - 2];
        var columns = storage.Shape[rank - 1];
        var width = columns + halo.Left + halo.Right;
        var origin = storage.Offset - (((halo.Top * width) + halo.Left) * 4);
        var (vector, gpsimd) = (new List<InstructionTemplate>(), new List<InstructionTemplate>());
        if (FillsAll(storage))
        {
            return Fill(builder, view, member);
        }

        foreach (var piece in StoragePiece.Cut(storage, TileBox.All(storage.Shape), joinBlocks: true))
        {
            Add(piece, 0, 1, 0, (halo.Top * width) + halo.Left);
            Add(piece, (halo.Top * width) + halo.Left + columns, rows - 1, width, halo.Left + halo.Right);
            Add(piece, ((halo.Top + rows - 1) * width) + halo.Left + columns, 1, 0, halo.Right + (halo.Bottom * width));
        }

        return builder.Frame(
            "frame",
            member,
            GroupBuilder.On(Engine.GpSimd, "fills the padding; GpSimdE has nothing better to do", [.. gpsimd]),
            GroupBuilder.On(Engine.Vector, "fills the padding", [.. vector]));

        void Add(StoragePiece piece, long first, long count, long stride, long run)
        {
            if (count <= 0 || run <= 0)
            {
                return;
            }

            for (var block = 0; block < piece.Blocks; block++)
            {
                var pattern = default(PatternBuilder);
                for (var axis = 0; axis < rank - 2; axis++)
                {
                    if (axis != storage.PartitionAxis)
                    {
                        pattern.Add(storage.Shape[axis], storage.Strides[axis]);
                    }
                }

                pattern.Add(count, stride * 4);
                pattern.Add(run, 4);
                var offset = origin + (first * 4) + ((piece.FirstBlock + block) * storage.Strides[storage.PartitionAxis]);
                var operand = new TemplateOperand(
                    view.Buffer, pattern.OnChip(MemoryKind.Sbuf, piece.FirstPartition, piece.Partitions, offset, storage.Type));
                vector.Add(TemplateInstruction.Memset(operand, halo.FillBits));
                gpsimd.Add(vector[^1]);
            }
        }
    }

    // Small images: one pass over everything is cheaper than three short ones over the frame. Producers come after it then.
    private static bool FillsAll(TensorStorage storage) =>
        storage.Strides[storage.PartitionAxis] / 4 <= 3 * ShortInstruction;

    private static int Fill(GroupBuilder builder, TensorView view, int member)
    {
        var storage = view.Storage;
        var block = storage.Strides[storage.PartitionAxis];
        var fills = new List<InstructionTemplate>();
        foreach (var piece in StoragePiece.Cut(storage, TileBox.All(storage.Shape), joinBlocks: true))
        {
            var pattern = default(PatternBuilder);
            pattern.Add(piece.Blocks, block);
            pattern.Add(block / 4, 4);
            fills.Add(TemplateInstruction.Memset(
                new TemplateOperand(
                    view.Buffer,
                    pattern.OnChip(MemoryKind.Sbuf, piece.FirstPartition, piece.Partitions, piece.FirstBlock * block, storage.Type)),
                storage.Halo.FillBits));
        }

        return builder.Operation(
            "frame", member, 0, endsTile: false,
            GroupBuilder.On(Engine.GpSimd, "fills the padding; GpSimdE has nothing better to do", [.. fills]),
            GroupBuilder.On(Engine.Vector, "fills the padding", [.. fills]));
    }
}
