using System.Collections.Immutable;
using NNLang.Compiler.Fuse;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>concat: each operand is copied to its place, bits unchanged; all lie in one layout.</summary>
internal sealed class ConcatRecipe : CopyRecipe
{
    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Concat)context.Group.Core;
        var result = context.Result();
        var order = Enumerable.Range(0, core.Count).ToArray();
        if (context.Request.Fault?.Kind == TileFaultKind.WrongOffset)
        {
            (order[0], order[1]) = (order[1], order[0]);
        }

        var start = 0L;
        var ordinal = 0;
        foreach (var k in order)
        {
            var source = context.Builder.Input(k);
            var offset = ImmutableArray.CreateRange(new long[result.Storage.Shape.Rank]).SetItem(core.Axis, start);
            PlaceLowering.Add(context, source, result, offset, ref ordinal);
            start += source.Storage.Shape[core.Axis];
        }
    }
}
