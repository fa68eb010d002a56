using NNLang.Machine.Instructions;

namespace NNLang.Machine.Timing;

/// <summary>
/// What the simulation needs of one instruction, with everything decided that does not depend on time: dependence on the previous
/// instruction and table loads are facts of the stream. A value of 32 bytes.
/// </summary>
internal struct InstructionTiming
{
    /// <summary>Occupancy back to back, ps.</summary>
    public long Busy;

    /// <summary>Occupancy after idleness, ps.</summary>
    public long BusyIdle;

    /// <summary>Index of the first wait.</summary>
    public int FirstWait;

    /// <summary>Index of the transfer it triggers; -1 for none.</summary>
    public int Transfer;

    /// <summary>The semaphore it increments; -1 for none.</summary>
    public int Increment;

    /// <summary>The ports it holds.</summary>
    public ushort Ports;

    /// <summary>The number of waits.</summary>
    public byte Waits;
}

/// <summary>What the simulation needs of one transfer.</summary>
internal struct TransferTiming
{
    /// <summary>The rows of the transfer and where they go.</summary>
    public TransferShape Shape;

    /// <summary>The time of every share if all engines have the same rows; -1 otherwise.</summary>
    public long UniformShare;

    /// <summary>The queue.</summary>
    public byte Queue;

    /// <summary>The triggering instruction.</summary>
    public InstructionLocation Trigger;
}
