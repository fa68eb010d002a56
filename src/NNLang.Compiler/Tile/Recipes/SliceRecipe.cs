using System.Collections.Immutable;
using NNLang.Compiler.Fuse;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// slice (<c>docs/lowering.md</c> 2.10): along free axes start and step are numbers in the source's pattern, one copy a tile; along the partition
/// axis the elements move to other partitions.
/// </summary>
internal sealed class SliceRecipe : CopyRecipe
{
    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Slice)context.Group.Core;
        var source = context.Builder.Input(0);
        var result = context.Result();
        var axis = result.Storage.PartitionAxis;
        if (axis >= 0 && core.Steps[axis] != 1)
        {
            throw new LoweringException(
                "NN5021", $"A slice with step {core.Steps[axis]} along axis {axis}, which lies across the partitions, has no lowering.",
                "Slice along another axis, or transpose first.");
        }

        // The source as the result sees it along the free axes; the partition axis keeps its own extent.
        var extents = result.Storage.Shape.Dimensions.ToArray();
        var strides = source.Storage.Strides.ToArray();
        var offset = source.Storage.Offset;
        for (var i = 0; i < extents.Length; i++)
        {
            if (i != axis)
            {
                offset += core.Starts[i] * strides[i];
                strides[i] *= core.Steps[i];
            }
        }

        var (start, length) = axis >= 0 ? (core.Starts[axis], extents[axis]) : (0, 1);
        if (axis >= 0)
        {
            extents[axis] = source.Storage.Shape[axis];
        }

        var seen = new TensorView(
            source.Buffer, source.Storage with { Shape = new(extents), Strides = [.. strides], Offset = offset, Halo = default });
        var ordinal = 0;
        var box = TileBox.All(seen.Storage.Shape);
        PlaceLowering.Add(
            context, seen, axis >= 0 ? box.Along(axis, start, length) : box, result,
            ImmutableArray.CreateRange(new long[extents.Length]) is var zero && axis >= 0 ? zero.SetItem(axis, -start) : zero, ref ordinal);
    }
}
