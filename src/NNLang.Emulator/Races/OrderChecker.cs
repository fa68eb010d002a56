using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>
/// What the shadow memories share: the accesses, the clock of the instruction at hand, and the rules of who conflicts with whom and who
/// replaces whom in a cell's sets.
/// </summary>
internal sealed class OrderChecker
{
    /// <summary>Beyond this many members a set is reduced by exact bytes.</summary>
    public const int LargeSet = 16;

    private readonly HashSet<(InstructionLocation, InstructionLocation)> _reported = [];
    private readonly int _maximumHazards;

    public OrderChecker(int maximumHazards) => _maximumHazards = maximumHazards;

    public AccessTable Accesses { get; } = new();

    /// <summary>The hazards found so far.</summary>
    public List<Hazard> Hazards { get; } = [];

    /// <summary>The clock of the access at hand.</summary>
    public int[] Clock { get; set; } = [];

    /// <summary>When the instruction at hand starts, ps.</summary>
    public long Time { get; set; }

    /// <summary>The place in the order of starts up to which everything has been done before the instruction at hand, in a parallel run.</summary>
    public int LastBarrier { get; set; } = -1;

    /// <summary>Whether the instruction at hand needs a barrier before it.</summary>
    public bool NeedsBarrier { get; private set; }

    /// <summary>Whether any race was found, reported or not.</summary>
    public bool HasRace { get; private set; }

    /// <summary>Begins an instruction.</summary>
    public void Begin(int[] clock, long time)
    {
        Clock = clock;
        Time = time;
        NeedsBarrier = false;
    }

    /// <summary>Whether an earlier access is ordered before the one at hand.</summary>
    public bool IsOrdered(in Access earlier, in Access now) => earlier.Agent == now.Agent || Clock[earlier.Agent] > earlier.Ordinal;

    /// <summary>Notes that the access at hand touches what an earlier one touched, one of them writing: a parallel run must not mix them.</summary>
    public void NoteConflict(in Access earlier, in Access now)
    {
        if (earlier.Sequence > LastBarrier && (earlier.Key != now.Key || now.Key < 0))
        {
            NeedsBarrier = true;
        }
    }

    /// <summary>Reports a race once for each pair of instructions.</summary>
    public void ReportRace(in Access earlier, in Access now, MemoryKind memory, int region, int partition, long at)
    {
        HasRace = true;
        if (_reported.Add((now.Location, earlier.Location)))
        {
            Report(new Hazard(HazardKind.Race, now.Location, earlier.Location, memory, region, partition, at, Time));
        }
    }

    /// <summary>Reports a hazard unless there are too many.</summary>
    public void Report(Hazard hazard)
    {
        if (Hazards.Count < _maximumHazards)
        {
            Hazards.Add(hazard);
        }
    }
}
