namespace NNLang.Compiler.Order;

/// <summary>
/// The machine as the order pass sees it: an approximation of <c>docs/machine.md</c> 7 that decides order and addresses only. Times that
/// are shown come from the simulation of the emitted streams.
/// </summary>
internal sealed class MachineModel
{
    /// <summary>Bytes of a partition that one granule of sbuf stands for; the alignment of buffers.</summary>
    public const int GranuleBytes = 64;

    /// <summary>Granules of a partition of sbuf.</summary>
    public required int SbufGranules { get; init; }

    /// <summary>Banks of psum.</summary>
    public required int PsumBanks { get; init; }

    /// <summary>Bytes of a partition in one bank of psum.</summary>
    public required int PsumBankBytes { get; init; }

    /// <summary>Per agent: picoseconds from the end of its occupancy until others may see its results.</summary>
    public required long[] Latency { get; init; }

    /// <summary>Per sequencer: picoseconds between visibility and the start of the instruction that waited.</summary>
    public required long[] HandOff { get; init; }

    /// <summary>Per sequencer: picoseconds that triggering a transfer occupies it.</summary>
    public required long[] Trigger { get; init; }

    /// <summary>Number of shared ports.</summary>
    public required int PortCount { get; init; }
}
