using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Emulator.Races;

/// <summary>
/// Who is known to have finished what (<c>docs/machine.md</c> 4.4, 4.7): for each agent (sequencer, then queues) the number of things of
/// every agent that are ordered before its next one. Fed in the order of starts.
/// </summary>
internal sealed class VectorClocks
{
    private readonly int _agents;
    private readonly int[][] _current;
    private readonly int[] _queueAgent = new int[256];
    private readonly int[] _transferOrdinal;
    private readonly Dictionary<int, Increments> _increments = [];
    private int[] _snapshots = new int[1024];
    private int _snapshotCount;

    public VectorClocks(MachineProgram program)
    {
        Array.Fill(_queueAgent, -1);
        _agents = Engines.Count;
        foreach (var queue in program.Queues)
        {
            if ((uint)queue.Number < (uint)_queueAgent.Length && _queueAgent[queue.Number] < 0)
            {
                _queueAgent[queue.Number] = _agents++;
            }
        }

        _current = new int[_agents][];
        for (var agent = 0; agent < _agents; agent++)
        {
            _current[agent] = new int[_agents];
        }

        _transferOrdinal = new int[_agents];
    }

    /// <summary>The clock of the access that <see cref="Begin"/> began: how many of each agent are ordered before it.</summary>
    public int[] Now { get; private set; } = [];

    /// <summary>Who makes the accesses of the instruction begun: its sequencer, or its queue.</summary>
    public int Agent { get; private set; }

    /// <summary>How many of that agent came before.</summary>
    public int Ordinal { get; private set; }

    /// <summary>Begins an instruction: joins what it waits for.</summary>
    /// <param name="engine">The sequencer.</param>
    /// <param name="index">The instruction's place in its stream.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="completion">What a transfer adds to its semaphore.</param>
    public void Begin(int engine, int index, in Instruction instruction, int completion)
    {
        var clock = _current[engine];
        clock[engine] = index;
        foreach (var wait in instruction.Waits)
        {
            if (_increments.TryGetValue(wait.Semaphore, out var increments))
            {
                var step = increments.IsQueue ? completion : 1;
                var ordinal = (int)(((long)wait.Value + step - 1) / step);
                if (ordinal > increments.Joined[engine] && ordinal <= increments.Snapshots.Count)
                {
                    increments.Joined[engine] = ordinal;
                    Join(clock, increments.Snapshots[ordinal - 1]);
                }
            }
        }

        if (!instruction.IsTransfer || _queueAgent[instruction.Attributes.Queue] < 0)
        {
            (Agent, Ordinal, Now) = (engine, index, clock);
            return;
        }

        // A transfer is ordered after its queue's earlier ones and after its stream's earlier instructions.
        Agent = _queueAgent[instruction.Attributes.Queue];
        var own = _current[Agent];
        for (var i = 0; i < _agents; i++)
        {
            own[i] = Math.Max(own[i], clock[i]);
        }

        Ordinal = own[Agent] = _transferOrdinal[Agent]++;
        Now = own;
    }

    /// <summary>Ends the instruction begun: what waits for its increment is ordered after it.</summary>
    public void End(in Instruction instruction)
    {
        if (instruction.Increment is not { } semaphore)
        {
            return;
        }

        if (!_increments.TryGetValue(semaphore, out var increments))
        {
            increments = new Increments(instruction.IsTransfer);
            _increments.Add(semaphore, increments);
        }

        if ((_snapshotCount + 1) * _agents > _snapshots.Length)
        {
            Array.Resize(ref _snapshots, _snapshots.Length * 2);
        }

        Now.AsSpan().CopyTo(_snapshots.AsSpan(_snapshotCount * _agents));
        _snapshots[(_snapshotCount * _agents) + Agent] = Ordinal + 1;
        increments.Snapshots.Add(_snapshotCount++);
    }

    private void Join(int[] clock, int snapshot)
    {
        var other = _snapshots.AsSpan(snapshot * _agents, _agents);
        for (var i = 0; i < other.Length; i++)
        {
            clock[i] = Math.Max(clock[i], other[i]);
        }
    }

    private sealed class Increments(bool isQueue)
    {
        public bool IsQueue { get; } = isQueue;

        public List<int> Snapshots { get; } = [];

        public int[] Joined { get; } = new int[Engines.Count];
    }
}
