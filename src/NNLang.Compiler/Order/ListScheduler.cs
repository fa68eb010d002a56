namespace NNLang.Compiler.Order;

/// <summary>
/// List scheduling of tile operations: time advances from event to event; a free agent starts the first ready operation, by priority, that
/// its ports, psum banks and the memory budget allow. Among the engines of an operation the one that ends it first takes it, so engines
/// share work by load. A pure function of the problem. O(n log n).
/// </summary>
internal sealed class ListScheduler
{
    private readonly OrderProblem _problem;
    private readonly MemoryBudget _budget;
    private readonly ReadyClasses _classes;
    private readonly SuccessorLists _successors;
    private readonly int[] _position;
    private readonly int[] _operationAt;
    private readonly int[] _pending;
    private readonly long[] _ready;
    private readonly bool[] _started;
    private readonly byte[] _choice;
    private readonly int[] _sequence;
    private readonly int[] _usesLeft;
    private readonly long[] _lastEnd;
    private readonly int[] _gateLeft;
    private readonly long[] _gateTime;
    private readonly long[] _free = new long[Agents.Count];
    private readonly long[] _portFree;
    private readonly EventHeap _arrivals = new();
    private readonly EventHeap _releases = new();
    private int _done;
    private int _frontier;

    private ListScheduler(OrderProblem problem, SourceOrderProfile profile, OrderPriority priority)
    {
        var n = problem.OperationCount;
        _problem = problem;
        _budget = new MemoryBudget(problem, profile);
        _classes = new ReadyClasses(problem);
        _successors = new SuccessorLists(problem);
        _pending = new int[n];
        _ready = new long[n];
        _started = new bool[n];
        _choice = new byte[n];
        _sequence = new int[n];
        _usesLeft = (int[])profile.UseCount.Clone();
        _lastEnd = new long[problem.BufferCount];
        _gateLeft = new int[problem.Gates.Count];
        _gateTime = new long[problem.Gates.Count];
        _portFree = new long[problem.Machine.PortCount];
        (_operationAt, _position) = OrderPriorities.Rank(problem, _successors, priority);
    }

    /// <summary>Schedules a problem; null if the operations wait for each other's banks of psum in a circle.</summary>
    public static OperationOrder? Run(OrderProblem problem, SourceOrderProfile profile, OrderPriority priority)
    {
        var scheduler = new ListScheduler(problem, profile, priority);
        return scheduler.Run() ? new OperationOrder { Sequence = scheduler._sequence, Choice = scheduler._choice } : null;
    }

    private void Prepare()
    {
        var n = _problem.OperationCount;
        for (var i = 0; i < n; i++)
        {
            _pending[i] = _problem.DependencyStart[i + 1] - _problem.DependencyStart[i];
        }

        var gates = _problem.Gates;
        for (var g = 0; g < gates.Count; g++)
        {
            _gateLeft[g] = gates.MemberStart[g + 1] - gates.MemberStart[g];
            for (var w = gates.WaiterStart[g]; w < gates.WaiterStart[g + 1]; w++)
            {
                _pending[gates.Waiters[w]]++;
            }
        }

        for (var i = 0; i < n; i++)
        {
            if (_pending[i] == 0)
            {
                var isLoad = _problem.ChoiceAgent[_problem.ChoiceStart[i]] == Agents.FirstQueue;
                _arrivals.Push(isLoad ? -_problem.LoadLead : 0, i);
            }
        }

        for (var g = 0; g < gates.Count; g++)
        {
            OpenIfComplete(g);
        }

        Array.Fill(_free, -_problem.LoadLead);
        Array.Fill(_portFree, -_problem.LoadLead);
    }

    private bool Run()
    {
        Prepare();
        var n = _problem.OperationCount;
        var now = -_problem.LoadLead;
        while (_done < n)
        {
            while (_arrivals.Count > 0 && _arrivals.NextTime <= now)
            {
                var operation = _arrivals.Pop();
                _classes.Heap(_classes.ClassOf(operation)).Push(_position[operation]);
            }

            while (_releases.Count > 0 && _releases.NextTime <= now)
            {
                _budget.Release(_releases.Pop());
            }

            foreach (var agent in _classes.Active)
            {
                if (_free[agent] <= now)
                {
                    TryAgent(agent, now);
                }
            }

            while (_frontier < n && _started[_frontier])
            {
                _frontier++;
            }

            if (_done == n)
            {
                break;
            }

            var next = NextEvent(now);
            if (next == long.MaxValue)
            {
                if (!ForceFrontier(now))
                {
                    return false;
                }

                continue;
            }

            now = next;
        }

        return true;
    }

    private long NextEvent(long now)
    {
        var next = long.MaxValue;
        if (_arrivals.Count > 0)
        {
            next = _arrivals.NextTime;
        }

        if (_releases.Count > 0)
        {
            next = Math.Min(next, _releases.NextTime);
        }

        foreach (var agent in _classes.Active)
        {
            if (_free[agent] > now)
            {
                next = Math.Min(next, _free[agent]);
            }
        }

        for (var sequencer = 0; sequencer < Agents.FirstQueue; sequencer++)
        {
            if (_free[sequencer] > now)
            {
                next = Math.Min(next, _free[sequencer]);
            }
        }

        foreach (var free in _portFree)
        {
            if (free > now)
            {
                next = Math.Min(next, free);
            }
        }

        return next;
    }

