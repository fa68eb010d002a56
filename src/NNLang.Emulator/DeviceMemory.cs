using NNLang.Machine;

namespace NNLang.Emulator;

/// <summary>The memories of one emulated device with a program's regions. Not thread-safe.</summary>
internal sealed class DeviceMemory : IDisposable
{
    private readonly NativeBuffer?[] _shared;

    /// <summary>Makes the memories of a device.</summary>
    /// <param name="sbufBytes">Bytes of a partition of sbuf.</param>
    /// <param name="psumBytes">Bytes of a partition of psum.</param>
    /// <param name="program">The program whose regions are wanted.</param>
    /// <param name="weights">For each region the immutable bytes of a weight or constant; null for the others.</param>
    public DeviceMemory(long sbufBytes, long psumBytes, MachineProgram program, NativeBuffer?[] weights)
    {
        Program = program;
        _shared = weights;
        Sbuf = new PagedMemory(sbufBytes * Partitions, initialised: false, History);
        Psum = new PagedMemory(psumBytes * Partitions, initialised: false, History);
        Regions = new PagedMemory[program.Regions.Length];
        for (var i = 0; i < Regions.Length; i++)
        {
            var region = program.Regions[i];
            Regions[i] = weights[i] is { } bytes
                ? new PagedMemory(bytes, History)
                : new PagedMemory(region.Bytes, region.Kind is RegionKind.Input or RegionKind.Scratch, History);
        }
    }

    /// <summary>Partitions of the on-chip memories.</summary>
    public const int Partitions = 128;

    public MachineProgram Program { get; }

    public MemoryHistory History { get; } = new();

    public PagedMemory Sbuf { get; }

    public PagedMemory Psum { get; }

    public PagedMemory[] Regions { get; }

    /// <summary>Whether the region's bytes are shared and never written.</summary>
    public bool IsReadOnly(int region) => _shared[region] is not null;

    public PagedMemory OnChip(MemoryKind kind) => kind == MemoryKind.Sbuf ? Sbuf : Psum;

    public void Dispose()
    {
        Sbuf.Dispose();
        Psum.Dispose();
        foreach (var region in Regions)
        {
            region.Dispose();
        }
    }
}
