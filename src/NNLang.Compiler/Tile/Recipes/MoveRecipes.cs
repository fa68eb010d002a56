using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>What moves have in common: they take any storage and, where they are no view, go through device memory to any layout.</summary>
internal abstract class MoveRecipe : LoweringRecipe
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [];

    /// <inheritdoc/>
    public override OperandNeed Need(FusedGroup group, int operand, ImmutableArray<TensorStorage?> operands) => new(null) { AnyStrides = true };

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands)
    {
        var rank = group.Result.Shape.Rank;
        return rank switch
        {
            0 or 1 => [TensorLayout.L],
            < 4 => [TensorLayout.L, TensorLayout.R],
            _ => [TensorLayout.C, TensorLayout.L, TensorLayout.R],
        };
    }
}

/// <summary>reshape and its kin: a view where the partition axis allows, else dense through device memory.</summary>
internal sealed class ReshapeRecipe : MoveRecipe
{
    /// <inheritdoc/>
    public override TensorStorage? View(FusedGroup group, TensorStorage operand) => ViewStorage.Reshape(operand, group.Result.Shape);

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var source = context.Builder.Input(0);
        if (View(context.Group, source.Storage) is not null)
        {
            var view = context.Alias(0, 0);
            ViewTiles.Reshape(context, source.Storage, view.Storage);
            context.Store(0, TileBox.All(view.Storage.Shape));
        }
        else
        {
            ConversionLowering.ThroughMemory(context, source, ConversionLowering.Identity(context.Request.Results[0].Shape.Rank), reshape: true);
        }
    }
}

/// <summary>transpose: a view where a layout has a name for it, else dense through device memory.</summary>
internal sealed class TransposeRecipe : MoveRecipe
{
    /// <inheritdoc/>
    public override TensorStorage? View(FusedGroup group, TensorStorage operand) =>
        ViewStorage.Transpose(operand, ((FusedCore.Transpose)group.Core).Axes);

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var axes = ((FusedCore.Transpose)context.Group.Core).Axes;
        var source = context.Builder.Input(0);
        if (View(context.Group, source.Storage) is not null)
        {
            var view = context.Alias(0, 0);
            ViewTiles.Transpose(context, view.Storage, axes);
            context.Store(0, TileBox.All(view.Storage.Shape));
        }
        else
        {
            ConversionLowering.ThroughMemory(context, source, [.. axes]);
        }
    }
}
