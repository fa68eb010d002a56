using NNLang.Emulator.Faults;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Weights;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Emulator.Memories;

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

    /// <summary>Makes the memories for a program. Read-only regions share the weights' bytes unless a fault flips one of their bits.</summary>
    public static DeviceMemory Create(LoadedProgram program, WeightImage weights, FaultPlan? faults)
    {
        var regions = (NativeBuffer?[])weights.Regions.Clone();
        foreach (var flip in faults?.Flips ?? [])
        {
            if (flip.Region >= 0 && regions[flip.Region] is { } shared)
            {
                var copy = new NativeBuffer(shared.Length);
                shared.Span.CopyTo(copy.Span);
                regions[flip.Region] = copy;
            }
        }

        return new DeviceMemory(program.PartitionBytes(MemoryKind.Sbuf), program.PartitionBytes(MemoryKind.Psum), program.Program, regions);
    }

    /// <summary>Puts zeros where programs may see them: regions that are read before they are written, or everything.</summary>
    public unsafe void Clear(bool everything)
    {
        for (var i = 0; i < Regions.Length; i++)
        {
            if (!IsReadOnly(i) && (everything || Program.Regions[i].Kind is RegionKind.Output or RegionKind.Scratch))
            {
                System.Runtime.InteropServices.NativeMemory.Clear(Regions[i].Data, (nuint)Regions[i].Length);
            }
        }

        if (everything)
        {
            System.Runtime.InteropServices.NativeMemory.Clear(Sbuf.Data, (nuint)Sbuf.Length);
            System.Runtime.InteropServices.NativeMemory.Clear(Psum.Data, (nuint)Psum.Length);
        }
    }

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
