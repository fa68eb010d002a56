using NNLang.Emulator.Memories;
using NNLang.Emulator.Races;

namespace NNLang.Emulator.Sessions;

/// <summary>A state of a session to go back to. It belongs to its session, which may drop it.</summary>
public sealed class SessionSnapshot
{
    internal SessionSnapshot(
        EmulatorSession session, MemoryHistory.Mark mark, int position, long[] semaphores, int[] next, List<PendingResult>[] pending,
        List<PendingResult> transfers, Hazard[] dataHazards)
    {
        Session = session;
        Mark = mark;
        Position = position;
        Semaphores = semaphores;
        Next = next;
        Pending = pending;
        Transfers = transfers;
        DataHazards = dataHazards;
    }

    /// <summary>How many events had happened.</summary>
    public int Position { get; }

    internal EmulatorSession Session { get; }

    internal MemoryHistory.Mark Mark { get; }

    internal long[] Semaphores { get; }

    internal int[] Next { get; }

    internal List<PendingResult>[] Pending { get; }

    internal List<PendingResult> Transfers { get; }

    internal Hazard[] DataHazards { get; }
}
