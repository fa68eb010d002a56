using System.Collections.Immutable;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Lowered;

/// <summary>
/// How a tensor lies in its buffer (<c>docs/lowering.md</c> 1): which axis is on the partitions, the byte strides of the others, the frame
/// of padding around it. Never an address. With j a logical index and a the partition axis, the element is in partition j[a] mod 128 at byte
/// <see cref="Offset"/> + sum over the other axes of j * stride + (j[a] / 128) * stride[a]. Value equality, so it is part of content keys.
/// </summary>
/// <param name="Type">The element type stored.</param>
/// <param name="Shape">The logical shape.</param>
/// <param name="Layout">The layout's name; <see cref="TensorLayout.Dense"/> in device memory.</param>
/// <param name="PartitionAxis">The logical axis on the partitions, or -1 (device memory, rank 0).</param>
/// <param name="Strides">Bytes between neighbours, per axis; of the partition axis: between blocks of 128.</param>
/// <param name="Offset">Bytes from the start of the buffer to element 0 (the halo lies before it).</param>
/// <param name="Bytes">On chip: bytes per partition of the whole buffer. Device memory: all bytes.</param>
public sealed record TensorStorage(
    ElementType Type, Shape Shape, TensorLayout Layout, int PartitionAxis, ImmutableArray<long> Strides, long Offset, long Bytes)
{
    /// <summary>Partitions of an on-chip memory.</summary>
    public const int PartitionCount = 128;

    /// <summary>The frame around the last two axes.</summary>
    public Halo Halo { get; init; } = Halo.None;

    /// <summary>Whether the tensor lies in device memory.</summary>
    public bool IsDense => Layout == TensorLayout.Dense;

    /// <summary>Blocks of 128 along the partition axis; 1 without one.</summary>
    public int Blocks => PartitionAxis < 0 ? 1 : (int)((Shape[PartitionAxis] + PartitionCount - 1) / PartitionCount);

    /// <inheritdoc/>
    public bool Equals(TensorStorage? other) =>
        other is not null && Type == other.Type && Shape == other.Shape && Layout == other.Layout && PartitionAxis == other.PartitionAxis
        && Offset == other.Offset && Bytes == other.Bytes && Halo == other.Halo && Strides.AsSpan().SequenceEqual(other.Strides.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Shape, Layout, PartitionAxis, Offset, Bytes, Halo);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{ElementTypes.Name(Type)}{Shape} {Layout}{(Halo == Halo.None ? "" : " " + Halo)}";
}

/// <summary>
/// Rows and columns of padding that are present in sbuf around the last two axes of a C tensor, all of one value: +0 for sums, -inf for
/// maxima (<c>docs/lowering.md</c> 1.6).
/// </summary>
/// <param name="Top">Rows before the first.</param>
/// <param name="Bottom">Rows after the last.</param>
/// <param name="Left">Columns before the first.</param>
/// <param name="Right">Columns after the last.</param>
/// <param name="FillBits">The f32 bits of every padding element.</param>
public readonly record struct Halo(int Top, int Bottom, int Left, int Right, uint FillBits = 0)
{
    /// <summary>No frame.</summary>
    public static Halo None => default;

    /// <summary>Whether there is no frame.</summary>
    public bool IsEmpty => (Top | Bottom | Left | Right) == 0;

    /// <summary>The smallest frame that holds both; they have the same fill, or one is empty.</summary>
    public Halo Union(Halo other) => IsEmpty ? other : other.IsEmpty ? this : new(
        Math.Max(Top, other.Top), Math.Max(Bottom, other.Bottom), Math.Max(Left, other.Left), Math.Max(Right, other.Right), FillBits);

    /// <summary>Whether a reader that needs <paramref name="needed"/> finds it here.</summary>
    public bool Covers(Halo needed) =>
        needed.IsEmpty
        || (FillBits == needed.FillBits && Top >= needed.Top && Bottom >= needed.Bottom && Left >= needed.Left && Right >= needed.Right);

    /// <inheritdoc/>
    public override string ToString() => $"halo {Top},{Bottom},{Left},{Right}{(FillBits == 0 ? "" : FillBits == 0xFF800000 ? " -inf" : $" 0x{FillBits:x8}")}";
}
