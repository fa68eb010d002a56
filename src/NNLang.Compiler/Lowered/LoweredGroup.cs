using System.Collections.Immutable;

namespace NNLang.Compiler.Lowered;

/// <summary>
/// The tile-level operations of one fused group, relative: nothing here depends on where the group stands, so equal groups share one
/// instance and an edit elsewhere keeps it. Immutable, thread-safe.
/// </summary>
public sealed class LoweredGroup
{
    /// <summary>What it was lowered from: 128 bits over everything the lowering read. Equal hash, equal body.</summary>
    public required UInt128 Key { get; init; }

    /// <summary>What it is, for listings: <c>conv2d + bias + relu</c>, <c>load</c>, <c>convert C to L</c>.</summary>
    public required string Title { get; init; }

    /// <summary>How each input lies.</summary>
    public required ImmutableArray<TensorStorage> Inputs { get; init; }

    /// <summary>The buffers it makes.</summary>
    public required ImmutableArray<LocalBuffer> Buffers { get; init; }

    /// <summary>The tensors it leaves.</summary>
    public required ImmutableArray<ResultTensor> Results { get; init; }

    /// <summary>The operations in source order, which is the order of <c>-O0</c>; dependences point backwards.</summary>
    public required ImmutableArray<TileOperation> Operations { get; init; }
}

/// <summary>A tensor that a lowered group leaves to later groups.</summary>
/// <param name="Buffer">Its buffer: one of the group's, or an input's storage seen under another shape (a view).</param>
/// <param name="Storage">How it lies there.</param>
/// <param name="Tiles">The boxes it consists of and what defines each; frames of padding are tiles of their own.</param>
public sealed record ResultTensor(BufferRef Buffer, TensorStorage Storage, ImmutableArray<ResultTile> Tiles)
{
    /// <inheritdoc/>
    public bool Equals(ResultTensor? other) =>
        other is not null && Buffer == other.Buffer && Storage == other.Storage && Tiles.AsSpan().SequenceEqual(other.Tiles.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Buffer, Storage, Tiles.Length);
}

/// <summary>A box of logical indices and the operation whose commit completes it.</summary>
/// <param name="DefinedBy">The operation; for a view the tile of the input.</param>
/// <param name="Start">First logical index, per axis.</param>
/// <param name="Extent">Extent, per axis.</param>
/// <param name="IsHalo">Whether it is (a part of) the frame of padding: then the box is the whole tensor's.</param>
public readonly record struct ResultTile(
    OperationDependency DefinedBy, ImmutableArray<long> Start, ImmutableArray<long> Extent, bool IsHalo = false)
{
    /// <inheritdoc/>
    public bool Equals(ResultTile other) =>
        DefinedBy == other.DefinedBy && IsHalo == other.IsHalo && Start.AsSpan().SequenceEqual(other.Start.AsSpan())
        && Extent.AsSpan().SequenceEqual(other.Extent.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DefinedBy, Start.Length, IsHalo);
}
