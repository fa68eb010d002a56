namespace NNLang.Emulator.Weights;

/// <summary>A dense row-major tensor that recipes work on.</summary>
/// <typeparam name="T">The element type: binary64, or f32 where nothing is computed.</typeparam>
internal sealed class RecipeTensor<T>(long[] dimensions, T[] elements)
    where T : unmanaged
{
    public long[] Dimensions { get; } = dimensions;

    public T[] Elements { get; } = elements;

    public static long Count(ReadOnlySpan<long> dimensions)
    {
        var count = 1L;
        foreach (var dimension in dimensions)
        {
            count = checked(count * dimension);
        }

        return count;
    }

    /// <summary>Elements between neighbours of each axis.</summary>
    public static long[] Strides(ReadOnlySpan<long> dimensions)
    {
        var strides = new long[dimensions.Length];
        var stride = 1L;
        for (var axis = dimensions.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= dimensions[axis];
        }

        return strides;
    }

    /// <summary>
    /// Copies a box of this tensor into another: for each index of the box, in row-major order, source and target offsets move by the given
    /// strides. The innermost loop runs over the last axis.
    /// </summary>
    public static void Copy(
        ReadOnlySpan<T> source, long sourceOffset, ReadOnlySpan<long> sourceStrides, Span<T> target, long targetOffset, ReadOnlySpan<long> targetStrides,
        ReadOnlySpan<long> extents)
    {
        if (extents.Length == 0)
        {
            target[(int)targetOffset] = source[(int)sourceOffset];
            return;
        }

        if (extents.Length == 1)
        {
            int from = (int)sourceOffset, to = (int)targetOffset, fromStep = (int)sourceStrides[0], toStep = (int)targetStrides[0];
            for (var i = 0L; i < extents[0]; i++, from += fromStep, to += toStep)
            {
                target[to] = source[from];
            }

            return;
        }

        for (var i = 0L; i < extents[0]; i++)
        {
            Copy(
                source, sourceOffset + (i * sourceStrides[0]), sourceStrides[1..], target, targetOffset + (i * targetStrides[0]), targetStrides[1..],
                extents[1..]);
        }
    }
}
