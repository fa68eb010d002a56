using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Lowered;

/// <summary>
/// A tile-level operation: what is placed, ordered and allocated as one piece, and what the debugger calls a low-level operation.
/// Its instructions run back to back on one engine. Immutable.
/// </summary>
public sealed class TileOperation
{
    /// <summary>A name that no later pass changes: <c>matmul 0,1</c>, <c>evacuate 0,1</c>, <c>load weights 0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Which of the group's layers it belongs to: index into <see cref="GroupInstance.Layers"/>; -1 for a conversion's own work.</summary>
    public int Member { get; init; }

    /// <summary>The ordinal of the tile within the layer.</summary>
    public int Tile { get; init; }

    /// <summary>The engines that may run it on this device, cheapest first; at least one.</summary>
    public required ImmutableArray<EngineChoice> Choices { get; init; }

    /// <summary>
    /// Everything it must come after for the sake of data: reads after writes and, within one buffer, writes after reads and writes after
    /// writes that overlap. Orders between buffers that come to share an address are not here: they are the allocator's.
    /// </summary>
    public ImmutableArray<OperationDependency> Dependencies { get; init; } = [];

    /// <summary>Every buffer it uses, once each.</summary>
    public required ImmutableArray<BufferUse> Uses { get; init; }

    /// <summary>Whether a unit of the schedule may end after it: evacuations, stores and whatever else completes a tile.</summary>
    public bool EndsTile { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>An operation that must come before: one of the same group, or the one that defines a tile of an input.</summary>
/// <param name="Input">-1 for an operation of the same group; else the index of the input.</param>
/// <param name="Index">The index of the operation, or of the tile in <see cref="ResultTensor.Tiles"/> of that input.</param>
public readonly record struct OperationDependency(int Input, int Index)
{
    /// <summary>An operation of the same group.</summary>
    public static OperationDependency On(int operation) => new(-1, operation);

    /// <summary>A tile of an input.</summary>
    public static OperationDependency OnTile(int input, int tile) => new(input, tile);

    /// <summary>Whether it is an operation of the same group.</summary>
    public bool IsLocal => Input < 0;
}

/// <summary>The queue a transfer goes to; the values are queue numbers (<c>docs/lowering.md</c> 3.3).</summary>
public enum QueueClass : byte
{
    /// <summary>
    /// Everything that comes on chip, and moves between places there: weights, inputs, bands, reloads. One queue, because queues take turns at the
    /// DMA engines whatever is urgent: within one the order pass decides.
    /// </summary>
    Loads = 0,
    /// <summary>Outputs and spills.</summary>
    Stores = 2,
}

/// <summary>One way to run a tile operation.</summary>
public sealed class EngineChoice
{
    /// <summary>The engine; for transfers the sequencer that triggers them.</summary>
    public required Engine Engine { get; init; }

    /// <summary>The queue if the instructions are transfers; else null.</summary>
    public QueueClass? Queue { get; init; }

    /// <summary>The instructions, in order.</summary>
    public required ImmutableArray<InstructionTemplate> Instructions { get; init; }

    /// <summary>
    /// Picoseconds of occupancy, back to back (<c>docs/machine.md</c> 7.1); for transfers the time of the largest share on a DMA engine.
    /// </summary>
    public required long Duration { get; init; }

    /// <summary>Why this engine can do it and what it costs, for hovers; one sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether the instructions are transfers.</summary>
    public bool IsTransfer => Queue is not null;
}

/// <summary>
/// An instruction whose on-chip offsets and device-memory offsets count from the start of a buffer: adding the buffer's base (and
/// setting the region) gives the instruction, of the same encoded length.
/// </summary>
/// <param name="Instruction">The instruction; its operands in device memory have region 0, it has no waits and no increment.</param>
/// <param name="Buffers">For each operand the buffer it counts from; <see cref="BufferRef.None"/> for immediates.</param>
public sealed record InstructionTemplate(Instruction Instruction, ImmutableArray<BufferRef> Buffers)
{
    /// <inheritdoc/>
    public bool Equals(InstructionTemplate? other) =>
        other is not null && Instruction == other.Instruction && Buffers.AsSpan().SequenceEqual(other.Buffers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Instruction, Buffers.Length);
}
