namespace NNLang.Compiler.Order;

/// <summary>
/// When sequencers, queues and ports are free, and when what an operation made can be seen: approximate times for passes that go in order.
/// Hand-off between engines counts, waiting for addresses is the caller's. O(dependencies) an operation.
/// </summary>
internal sealed class AgentClocks(OrderProblem problem)
{
    private readonly long[] _end = new long[problem.OperationCount];
    private readonly long[] _free = new long[Agents.Count];
    private readonly long[] _sequencerFree = new long[Agents.FirstQueue];
    private readonly long[] _portFree = new long[problem.Machine.PortCount];

    /// <summary>When everything so far is done and seen.</summary>
    public long Makespan { get; private set; }

    /// <summary>When the first queue, which loads weights, has done what it was given; 0 before its first transfer.</summary>
    public long LoadsDone => _free[Agents.FirstQueue];

    /// <summary>The earliest start of an operation: its agent, its ports and what it depends on.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="choice">How it runs.</param>
    /// <param name="choices">How every operation before it runs, relative to its first choice.</param>
    public long EarliestStart(int operation, int choice, byte[] choices)
    {
        var agent = problem.ChoiceAgent[choice];
        var sequencer = problem.ChoiceSequencer[choice];
        var start = Agents.IsQueue(agent) ? _sequencerFree[sequencer] : Math.Max(_free[agent], _sequencerFree[sequencer]);
        var ports = problem.ChoicePorts[choice];
        for (var port = 0; ports != 0; port++, ports >>= 1)
        {
            if ((ports & 1) != 0)
            {
                start = Math.Max(start, _portFree[port]);
            }
        }

        for (var d = problem.DependencyStart[operation]; d < problem.DependencyStart[operation + 1]; d++)
        {
            var producer = problem.Dependencies[d];
            var made = problem.ChoiceStart[producer] + choices[producer];
            var maker = problem.ChoiceAgent[made];
            var isSameStream = !Agents.IsQueue(maker) && problem.ChoiceSequencer[made] == sequencer;
            var handOff = isSameStream ? 0 : problem.Machine.Latency[maker] + problem.Machine.HandOff[sequencer];
            start = Math.Max(start, _end[producer] + handOff);
        }

        return start;
    }

    /// <summary>Runs an operation from a start on.</summary>
    /// <returns>When what it made can be seen.</returns>
    public long Run(int operation, int choice, long start)
    {
        var agent = problem.ChoiceAgent[choice];
        var sequencer = problem.ChoiceSequencer[choice];
        var duration = problem.ChoiceDuration[choice];
        long end;
        if (Agents.IsQueue(agent))
        {
            var triggered = start + problem.Machine.Trigger[sequencer];
            _sequencerFree[sequencer] = triggered;
            end = Math.Max(_free[agent], triggered) + duration;
        }
        else
        {
            end = start + duration;
            _sequencerFree[sequencer] = end;
        }

        _free[agent] = end;
        _end[operation] = end;
        var ports = problem.ChoicePorts[choice];
        for (var port = 0; ports != 0; port++, ports >>= 1)
        {
            if ((ports & 1) != 0)
            {
                _portFree[port] = end;
            }
        }

        var visible = end + problem.Machine.Latency[agent];
        Makespan = Math.Max(Makespan, visible);
        return visible;
    }
}