    private void TryAgent(int agent, long now)
    {
        var tried = 0u;
        var classes = _classes.ClassesOf(agent);
        while (true)
        {
            var best = int.MaxValue;
            var from = -1;
            for (var k = 0; k < classes.Length; k++)
            {
                var heap = _classes.Heap(classes[k]);
                if ((tried >> k & 1) == 0 && heap.Count > 0 && heap.First < best)
                {
                    best = heap.First;
                    from = k;
                }
            }

            if (from < 0)
            {
                return;
            }

            tried |= 1u << from;
            var operation = _operationAt[best];
            var choice = BestChoiceOn(agent, operation, now);
            if (choice >= 0 && PortsFree(choice, now) && _free[_problem.ChoiceSequencer[choice]] <= now && _budget.HasRoom(operation, _frontier))
            {
                _classes.Heap(classes[from]).Pop();
                Start(operation, choice, now);
                return;
            }
        }
    }

    /// <summary>The choice on an agent, unless another agent would end the operation earlier.</summary>
    private int BestChoiceOn(int agent, int operation, long now)
    {
        var first = _problem.ChoiceStart[operation];
        var last = _problem.ChoiceStart[operation + 1];
        var mine = -1;
        for (var c = first; c < last; c++)
        {
            if (_problem.ChoiceAgent[c] == agent && (mine < 0 || _problem.ChoiceDuration[c] < _problem.ChoiceDuration[mine]))
            {
                mine = c;
            }
        }

        var end = now + _problem.ChoiceDuration[mine];
        for (var c = first; c < last; c++)
        {
            var other = _problem.ChoiceAgent[c];
            if (other == agent)
            {
                continue;
            }

            var otherEnd = Math.Max(now, _free[other]) + _problem.ChoiceDuration[c];
            if (otherEnd < end || (otherEnd == end && c < mine))
            {
                return -1;
            }
        }

        return mine;
    }

    private bool PortsFree(int choice, long now)
    {
        var ports = _problem.ChoicePorts[choice];
        for (var port = 0; ports != 0; port++, ports >>= 1)
        {
            if ((ports & 1) != 0 && _portFree[port] > now)
            {
                return false;
            }
        }

        return true;
    }

    private bool ForceFrontier(long now)
    {
        for (var operation = _frontier; operation < _problem.OperationCount; operation++)
        {
            if (_started[operation] || _pending[operation] != 0 || !_budget.HasBanks(operation))
            {
                continue;
            }

            _classes.Heap(_classes.ClassOf(operation)).Remove(_position[operation]);
            Start(operation, _problem.ChoiceStart[operation], now);
            return true;
        }

        return false;
    }

    private void Start(int operation, int choice, long now)
    {
        var agent = _problem.ChoiceAgent[choice];
        var sequencer = _problem.ChoiceSequencer[choice];
        var end = now + _problem.ChoiceDuration[choice];
        var visible = end + _problem.Machine.Latency[agent];
        _started[operation] = true;
        _choice[operation] = (byte)(choice - _problem.ChoiceStart[operation]);
        _sequence[_done++] = operation;
        _free[agent] = end;
        if (Agents.IsQueue(agent))
        {
            _free[sequencer] = Math.Max(_free[sequencer], now + _problem.Machine.Trigger[sequencer]);
        }

        var ports = _problem.ChoicePorts[choice];
        for (var port = 0; ports != 0; port++, ports >>= 1)
        {
            if ((ports & 1) != 0)
            {
                _portFree[port] = end;
            }
        }

        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            var buffer = _problem.Uses[u];
            _budget.Take(buffer);
            _lastEnd[buffer] = Math.Max(_lastEnd[buffer], Agents.IsQueue(agent) ? visible : end);
            if (--_usesLeft[buffer] == 0 && !_problem.BufferLivesOn[buffer])
            {
                _releases.Push(_lastEnd[buffer], buffer);
            }
        }

        for (var s = _successors.Start[operation]; s < _successors.Start[operation + 1]; s++)
        {
            Satisfy(_successors.Items[s], sequencer, agent, end, visible);
        }

        OpenGates(operation, now, visible);
    }

    private void Satisfy(int successor, int sequencer, int agent, long end, long visible)
    {
        // A consumer in the same stream needs no semaphore; which stream a flexible consumer goes to is not known yet.
        var same = !Agents.IsQueue(agent) && RunsOnlyIn(successor, sequencer);
        var ready = same ? end : visible + _problem.Machine.HandOff[_problem.ChoiceSequencer[_problem.ChoiceStart[successor]]];
        _ready[successor] = Math.Max(_ready[successor], ready);
        if (--_pending[successor] == 0)
        {
            _arrivals.Push(_ready[successor], successor);
        }
    }

    private bool RunsOnlyIn(int operation, int sequencer)
    {
        for (var c = _problem.ChoiceStart[operation]; c < _problem.ChoiceStart[operation + 1]; c++)
        {
            if (_problem.ChoiceSequencer[c] != sequencer)
            {
                return false;
            }
        }

        return true;
    }

    private void OpenGates(int operation, long now, long visible)
    {
        var gates = _problem.Gates;
        if (gates.Count == 0)
        {
            return;
        }

        for (var k = _successors.GateStart[operation]; k < _successors.GateStart[operation + 1]; k++)
        {
            var gate = _successors.Gates[k];
            _gateTime[gate] = Math.Max(_gateTime[gate], gates.WaitsForEnd[gate] ? visible : now);
            _gateLeft[gate]--;
            OpenIfComplete(gate);
        }
    }

    private void OpenIfComplete(int gate)
    {
        if (_gateLeft[gate] != 0)
        {
            return;
        }

        var gates = _problem.Gates;
        for (var w = gates.WaiterStart[gate]; w < gates.WaiterStart[gate + 1]; w++)
        {
            var waiter = gates.Waiters[w];
            _ready[waiter] = Math.Max(_ready[waiter], _gateTime[gate]);
            if (--_pending[waiter] == 0)
            {
                _arrivals.Push(_ready[waiter], waiter);
            }
        }
    }
}
