using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// softmax over the last axis (<c>docs/lowering.md</c> 2.7): rows on the partitions (R; for rank 1 a single partition). m = -max, e = exp(x + m) with
/// their sum, its reciprocal as a column, e times that.
/// </summary>
internal sealed class SoftmaxRecipe : LoweringRecipe
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [TensorLayout.R];

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) => [TensorLayout.R];

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Softmax)context.Group.Core;
        var source = context.Builder.Input(0);
        var result = context.Result();
        var shape = result.Storage.Shape;
        var ordinal = 0;
        var rows = shape.Rank >= 2 ? TokenTiles.Cut(shape, shape.Rank - 2, 1) : [TileBox.All(shape)];
        foreach (var row in rows)
        {
            foreach (var piece in StoragePiece.Cut(result.Storage, row, joinBlocks: false))
            {
                Rows(context, core, source.OnChip(piece), result.OnChip(piece), piece, ordinal++);
            }
        }
    }

    private static void Rows(
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
        var (zero, one) = (TemplateOperand.Immediate(0f), TemplateOperand.Immediate(1f));
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
                Engine.Scalar, "a column of 1 / sum", TemplateInstruction.Activation(sum, sum, ActivationFunction.Reciprocal, one, zero)));
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
