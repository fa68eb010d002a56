using NNLang.Compiler.Fuse;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>pad: the result is filled with the value, then the operand copied into it.</summary>
internal sealed class PadRecipe : CopyRecipe
{
    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Pad)context.Group.Core;
        if (core.Before.Any(count => count < 0) || core.After.Any(count => count < 0))
        {
            throw new LoweringException("NN5021", "A pad that cuts elements off has no lowering.", "Use slice to cut.");
        }

        var result = context.Result();
        var axis = result.Storage.PartitionAxis;
        var ordinal = 0;
        foreach (var piece in StoragePiece.Cut(result.Storage, TileBox.All(result.Storage.Shape), joinBlocks: true))
        {
            foreach (var part in TransferPlan.Fit(piece, axis, 65_536, result))
            {
                var clear = TemplateInstruction.Memset(result.OnChip(part), core.ValueBits);
                var operation = context.Builder.Operation(
                    $"fill {ordinal}", context.CoreMember, ordinal++, endsTile: false,
                    GroupBuilder.On(Engine.GpSimd, "fills with the value; GpSimdE has nothing better to do", clear),
                    GroupBuilder.On(Engine.Vector, "fills with the value", clear));
                context.Builder.Defines(0, operation, part.Box);
            }
        }

        var tile = 0;
        PlaceLowering.Add(context, context.Builder.Input(0), result, core.Before, ref tile, complete: false);
        context.Store(0, TileBox.All(result.Storage.Shape));
    }
}
