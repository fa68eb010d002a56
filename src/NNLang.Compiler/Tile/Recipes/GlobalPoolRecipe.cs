using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// Pools over whole images (<c>docs/lowering.md</c> 2.11): one tensor_reduce over rows and columns for as many channels and images as one pattern
/// holds; an average multiplies by the reciprocal count. The result lies as C, which for [N, C] is L.
/// </summary>
internal sealed class GlobalPoolRecipe : LoweringRecipe
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [TensorLayout.C];

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) =>
        [group.Result.Shape.Rank == 2 ? TensorLayout.L : TensorLayout.C];

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.GlobalPool)context.Group.Core;
        var image = context.Builder.Input(0);
        var storage = image.Storage;
        var result = context.Result();
        var ordinal = 0;
        foreach (var block in StoragePiece.Cut(storage, TileBox.All(storage.Shape), joinBlocks: false))
        {
            for (var n = 0; n < storage.Shape[0]; n++)
            {
                var source = default(PatternBuilder);
                source.AddUnmerged(1, 4);
                source.AddUnmerged(storage.Shape[2], storage.Strides[2]);
                source.AddUnmerged(storage.Shape[3], storage.Strides[3]);
                var offset = storage.Offset + (block.FirstBlock * storage.Strides[1]) + (n * storage.Strides[0]);
                var x = new TemplateOperand(
                    image.Buffer, source.OnChip(MemoryKind.Sbuf, block.FirstPartition, block.Partitions, offset, storage.Type));
                var box = Box(result.Storage.Shape, n, block.Box.Start[1], block.Box.Extent[1]);
                var target = result.OnChip(block with { Box = box });
                var operation = context.Builder.Operation(
                    core.Average ? $"sum {ordinal}" : $"maximum {ordinal}", context.CoreMember, ordinal, endsTile: !core.Average,
                    GroupBuilder.On(Engine.Vector, "reduces rows and columns", TemplateInstruction.Reduce(
                        target, x, 2, core.Average ? AluOperation.Add : AluOperation.Max)));
                if (core.Average)
                {
                    operation = Averaging.Scale(context, $"average {ordinal}", ordinal, target, core.Positions);
                }

                context.Complete(0, operation, box);
                ordinal++;
            }
        }
    }

    private static TileBox Box(Shape shape, long image, long channel, long channels)
    {
        var box = TileBox.All(shape).Along(0, image, 1).Along(1, channel, channels);
        return box;
    }
}
