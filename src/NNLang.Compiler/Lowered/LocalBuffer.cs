using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Compiler.Lowered;

/// <summary>Which store a buffer of a lowered group lives in.</summary>
public enum BufferKind : byte
{
    /// <summary>sbuf, for results and intermediate tensors; allocated from the bottom.</summary>
    Activation,
    /// <summary>sbuf, written by one weight or constant load; allocated from the ring at the top.</summary>
    Weight,
    /// <summary>One psum bank.</summary>
    Psum,
    /// <summary>A region of device memory filled by the loader from weights.</summary>
    WeightRegion,
    /// <summary>A region of device memory filled by the loader from no weight.</summary>
    ConstantRegion,
    /// <summary>A region of device memory that starts as zeros.</summary>
    ScratchRegion,
    /// <summary>The region of an output of the network: <see cref="LocalBuffer.Output"/> says which of the instance's.</summary>
    OutputRegion,
}

/// <summary>
/// A buffer of a lowered group, without its address. On-chip buffers span all partitions and are 64-byte aligned.
/// </summary>
/// <param name="Name">Its name within the group: <c>result</c>, <c>weights 0,1</c>, <c>psum 3</c>.</param>
/// <param name="Kind">Where it lives.</param>
/// <param name="Bytes">On chip: bytes per partition, a multiple of 64 in sbuf. Regions: all bytes.</param>
public sealed record LocalBuffer(string Name, BufferKind Kind, long Bytes)
{
    /// <summary>Regions: the element type.</summary>
    public ElementType Type { get; init; } = ElementType.F32;

    /// <summary>Regions: the extents, dense row-major.</summary>
    public ImmutableArray<long> Dimensions { get; init; } = [];

    /// <summary>Weight and constant regions: how the loader fills them; else null.</summary>
    public RecipeTemplate? Recipe { get; init; }

    /// <summary>Output regions: index into <see cref="GroupInstance.Outputs"/>; else -1.</summary>
    public int Output { get; init; } = -1;

    /// <summary>Whether the buffer is a region of device memory.</summary>
    public bool IsRegion => Kind >= BufferKind.WeightRegion;

    /// <inheritdoc/>
    public bool Equals(LocalBuffer? other) =>
        other is not null && Name == other.Name && Kind == other.Kind && Bytes == other.Bytes && Type == other.Type
        && Output == other.Output && Equals(Recipe, other.Recipe) && Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Bytes, Type);
}
