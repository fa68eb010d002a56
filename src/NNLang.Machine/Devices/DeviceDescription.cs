using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Machine.Faults;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Machine.Devices;

/// <summary>
/// A device as data (<c>docs/machine.md</c>): derived devices are merged and constants resolved. Immutable; the hash and the cost model are
/// computed once, on first use.
/// </summary>
public sealed class DeviceDescription
{
    private readonly Lazy<ContentHash> _hash;
    private readonly Lazy<CostModel> _costs;

    /// <summary>Makes a description; the required parts are set by the initialiser.</summary>
    public DeviceDescription()
    {
        _hash = new Lazy<ContentHash>(() => DeviceHash.Of(this));
        _costs = new Lazy<CostModel>(() => new CostModel(this));
    }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The sequencers it has, in the order of <see cref="Instructions.Engine"/>, each at most once.</summary>
    public required ImmutableArray<EngineDescription> Engines { get; init; }

    /// <summary>The DMA engines.</summary>
    public required DmaDescription Dma { get; init; }

    /// <summary>sbuf, psum and hbm.</summary>
    public required ImmutableArray<MemoryDescription> Memories { get; init; }

    /// <summary>The shared ports; at most 8, one of scope bank counting as its memory's banks.</summary>
    public ImmutableArray<PortDescription> Ports { get; init; } = [];

    /// <summary>How many semaphores there are.</summary>
    public required int SemaphoreCount { get; init; }

    /// <summary>Cycles of a hand-off (7.5), of a wait and of a trigger.</summary>
    public required long SemaphoreCycles { get; init; }

    /// <summary>The corrections to costs.</summary>
    public ImmutableArray<TimingRule> Rules { get; init; } = [];

    /// <summary>The instructions, in order of declaration.</summary>
    public required ImmutableArray<InstructionDescription> Instructions { get; init; }

    /// <summary>The faults that are active on it. Not part of its hash: a program made for the healthy device runs on it.</summary>
    public ImmutableArray<FaultDescription> Faults { get; init; } = [];

    /// <summary>Where its numbers come from. Not part of its hash.</summary>
    public ImmutableArray<Provenance> Provenance { get; init; } = [];

    /// <summary>
    /// SHA-256 of everything a program or its time can depend on: all but name, faults, provenance and what is marked "for reports only".
    /// </summary>
    public ContentHash Hash => _hash.Value;

    /// <summary>The costs and limits of its instructions, compiled. Thread-safe.</summary>
    public CostModel Costs => _costs.Value;

    /// <summary>A sequencer; null if the device has none.</summary>
    public EngineDescription? Engine(Engine engine)
    {
        foreach (var description in Engines)
        {
            if (description.Engine == engine)
            {
                return description;
            }
        }

        return null;
    }

    /// <summary>A memory; null if the device has none.</summary>
    public MemoryDescription? Memory(MemoryKind kind)
    {
        foreach (var description in Memories)
        {
            if (description.Kind == kind)
            {
                return description;
            }
        }

        return null;
    }

    /// <summary>An instruction; null if the device has none.</summary>
    public InstructionDescription? Instruction(Opcode opcode)
    {
        foreach (var description in Instructions)
        {
            if (description.Opcode == opcode)
            {
                return description;
            }
        }

        return null;
    }

    /// <summary>Time of a number of cycles of an engine, ps, rounded up in 128-bit arithmetic (1.2).</summary>
    /// <exception cref="ArgumentException">The device has no such engine.</exception>
    public long Picoseconds(Engine engine, long cycles) =>
        Engine(engine) is { } described
            ? Picoseconds(cycles, described.ClockHz)
            : throw new ArgumentException($"The device has no {Machine.Instructions.Engines.Name(engine)} engine.", nameof(engine));

    /// <summary>Time of a number of cycles at a clock, ps, rounded up in 128-bit arithmetic (1.2).</summary>
    public static long Picoseconds(long cycles, long clockHz)
    {
        // Almost every number of cycles fits 64 bits, and gives the same result there.
        const ulong Second = 1_000_000_000_000;
        var clock = (ulong)clockHz;
        return (ulong)cycles < ulong.MaxValue / Second / 2
            ? (long)((((ulong)cycles * Second) + clock - 1) / clock)
            : checked((long)((((UInt128)cycles * Second) + clock - 1) / clock));
    }
}
