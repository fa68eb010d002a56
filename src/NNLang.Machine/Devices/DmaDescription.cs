using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Devices;

/// <summary>The DMA engines (<c>docs/machine.md</c> 5).</summary>
public sealed record DmaDescription
{
    /// <summary>How many engines share a transfer; at most 16.</summary>
    public int Count { get; init; } = 16;

    /// <summary>How many queues there are; at most 16.</summary>
    public int Queues { get; init; } = 16;

    /// <summary>Sustained rate of one engine, bytes per second.</summary>
    public required long BytesPerSecond { get; init; }

    /// <summary>Trigger to first byte, ps.</summary>
    public long LaunchPicoseconds { get; init; }

    /// <summary>Last byte to visibility, ps.</summary>
    public long LandPicoseconds { get; init; }

    /// <summary>Fixed time of a row, ps.</summary>
    public long RowPicoseconds { get; init; }

    /// <summary>Time between transfers of a hardware descriptor generator, ps; null if there is none.</summary>
    public long? HardwareIssuePicoseconds { get; init; }

    /// <summary>Time between transfers of the software descriptor generator, ps; null if there is none.</summary>
    public long? SoftwareIssuePicoseconds { get; init; }

    /// <summary>What a transfer adds to its semaphore.</summary>
    public int Completion { get; init; } = 16;

    /// <summary>The memories it can read.</summary>
    public ImmutableArray<MemoryKind> Reads { get; init; } = [MemoryKind.Hbm, MemoryKind.Sbuf];

    /// <summary>The memories it can write.</summary>
    public ImmutableArray<MemoryKind> Writes { get; init; } = [MemoryKind.Hbm, MemoryKind.Sbuf];
}
