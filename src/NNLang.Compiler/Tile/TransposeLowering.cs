using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Exchanges the partition axis with the last free one by TensorE: blocks of 128 x 128 into psum, then a copy of the bits
/// (<c>docs/lowering.md</c> 2.10). From L to R and back.
/// </summary>
internal static class TransposeLowering
{
    private const int Lanes = TensorStorage.PartitionCount;

    /// <summary>Moves the source into result 0.</summary>
    public static void Lower(LoweringContext context, TensorView source)
    {
        var result = context.Result();
        var shape = result.Storage.Shape;
        var (from, to) = (source.Storage.PartitionAxis, result.Storage.PartitionAxis);
        var batches = 1L;
        for (var axis = 0; axis < shape.Rank - 2; axis++)
        {
            batches *= shape[axis];
        }

        // A psum tile holds one block of the result's partitions and as many source blocks as fit a bank.
        var most = context.Columns / Lanes * Lanes;
        var ordinal = 0;
        for (var batch = 0L; batch < batches; batch++)
        {
            for (var p = 0L; p < shape[to]; p += Lanes)
            {
                var partitions = (int)Math.Min(Lanes, shape[to] - p);
                for (var f = 0L; f < shape[from]; f += most)
                {
                    var box = At(shape, batch).Along(to, p, partitions).Along(from, f, Math.Min(most, shape[from] - f));
                    Tile(context, source, result, box, ordinal++);
                }
            }
        }
    }

    private static void Tile(LoweringContext context, TensorView source, TensorView result, TileBox box, int ordinal)
    {
        var builder = context.Builder;
        var (from, to) = (source.Storage.PartitionAxis, result.Storage.PartitionAxis);
        var partitions = (int)box.Extent[to];
        var width = (int)box.Extent[from];
        var bank = builder.Bank($"psum {ordinal}");
        var blocks = new List<InstructionTemplate>();
        foreach (var piece in StoragePiece.Cut(source.Storage, box, joinBlocks: false))
        {
            var run = default(PatternBuilder);
            run.Add(piece.Partitions, 4);
            var psum = new TemplateOperand(
                bank, run.OnChip(MemoryKind.Psum, 0, partitions, (piece.Box.Start[from] - box.Start[from]) * 4, ElementType.F32));
            blocks.Add(TemplateInstruction.Transpose(psum, source.OnChip(piece)));
        }

        builder.Operation(
            $"transpose {ordinal}", context.CoreMember, ordinal, endsTile: false,
            GroupBuilder.On(Engine.Tensor, "128 x 128 blocks through the array", [.. blocks]));
        var all = default(PatternBuilder);
        all.Add(width, 4);
        var target = new StoragePiece(box, (int)(box.Start[to] % Lanes), partitions, (int)(box.Start[to] / Lanes), 1);
        var copied = builder.Operation(
            $"evacuate {ordinal}", context.CoreMember, ordinal, endsTile: true,
            GroupBuilder.On(Engine.Vector, "copies the bits out of psum", TemplateInstruction.Copy(
                result.OnChip(target), new TemplateOperand(bank, all.OnChip(MemoryKind.Psum, 0, partitions, 0, ElementType.F32)))));
        context.Complete(0, copied, box);
    }

    private static TileBox At(Shape shape, long batch)
    {
        var start = new long[shape.Rank];
        var extent = new long[shape.Rank];
        for (var axis = shape.Rank - 3; axis >= 0; axis--)
        {
            start[axis] = batch % shape[axis];
            extent[axis] = 1;
            batch /= shape[axis];
        }

        extent[^1] = shape[-1];
        extent[^2] = shape[-2];
        return new TileBox([.. start], [.. extent]);
    }
}
