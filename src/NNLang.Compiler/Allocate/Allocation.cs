namespace NNLang.Compiler.Allocate;

/// <summary>An order with an address for every buffer, or the place where room ran out.</summary>
internal sealed class Allocation
{
    /// <summary>Whether everything found room.</summary>
    public bool Fits => FailedOperation < 0;

    /// <summary>The final order: as asked for, but loads that had no room stand later, and what they or a psum bank needed stands earlier.</summary>
    public required int[] Sequence { get; init; }

    /// <summary>Per operation: which of its choices, relative to its first.</summary>
    public required byte[] Choice { get; init; }

    /// <summary>Per buffer: first granule of sbuf or first bank of psum; -1 for regions and for buffers nobody uses.</summary>
    public required int[] Address { get; init; }

    /// <summary>The end of the last operation by the approximate machine, picoseconds.</summary>
    public required long Makespan { get; init; }

    /// <summary>The most granules of sbuf in use at once along the sequence.</summary>
    public required int SbufPeak { get; init; }

    /// <summary>The most granules that activations alone used at once along the sequence.</summary>
    public required int ActivationPeak { get; init; }

    /// <summary>The most banks of psum in use at once along the sequence.</summary>
    public required int PsumPeak { get; init; }

    /// <summary>The operation whose buffer found no room; -1 if everything did.</summary>
    public int FailedOperation { get; init; } = -1;

    /// <summary>The buffer that found no room.</summary>
    public int FailedBuffer { get; init; } = -1;

    /// <summary>The on-chip buffers of sbuf that were in use then.</summary>
    public int[] LiveAtFailure { get; init; } = [];
}
