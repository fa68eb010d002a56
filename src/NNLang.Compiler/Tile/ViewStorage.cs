using System.Collections.Immutable;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Storages that show a tensor under another shape without moving anything (<c>docs/lowering.md</c> 2.10): possible where the partition axis keeps
/// its size and its place among the elements, and the free axes before and after it can be merged or split by strides.
/// </summary>
internal static class ViewStorage
{
    /// <summary>The storage under another shape of the same size; null if elements would have to move.</summary>
    public static TensorStorage? Reshape(TensorStorage storage, Shape shape)
    {
        if (storage.IsDense)
        {
            return null;
        }

        if (storage.Shape == shape)
        {
            return storage;
        }

        var axis = storage.PartitionAxis;
        var target = axis < 0 ? -1 : MatchingAxis(storage.Shape, axis, shape);
        if (axis >= 0 && target < 0)
        {
            return null;
        }

        if (StorageFactory.NameOf(target, shape.Rank) is not { } layout)
        {
            return null;
        }

        var strides = new long[shape.Rank];
        if (axis >= 0)
        {
            strides[target] = storage.Strides[axis];
        }

        return Split(storage, 0, Math.Max(axis, 0), shape, 0, Math.Max(target, 0), strides)
            && Split(storage, axis + 1, storage.Shape.Rank, shape, target + 1, shape.Rank, strides)
            ? storage with { Shape = shape, Layout = layout, PartitionAxis = target, Strides = [.. strides], Halo = default }
            : null;
    }

    /// <summary>The storage with its axes reordered; null if no layout has a name for the partition axis then.</summary>
    public static TensorStorage? Transpose(TensorStorage storage, ImmutableArray<int> axes)
    {
        if (storage.IsDense)
        {
            return null;
        }

        var target = storage.PartitionAxis < 0 ? -1 : axes.IndexOf(storage.PartitionAxis);
        if (StorageFactory.NameOf(target, axes.Length) is not { } layout)
        {
            return null;
        }

        var extents = new long[axes.Length];
        var strides = new long[axes.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            (extents[i], strides[i]) = (storage.Shape[axes[i]], storage.Strides[axes[i]]);
        }

        return storage with { Shape = new Shape(extents), Layout = layout, PartitionAxis = target, Strides = [.. strides], Halo = default };
    }

    // The axis of the new shape with the same extent and as many elements behind it. Several fit only where extents are 1: the first then.
    private static int MatchingAxis(Shape from, int axis, Shape to)
    {
        var behind = 1L;
        for (var i = axis + 1; i < from.Rank; i++)
        {
            behind *= from[i];
        }

        var count = 1L;
        var found = -1;
        for (var i = to.Rank - 1; i >= 0; i--)
        {
            if (count == behind && to[i] == from[axis] && (found < 0 || StorageFactory.NameOf(i, to.Rank) is not null))
            {
                found = i;
            }

            count *= to[i];
        }

        return found;
    }

    // Gives the axes [first, end) of the new shape strides over the same elements as the axes [from, to) of the old one, if that is possible.
    private static bool Split(TensorStorage storage, int from, int to, Shape shape, int first, int end, long[] strides)
    {
        var (old, fresh) = (to - 1, end - 1);
        while (fresh >= first)
        {
            // Skip what has one element.
            while (old >= from && storage.Shape[old] == 1)
            {
                old--;
            }

            if (shape[fresh] == 1)
            {
                strides[fresh] = 4;
                fresh--;
                continue;
            }

            if (old < from)
            {
                return false;
            }

            // Merge old axes until they hold a whole number of new ones.
            var (extent, stride) = (storage.Shape[old], storage.Strides[old]);
            old--;
            var run = stride;
            while (extent > 1)
            {
                if (fresh < first)
                {
                    return false;
                }

                if (shape[fresh] == 1)
                {
                    strides[fresh--] = 4;
                    continue;
                }

                if (extent % shape[fresh] == 0)
                {
                    strides[fresh] = run;
                    run *= shape[fresh];
                    extent /= shape[fresh];
                    fresh--;
                    continue;
                }

                while (old >= from && storage.Shape[old] == 1)
                {
                    old--;
                }

                if (old < from || storage.Strides[old] != run * extent || shape[fresh] % extent != 0)
                {
                    return false;
                }

                extent *= storage.Shape[old];
                old--;
            }
        }

        while (old >= from && storage.Shape[old] == 1)
        {
            old--;
        }

        return old < from;
    }
}
