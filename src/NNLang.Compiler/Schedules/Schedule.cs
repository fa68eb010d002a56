using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Schedules;

/// <summary>
/// When everything runs: the times of the emitted streams, by operation, layer and engine. All times in picoseconds from the start of the
/// program. Immutable, thread-safe.
/// </summary>
public sealed class Schedule
{
    /// <summary>The time of the last commit.</summary>
    public required long Makespan { get; init; }

    /// <summary>No order of these operations on this device is faster than this: see <see cref="LowerBound"/>.</summary>
    public required LowerBound Bound { get; init; }

    /// <summary>Every tile operation, in source order.</summary>
    public required ImmutableArray<ScheduledOperation> Operations { get; init; }

    /// <summary>Every layer of the network that has operations of its own, in program order.</summary>
    public required ImmutableArray<ScheduledLayer> Layers { get; init; }

    /// <summary>How busy each resource is.</summary>
    public required ImmutableArray<EngineUse> Engines { get; init; }

    /// <summary>How full each on-chip memory gets.</summary>
    public required ImmutableArray<MemoryUse> Memories { get; init; }

    /// <summary>Makespan over lower bound.</summary>
    public double OverBound => Bound.Picoseconds == 0 ? 1 : (double)Makespan / Bound.Picoseconds;
}

/// <summary>One tile operation in the schedule.</summary>
/// <param name="Id">Its number: its place in source order.</param>
/// <param name="Layer">The layer of the network it belongs to; -1 for loads and conversions.</param>
/// <param name="Engine">The engine; for a transfer the one that triggers it.</param>
/// <param name="Queue">The queue of a transfer; -1 for others.</param>
/// <param name="Start">When its first instruction starts; for a transfer, when its first byte moves.</param>
/// <param name="End">When its last instruction's occupancy ends; for a transfer, when it is complete.</param>
public readonly record struct ScheduledOperation(int Id, int Layer, Engine Engine, int Queue, long Start, long End)
{
    /// <summary>The name of the resource: an engine, or <c>dma</c>.</summary>
    public string Resource => Queue >= 0 ? EngineUse.Dma : Machine.Instructions.Engines.Name(Engine);
}

/// <summary>One layer in the schedule.</summary>
/// <param name="Layer">Its index in the network.</param>
/// <param name="Start">The start of its first operation.</param>
/// <param name="End">The end of its last.</param>
/// <param name="Time">The sum of the times of its operations on sequencers.</param>
/// <param name="Engines">The sequencers that run operations of it, a bit each; bit 5 stands for transfers.</param>
public readonly record struct ScheduledLayer(int Layer, long Start, long End, long Time, byte Engines);

/// <summary>How long a resource is busy.</summary>
/// <param name="Name">The engine's name, or <see cref="Dma"/>.</param>
/// <param name="Busy">The sum of its occupancies; for DMA, of the busiest of its engines.</param>
public readonly record struct EngineUse(string Name, long Busy)
{
    /// <summary>The name that stands for the DMA engines.</summary>
    public const string Dma = "dma";
}

/// <summary>How much of a memory is used.</summary>
/// <param name="Name">The memory's name.</param>
/// <param name="Capacity">Its bytes.</param>
/// <param name="Peak">The most bytes in use at once.</param>
public readonly record struct MemoryUse(string Name, long Capacity, long Peak);
