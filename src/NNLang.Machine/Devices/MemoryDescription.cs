using System.Collections.Immutable;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Machine.Devices;

/// <summary>A memory of a device (<c>docs/machine.md</c> 2.1).</summary>
public sealed record MemoryDescription
{
    /// <summary>Which one.</summary>
    public required MemoryKind Kind { get; init; }

    /// <summary>Partitions; 1 for device memory.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Bytes of a partition.</summary>
    public required long Bytes { get; init; }

    /// <summary>The element types it may hold; empty for all device types.</summary>
    public ImmutableArray<ElementType> Types { get; init; } = [];

    /// <summary>Banks of a partition; 1 if it has none.</summary>
    public int Banks { get; init; } = 1;

    /// <summary>Bytes of a bank; 0 if it has none.</summary>
    public long BankBytes { get; init; }

    /// <summary>Accumulation groups that may be open at once; 0 if that has no meaning here.</summary>
    public int Groups { get; init; }

    /// <summary>Partitions that a pattern of at most 32 partitions may start at; empty for any.</summary>
    public ImmutableArray<int> StartPartitions { get; init; } = [];

    /// <summary>Rate of the memory as a whole, bytes per second; null if it does not limit.</summary>
    public long? BytesPerSecond { get; init; }
}
