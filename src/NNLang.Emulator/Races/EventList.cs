using NNLang.Emulator.Faults;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Sessions;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>The events of a program in the order of <c>docs/machine.md</c> 1.4.</summary>
internal static class EventList
{
    /// <summary>Makes the list. O(n log n).</summary>
    public static SessionEvent[] Create(LoadedProgram program, FaultPlan? faults)
    {
        var events = new List<SessionEvent>();
        foreach (var transfer in program.Timing.Transfers)
        {
            // A deadlock may keep a trigger from starting.
            if (transfer.Trigger.Index < program.Timing.Start(transfer.Trigger.Engine).Length)
            {
                events.Add(new SessionEvent(transfer.FirstByte, SessionEventKind.Read, transfer.Trigger));
            }
        }

        for (var engine = Engine.Tensor; engine <= Engine.Sync; engine++)
        {
            var starts = program.Timing.Start(engine);
            var commits = program.Timing.Commit(engine);
            for (var i = 0; i < starts.Length; i++)
            {
                var location = new InstructionLocation(engine, i);
                events.Add(new SessionEvent(starts[i], SessionEventKind.Start, location));
                events.Add(new SessionEvent(commits[i], SessionEventKind.Commit, location));
            }
        }

        var times = events.ConvertAll(item => item.Time);
        times.Sort();
        for (var i = 0; faults is not null && i < faults.Flips.Length; i++)
        {
            var at = times.BinarySearch(faults.Flips[i].Time);
            at = at < 0 ? ~at : at;
            if (at < times.Count)
            {
                events.Add(new SessionEvent(times[at], SessionEventKind.Flip, new InstructionLocation(Engine.Sync, i)));
            }
        }

        var list = events.ToArray();
        Array.Sort(list, (a, b) => Compare(program, a, b));
        return list;
    }

    private static int Compare(LoadedProgram program, in SessionEvent a, in SessionEvent b)
    {
        var order = a.Time.CompareTo(b.Time);
        if (order == 0)
        {
            order = Phase(a.Kind).CompareTo(Phase(b.Kind));
        }

        if (order == 0)
        {
            order = Agent(program, a).CompareTo(Agent(program, b));
        }

        return order != 0 ? order : a.Instruction.Index.CompareTo(b.Instruction.Index);
    }

    private static int Phase(SessionEventKind kind) => kind is SessionEventKind.Commit or SessionEventKind.Flip ? 0 : 1;

    // Sequencers first, then what the DMA engines do, by queue; flips last.
    private static int Agent(LoadedProgram program, in SessionEvent item)
    {
        if (item.Kind == SessionEventKind.Flip)
        {
            return int.MaxValue;
        }

        ref readonly var instruction = ref program[item.Instruction];
        return item.Kind == SessionEventKind.Start || !instruction.IsTransfer
            ? (int)item.Instruction.Engine
            : Engines.Count + instruction.Attributes.Queue;
    }
}
