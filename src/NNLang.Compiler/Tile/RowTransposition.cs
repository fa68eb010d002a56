using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Moves between L on chip and device memory by way of rows (<c>docs/lowering.md</c> 2.10): a transfer between columns and dense rows moves element
/// by element, 4 ns each on a DMA engine; TensorE exchanges the axes of 128 x 128 blocks in a fraction of that.
/// </summary>
internal static class RowTransposition
{
    private const int Lanes = TensorStorage.PartitionCount;

    // Below these the latency of two more operations is longer than the elements take.
    private const int LeastRows = 16;
    private const int LeastElements = 4096;

    /// <summary>Whether a tensor in L rather goes by way of rows; never where the device cannot exchange axes.</summary>
    public static bool Pays(DeviceDescription device, TensorStorage storage)
    {
        var rank = storage.Shape.Rank;
        return storage.Layout == TensorLayout.L && rank >= 2 && storage.PartitionAxis == rank - 1 && storage.Halo.IsEmpty
            && storage.Type == ElementType.F32 && storage.Shape[rank - 2] >= LeastRows
            && storage.Shape[rank - 1] * storage.Shape[rank - 2] >= LeastElements && CanTranspose(device);
    }

    /// <summary>Stores a box of a tensor in L, which an operation completed, to a dense region.</summary>
    public static void Store(LoweringContext context, TensorView view, TensorView dense, TileBox box, ref int ordinal)
    {
        var axis = view.Storage.Shape.Rank - 1;
        foreach (var rows in Rows(box, axis))
        {
            foreach (var piece in StoragePiece.Cut(view.Storage, rows, joinBlocks: false))
            {
                Store(context, view, dense, piece, ordinal++);
            }
        }
    }

    private static void Store(LoweringContext context, TensorView view, TensorView dense, StoragePiece piece, int ordinal)
    {
        var builder = context.Builder;
        var rank = view.Storage.Shape.Rank;
        var (rows, columns) = ((int)piece.Box.Extent[rank - 2], piece.Partitions);
        var bank = builder.Bank($"store psum {ordinal}");
        var staged = builder.OnChip($"stored rows {ordinal}", BufferKind.Activation, columns * 4L);
        var run = default(PatternBuilder);
        run.Add(columns, 4);
        var psum = new TemplateOperand(bank, run.OnChip(MemoryKind.Psum, 0, rows, 0, ElementType.F32));
        var row = new TemplateOperand(staged, run.OnChip(MemoryKind.Sbuf, 0, rows, 0, ElementType.F32));
        builder.Operation(
            $"transpose stored {ordinal}", context.LastMember, ordinal, endsTile: false,
            GroupBuilder.On(Engine.Tensor, "rows for the store, which would go element by element", TemplateInstruction.Transpose(psum, view.OnChip(piece))));
        builder.Operation(
            $"evacuate stored {ordinal}", context.LastMember, ordinal, endsTile: false,
            GroupBuilder.On(Engine.Vector, "copies the bits out of psum", TemplateInstruction.Copy(row, psum)));
        var partitions = default(PatternBuilder);
        partitions.Add(rows, dense.Storage.Strides[rank - 2]);
        var offset = 0L;
        for (var i = 0; i < rank; i++)
        {
            offset += piece.Box.Start[i] * dense.Storage.Strides[i];
        }

        builder.Operation(
            $"store {ordinal}", context.LastMember, ordinal, endsTile: true,
            GroupBuilder.Transfer(QueueClass.Stores, TemplateInstruction.Dma(
                new TemplateOperand(dense.Buffer, new HbmOperand(0, offset, ElementType.F32, [.. partitions.Hbm()], [.. run.Hbm()])),
                row, QueueClass.Stores)));
    }

    // At most 128 rows of one matrix at a time.
    private static IEnumerable<TileBox> Rows(TileBox box, int axis)
    {
        var matrices = 1L;
        for (var i = 0; i < axis - 1; i++)
        {
            matrices *= box.Extent[i];
        }

        for (var matrix = 0L; matrix < matrices; matrix++)
        {
            var part = box;
            var rest = matrix;
            for (var i = axis - 2; i >= 0; i--)
            {
                part = part.Along(i, box.Start[i] + (rest % box.Extent[i]), 1);
                rest /= box.Extent[i];
            }

            for (var first = 0L; first < box.Extent[axis - 1]; first += Lanes)
            {
                yield return part.Along(axis - 1, box.Start[axis - 1] + first, Math.Min(Lanes, box.Extent[axis - 1] - first));
            }
        }
    }

    private static bool CanTranspose(DeviceDescription device)
    {
        var run = default(PatternBuilder);
        run.Add(Lanes, 4);
        var block = TemplateInstruction.Transpose(
            new TemplateOperand(BufferRef.Local(0), run.OnChip(MemoryKind.Psum, 0, Lanes, 0, ElementType.F32)),
            new TemplateOperand(BufferRef.Local(1), run.OnChip(MemoryKind.Sbuf, 0, Lanes, 0, ElementType.F32)));
        return DurationModel.Of(device, Engine.Tensor, [block], out _) is not null;
    }
}
