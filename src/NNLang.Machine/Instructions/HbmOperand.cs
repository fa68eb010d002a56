using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Machine.Instructions;

/// <summary>
/// An operand in a region of device memory (<c>docs/machine.md</c> 3.5): 0 to 3 partition dimensions and 0 to 4 free dimensions,
/// outermost first, with strides in bytes. Constructing one does not check legality.
/// </summary>
/// <param name="Region">Index of the region in the program.</param>
/// <param name="Offset">Byte offset of element 0 in the region.</param>
/// <param name="Type">The element type.</param>
/// <param name="PartitionDimensions">Their counts multiply to the partitions of the other side.</param>
/// <param name="FreeDimensions">Their counts multiply to the elements per partition of the other side.</param>
public sealed record HbmOperand(
    int Region,
    long Offset,
    ElementType Type,
    ImmutableArray<HbmOperand.Dimension> PartitionDimensions,
    ImmutableArray<HbmOperand.Dimension> FreeDimensions)
{
    /// <summary>The product of the partition counts, saturating.</summary>
    public long Partitions => Product(PartitionDimensions);

    /// <summary>The product of the free counts, saturating.</summary>
    public long ElementsPerPartition => Product(FreeDimensions);

    /// <summary>Value equality of all parts.</summary>
    public bool Equals(HbmOperand? other) =>
        other is not null && Region == other.Region && Offset == other.Offset && Type == other.Type
        && PartitionDimensions.AsSpan().SequenceEqual(other.PartitionDimensions.AsSpan())
        && FreeDimensions.AsSpan().SequenceEqual(other.FreeDimensions.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Region, Offset, Type, PartitionDimensions.Length, FreeDimensions.Length);

    private static long Product(ImmutableArray<Dimension> dimensions)
    {
        var product = (Int128)1;
        foreach (var dimension in dimensions)
        {
            product = Int128.Min(product * dimension.Count, long.MaxValue);
        }

        return (long)product;
    }

    /// <summary>One dimension: how many, and how many bytes apart.</summary>
    public readonly record struct Dimension(uint Count, long Stride);
}
