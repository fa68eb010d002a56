using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>What copies have in common: operands and result lie in one layout, that of the first operand on chip.</summary>
internal abstract class CopyRecipe : LoweringRecipe
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [];

    /// <inheritdoc/>
    public override OperandNeed Need(FusedGroup group, int operand, ImmutableArray<TensorStorage?> operands) =>
        new(Working(group, operands)) { AnyStrides = true };

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) => [Working(group, operands)];

    private static TensorLayout Working(FusedGroup group, ImmutableArray<TensorStorage?> operands)
    {
        foreach (var operand in operands)
        {
            if (operand is { IsDense: false })
            {
                return operand.Layout;
            }
        }

        return StorageFactory.Canonical(group.Result.Shape.Rank);
    }
}
