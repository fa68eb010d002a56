using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Machine.Programs;

/// <summary>
/// One step of a <see cref="Recipe"/>. <see cref="Numbers"/> and <see cref="Values"/> mean what the operation says.
/// </summary>
/// <param name="Operation">What it does.</param>
/// <param name="Key">The weight's key for <see cref="RecipeOperation.Load"/>; empty otherwise.</param>
/// <param name="Numbers">Axes, extents, starts and stops.</param>
/// <param name="Values">Numbers of binary64: the constant's elements, or eps.</param>
/// <param name="Type">The type of a cast.</param>
public sealed record RecipeStep(
    RecipeOperation Operation,
    string Key,
    ImmutableArray<long> Numbers,
    ImmutableArray<double> Values,
    ElementType Type = ElementType.F64)
{
    /// <summary>Pushes the weight of a key.</summary>
    public static RecipeStep Load(string key) => new(RecipeOperation.Load, key, [], []);

    /// <summary>Pushes a tensor of the given extents and elements; a single element fills it.</summary>
    public static RecipeStep Constant(ImmutableArray<long> dimensions, ImmutableArray<double> elements) =>
        new(RecipeOperation.Constant, "", dimensions, elements);

    /// <summary>Reorders the axes: axis i of the result is axis <paramref name="axes"/>[i] of the operand.</summary>
    public static RecipeStep Permute(params ReadOnlySpan<long> axes) => new(RecipeOperation.Permute, "", [.. axes], []);

    /// <summary>Reads the elements in row-major order as another shape of the same size.</summary>
    public static RecipeStep Reshape(params ReadOnlySpan<long> dimensions) => new(RecipeOperation.Reshape, "", [.. dimensions], []);

    /// <summary>Takes elements start to stop (excluded) of an axis.</summary>
    public static RecipeStep Slice(long axis, long start, long stop) => new(RecipeOperation.Slice, "", [axis, start, stop], []);

    /// <summary>Adds zeros: before and after, for each axis in turn.</summary>
    public static RecipeStep Pad(params ReadOnlySpan<long> beforeAndAfter) => new(RecipeOperation.Pad, "", [.. beforeAndAfter], []);

    /// <summary>Joins the two topmost tensors, the deeper one first, along an axis.</summary>
    public static RecipeStep Concat(long axis) => new(RecipeOperation.Concat, "", [axis], []);

    /// <summary>Of gamma and variance (on top): gamma / sqrt(variance + eps).</summary>
    public static RecipeStep BatchNormScale(double epsilon) => new(RecipeOperation.BatchNormScale, "", [], [epsilon]);

    /// <summary>Of beta, mean, scale and convolution bias (on top): beta + (bias - mean) scale.</summary>
    public static RecipeStep BatchNormBias() => new(RecipeOperation.BatchNormBias, "", [], []);

    /// <summary>
    /// Pushes the reciprocal counts of an average pool whose pads do not count, as [output height, output width].
    /// </summary>
    public static RecipeStep ReciprocalCount(
        long height, long width, long kernelHeight, long kernelWidth, long strideHeight, long strideWidth,
        long padTop, long padLeft, long outputHeight, long outputWidth, long dilationHeight = 1, long dilationWidth = 1) =>
        new(
            RecipeOperation.ReciprocalCount,
            "",
            [height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outputHeight, outputWidth,
                dilationHeight, dilationWidth],
            []);

    /// <summary>Pushes an [n, n] matrix of ones where |row - column| is at most half of an odd window size, zeros elsewhere (lrn).</summary>
    public static RecipeStep Band(long n, long size) => new(RecipeOperation.Band, "", [n, size], []);

    /// <summary>Rounds to a type; the only step that rounds to anything but binary64.</summary>
    public static RecipeStep Cast(ElementType type) => new(RecipeOperation.Cast, "", [], [], type);

    /// <summary>Value equality of all parts; constants by bits.</summary>
    public bool Equals(RecipeStep? other)
    {
        if (other is null || Operation != other.Operation || Key != other.Key || Type != other.Type
            || !Numbers.AsSpan().SequenceEqual(other.Numbers.AsSpan()) || Values.Length != other.Values.Length)
        {
            return false;
        }

        for (var i = 0; i < Values.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(Values[i]) != BitConverter.DoubleToInt64Bits(other.Values[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Operation, Key, Numbers.Length, Values.Length, Type);
}
