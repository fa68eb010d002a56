using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// softmax (<c>docs/lowering.md</c> 2.7): over the last axis with rows on the partitions (R; for rank 1 a single partition), over another one with the
/// last axis there (L). m = -max, e = exp(x + m) with their sum, its reciprocal as a column, e times that; one row a partition at a time.
/// </summary>
internal sealed class SoftmaxRecipe : LoweringRecipe
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [LayoutOf(group)];

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) => [LayoutOf(group)];

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Softmax)context.Group.Core;
        var source = context.Builder.Input(0);
        var result = context.Result();
        var shape = result.Storage.Shape;
        var ordinal = 0;
        foreach (var row in Rows(shape, core.Axis, result.Storage.PartitionAxis))
        {
            foreach (var piece in StoragePiece.Cut(result.Storage, row, joinBlocks: false))
            {
                Normalise(context, core, source.OnChip(piece), result.OnChip(piece), piece, ordinal++);
            }
        }
    }

    private static TensorLayout LayoutOf(FusedGroup group) =>
        ((FusedCore.Softmax)group.Core).Axis == group.Result.Shape.Rank - 1 ? TensorLayout.R : TensorLayout.L;

    // One index of every axis but the summed one and the one on the partitions.
    private static IEnumerable<TileBox> Rows(Shape shape, int axis, int partitionAxis)
    {
        var count = 1L;
        for (var i = 0; i < shape.Rank; i++)
        {
            count *= i == axis || i == partitionAxis ? 1 : shape[i];
        }

        for (var row = 0L; row < count; row++)
        {
            var box = TileBox.All(shape);
            var rest = row;
            for (var i = shape.Rank - 1; i >= 0; i--)
            {
                if (i != axis && i != partitionAxis)
                {
                    box = box.Along(i, rest % shape[i], 1);
                    rest /= shape[i];
                }
            }

            yield return box;
        }
    }

    private static void Normalise(
        LoweringContext context, FusedCore.Softmax core, TemplateOperand x, TemplateOperand y, StoragePiece piece, int ordinal)
    {
        if (core.Length > 65_536)
        {
            throw new LoweringException("NN5021", $"A softmax over {core.Length} elements does not fit an instruction.", "Use a shorter axis.");
        }

        var builder = context.Builder;
        var member = context.CoreMember;
        var columns = builder.OnChip($"statistics {ordinal}", BufferKind.Activation, 8);
        var negative = Column(0);
        var sum = Column(1);
        var one = TemplateOperand.Immediate(1f);
        builder.Operation(
            $"maximum {ordinal}", member, ordinal, endsTile: false,
            GroupBuilder.On(Engine.Vector, "the greatest of each row, negated", TemplateInstruction.Reduce(negative, x, 1, AluOperation.Max, negate: true)));
        builder.Operation(
            $"exponential {ordinal}", member, ordinal, endsTile: false,
            GroupBuilder.On(
                Engine.Scalar, "exp and the row's sum in one pass",
                TemplateInstruction.ActivationReduce(y, x, ActivationFunction.Exp, sum, one, negative)));
        builder.Operation(
            $"reciprocal {ordinal}", member, ordinal, endsTile: false,
            GroupBuilder.On(
                Engine.Vector, "a column of 1 / sum; on ScalarE it would load a table and exp's again",
                TemplateInstruction.TensorScalar(sum, sum, AluOperation.Div, one, reverse: true)));
        var scaled = TemplateInstruction.TensorScalar(y, y, AluOperation.Mul, sum);
        var operation = builder.Operation(
            $"normalise {ordinal}", member, ordinal, endsTile: true,
            GroupBuilder.On(Engine.Vector, "each row times its column", scaled),
            GroupBuilder.On(Engine.Scalar, "each row times its column", scaled));
        context.Complete(0, operation, piece.Box);

        TemplateOperand Column(int index) => new(
            columns, default(PatternBuilder).OnChip(MemoryKind.Sbuf, piece.FirstPartition, piece.Partitions, index * 4, ElementType.F32));
    }
}
