using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// matmul of two activations (<c>docs/lowering.md</c> 2.6): the left in L, the right in R, so that k is on the partitions of both. Slabs of 128 of
/// k. The result is L with the right operand stationary, R with the left one: the same bits.
/// </summary>
internal sealed class BatchedProductRecipe : LoweringRecipe
{
    private const int Lanes = TensorStorage.PartitionCount;

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [operand == 0 ? TensorLayout.L : TensorLayout.R];

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) => [TensorLayout.L, TensorLayout.R];

    /// <inheritdoc/>
    public override OperandNeed Need(FusedGroup group, int operand, ImmutableArray<TensorStorage?> operands) => new(Reads(group, operand)[0]);

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.BatchedProduct)context.Group.Core;
        var (left, right) = (context.Builder.Input(0), context.Builder.Input(1));
        var result = context.Result();
        var shape = result.Storage.Shape;
        var rank = shape.Rank;
        var rows = result.Storage.Layout == TensorLayout.R;
        var (stationaryMost, movingMost) = (Lanes, context.Columns);
        var ordinal = 0;
        foreach (var batch in Batches(shape))
        {
            for (var i = 0; i < core.Rows; i += rows ? stationaryMost : movingMost)
            {
                var height = Math.Min(rows ? stationaryMost : movingMost, core.Rows - i);
                for (var j = 0; j < core.Columns; j += rows ? movingMost : stationaryMost)
                {
                    var width = Math.Min(rows ? movingMost : stationaryMost, core.Columns - j);
                    var box = batch.Along(rank - 2, i, height).Along(rank - 1, j, width);
                    Tile(context, core, left, right, result, box, rows, ordinal++);
                }
            }
        }
    }

    private static void Tile(
        LoweringContext context, FusedCore.BatchedProduct core, TensorView left, TensorView right, TensorView result, TileBox box, bool rows,
        int ordinal)
    {
        var builder = context.Builder;
        var rank = result.Storage.Shape.Rank;
        var (partitions, free) = rows ? ((int)box.Extent[rank - 2], box.Extent[rank - 1]) : ((int)box.Extent[rank - 1], box.Extent[rank - 2]);
        var bank = builder.Bank($"psum {ordinal}");
        var flat = default(PatternBuilder);
        flat.Add(free, 4);
        var psum = new TemplateOperand(bank, flat.OnChip(MemoryKind.Psum, 0, partitions, 0, ElementType.F32));
        var products = new List<InstructionTemplate>();
        var a = Operand(left, box, rank, box.Start[rank - 2], box.Extent[rank - 2], core.Inner, kLast: true);
        var b = Operand(right, box, rank, box.Start[rank - 1], box.Extent[rank - 1], core.Inner, kLast: false);
        for (var slab = 0; slab < a.Count; slab++)
        {
            products.Add(rows
                ? TemplateInstruction.MatMul(psum, a[slab], b[slab], slab > 0)
                : TemplateInstruction.MatMul(psum, b[slab], a[slab], slab > 0));
        }

        builder.Operation(
            $"matmul {ordinal}", context.CoreMember, ordinal, endsTile: false,
            GroupBuilder.On(Engine.Tensor, "the array multiplies and sums over partitions", [.. products]));
        foreach (var piece in StoragePiece.Cut(result.Storage, box, joinBlocks: false))
        {
            var evacuated = Evacuation.Add(
                builder, $"evacuate {ordinal}", context.LastMember, ordinal, context.Group.Epilogue, default, result.OnChip(piece), psum);
            context.Complete(0, evacuated, piece.Box);
        }
    }

    // One operand a slab: k on the partitions, the other axis of the product free.
    private static List<TemplateOperand> Operand(TensorView view, TileBox box, int rank, long start, long extent, int inner, bool kLast)
    {
        var shape = view.Storage.Shape;
        var own = shape.Rank;
        var starts = new long[own];
        var extents = new long[own];
        for (var axis = 0; axis < own - 2; axis++)
        {
            starts[axis] = shape[axis] == 1 ? 0 : box.Start[rank - own + axis];
            extents[axis] = 1;
        }

        var (kAxis, otherAxis) = kLast ? (own - 1, own - 2) : (own - 2, own - 1);
        (starts[kAxis], extents[kAxis]) = (0, inner);
        (starts[otherAxis], extents[otherAxis]) = (start, extent);
        var operands = new List<TemplateOperand>();
        foreach (var piece in StoragePiece.Cut(view.Storage, new TileBox([.. starts], [.. extents]), joinBlocks: false))
        {
            operands.Add(view.OnChip(piece));
        }

        return operands;
    }

    private static IEnumerable<TileBox> Batches(Shape shape)
    {
        var count = 1L;
        for (var axis = 0; axis < shape.Rank - 2; axis++)
        {
            count *= shape[axis];
        }

        for (var batch = 0L; batch < count; batch++)
        {
            var box = TileBox.All(shape);
            var rest = batch;
            for (var axis = shape.Rank - 3; axis >= 0; axis--)
            {
                box = box.Along(axis, rest % shape[axis], 1);
                rest /= shape[axis];
            }

            yield return box;
        }
    }
}
