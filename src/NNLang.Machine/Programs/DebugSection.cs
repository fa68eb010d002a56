using System.Collections.Immutable;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Machine.Programs;

/// <summary>The source map and the location map of a program (<c>docs/machine.md</c> 8.7). Times are never stored.</summary>
public sealed class DebugSection
{
    /// <summary>The low-level operations, in program order.</summary>
    public ImmutableArray<DebugOperation> Operations { get; init; } = [];

    /// <summary>For each stream, runs of instructions of one operation; they cover the stream in order.</summary>
    public ImmutableArray<ImmutableArray<SourceRun>> Runs { get; init; } = [[], [], [], [], []];

    /// <summary>Where the tensors of every IR lie.</summary>
    public ImmutableArray<TensorLocation> Tensors { get; init; } = [];

    /// <summary>The operation an instruction belongs to; null if the map does not say. O(runs of the stream).</summary>
    public DebugOperation? OperationOf(InstructionLocation instruction)
    {
        var first = 0L;
        foreach (var run in Runs[(int)instruction.Engine])
        {
            first += run.Count;
            if (instruction.Index < first)
            {
                return (uint)run.Operation < (uint)Operations.Length ? Operations[run.Operation] : null;
            }
        }

        return null;
    }
}

/// <summary>A run of consecutive instructions of one stream.</summary>
/// <param name="Count">How many.</param>
/// <param name="Operation">Index into <see cref="DebugSection.Operations"/>; -1 for none.</param>
public readonly record struct SourceRun(int Count, int Operation);

/// <summary>A low-level operation and the text it comes from.</summary>
/// <param name="Id">Its number in the low-level IR.</param>
/// <param name="Name">A name that does not depend on the pass.</param>
/// <param name="LayerPath">The layer it belongs to.</param>
/// <param name="File">The source file.</param>
/// <param name="Line">The line, from 0.</param>
/// <param name="Column">The column in UTF-16 units, from 0.</param>
/// <param name="Length">The length of the source text in UTF-16 units.</param>
/// <param name="Tile">The ordinal of the tile within the layer.</param>
public sealed record DebugOperation(
    int Id, string Name, string LayerPath, string File, int Line, int Column, int Length, int Tile);

/// <summary>Where one tensor of one IR lies: in placements, or nowhere because it is fused into an operation.</summary>
/// <param name="Ir">The IR's name.</param>
/// <param name="LayerPath">The layer that makes the tensor.</param>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its logical shape.</param>
/// <param name="Placements">The pieces that hold it; a reader assembles them.</param>
/// <param name="FusedInto">The tensor and operation it disappeared into; null if it has placements.</param>
public sealed record TensorLocation(
    string Ir,
    string LayerPath,
    string Name,
    ElementType Type,
    Shape Shape,
    ImmutableArray<TensorPlacement> Placements,
    FusedTensor? FusedInto = null)
{
    /// <summary>Value equality of all parts.</summary>
    public bool Equals(TensorLocation? other) =>
        other is not null && Ir == other.Ir && LayerPath == other.LayerPath && Name == other.Name && Type == other.Type
        && Shape == other.Shape && FusedInto == other.FusedInto && Placements.AsSpan().SequenceEqual(other.Placements.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Ir, LayerPath, Name, Type, Shape);
}

/// <summary>What a tensor was fused into.</summary>
/// <param name="Tensor">The tensor that is left.</param>
/// <param name="Operation">The operation that makes it.</param>
public sealed record FusedTensor(string Tensor, string Operation);

/// <summary>How a tensor's logical indices map to partitions and bytes (<c>docs/lowering.md</c> 1).</summary>
public enum TensorLayout : byte
{
    /// <summary>Row-major in device memory: no partition axis.</summary>
    Dense,
    /// <summary>Axis 1 on the partitions.</summary>
    C,
    /// <summary>The last axis on the partitions.</summary>
    L,
    /// <summary>The last but one axis on the partitions.</summary>
    R,
}

/// <summary>
/// One piece of a tensor: a box of logical indices, and where it lies. With index i in the box, j = i - <see cref="Start"/> and a the partition
/// axis: the element is in partition <see cref="PartitionBase"/> + j[a] mod 128 at byte <see cref="Offset"/> + sum over the other axes of
/// j * stride + (j[a] / 128) * stride[a]. Without a partition axis (-1) the sum runs over all axes.
/// </summary>
/// <param name="Memory">sbuf, psum or hbm.</param>
/// <param name="Region">The region if in hbm, else -1.</param>
/// <param name="Layout">The layout's name.</param>
/// <param name="PartitionAxis">The logical axis on the partitions, or -1.</param>
/// <param name="Offset">Byte offset of the box's first element.</param>
/// <param name="PartitionBase">The partition of the box's first element.</param>
/// <param name="Type">The element type stored.</param>
/// <param name="Start">First logical index of the box, per axis.</param>
/// <param name="Extent">Extent of the box, per axis.</param>
/// <param name="Strides">Bytes between neighbours, per axis; of the partition axis: between blocks of 128.</param>
/// <param name="From">The instruction whose commit defines it; null if it is there from the start.</param>
/// <param name="Until">The instruction whose start may overwrite it; null if nothing does.</param>
public sealed record TensorPlacement(
    MemoryKind Memory,
    int Region,
    TensorLayout Layout,
    int PartitionAxis,
    long Offset,
    int PartitionBase,
    ElementType Type,
    ImmutableArray<long> Start,
    ImmutableArray<long> Extent,
    ImmutableArray<long> Strides,
    InstructionLocation? From,
    InstructionLocation? Until)
{
    /// <summary>Value equality of all parts.</summary>
    public bool Equals(TensorPlacement? other) =>
        other is not null && Memory == other.Memory && Region == other.Region && Layout == other.Layout
        && PartitionAxis == other.PartitionAxis && Offset == other.Offset && PartitionBase == other.PartitionBase && Type == other.Type
        && From == other.From && Until == other.Until && Start.AsSpan().SequenceEqual(other.Start.AsSpan())
        && Extent.AsSpan().SequenceEqual(other.Extent.AsSpan()) && Strides.AsSpan().SequenceEqual(other.Strides.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Memory, Region, Offset, PartitionBase, Type);
}
