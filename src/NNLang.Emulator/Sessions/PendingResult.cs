using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Sessions;

/// <summary>An instruction or transfer in flight with what it will write.</summary>
internal sealed class PendingResult(InstructionLocation location, byte[]? results, byte[]? column)
{
    /// <summary>The instruction; of a transfer its trigger.</summary>
    public InstructionLocation Location { get; } = location;

    /// <summary>
    /// The captured results, of an instruction one word of 128 lanes an element, of a transfer dense; null of a transfer that has not read yet.
    /// </summary>
    public byte[]? Results { get; } = results;

    /// <summary>The captured column of an activation_reduce.</summary>
    public byte[]? Column { get; } = column;

    /// <summary>Whether the results are in memory already, because the stream went on before the commit.</summary>
    public bool IsApplied { get; set; }

    /// <summary>Whether a snapshot holds the buffers, so that they must not be reused.</summary>
    public bool IsShared { get; set; }

    /// <summary>A copy for a snapshot: it shares the buffers.</summary>
    public PendingResult Share()
    {
        IsShared = true;
        return new PendingResult(Location, Results, Column) { IsApplied = IsApplied, IsShared = true };
    }
}
