using NNLang.Compiler.Allocate;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Finds the waits that an allocated order needs: for data, for addresses that another buffer had before, for psum banks, for annotations.
/// What a stream already knows, by its own order, by the order of a queue or through what it waited for before, is not waited for again
/// (vector clocks). O(operations x agents).
/// </summary>
internal sealed class WaitPlanner
{
    private readonly OrderProblem _problem;
    private readonly Allocation _allocation;
    private readonly AgentTable _agents;
    private readonly int _width;
    private readonly int[] _known;
    private readonly int[] _stream;
    private readonly int[] _lastAccess;
    private readonly Dictionary<int, int[]> _inheritedAccess = [];
    private readonly bool[] _placed;
    private readonly int[] _need;
    private readonly int[] _queueLast;
    private readonly GateWaits _gates;
    private readonly int[]?[] _gateAccess;

    private WaitPlanner(OrderProblem problem, Allocation allocation, AgentTable agents)
    {
        _problem = problem;
        _allocation = allocation;
        _agents = agents;
        _width = agents.Count;
        _known = new int[problem.OperationCount * _width];
        _stream = new int[_width * _width];
        _lastAccess = new int[problem.BufferCount * _width];
        _placed = new bool[problem.BufferCount];
        _need = new int[_width];
        _queueLast = new int[_width];
        Array.Fill(_queueLast, -1);
        _gates = new GateWaits(problem);
        _gateAccess = new int[problem.Gates.Count][];
    }

    /// <summary>Plans the waits of an allocated order.</summary>
    public static WaitPlan Plan(OrderProblem problem, Allocation allocation, AgentTable agents)
    {
        var planner = new WaitPlanner(problem, allocation, agents);
        return planner.Run();
    }

    private WaitPlan Run()
    {
        var n = _problem.OperationCount;
        var sbuf = new AddressHistory(_problem.Machine.SbufGranules);
        var psum = new AddressHistory(_problem.Machine.PsumBanks);
        var waits = new List<int>(n * 2);
        var first = new int[n];
        var count = new byte[n];
        var before = new List<int>();
        foreach (var operation in _allocation.Sequence)
        {
            Array.Clear(_need);
            CollectNeeds(operation, sbuf, psum, before);
            first[operation] = waits.Count;
            Settle(operation, waits);
            count[operation] = (byte)(waits.Count - first[operation]);
            RecordAccesses(operation);
        }

        return Number(waits, first, count);
    }

    private void CollectNeeds(int operation, AddressHistory sbuf, AddressHistory psum, List<int> before)
    {
        for (var d = _problem.DependencyStart[operation]; d < _problem.DependencyStart[operation + 1]; d++)
        {
            var producer = _problem.Dependencies[d];
            Need(_agents.Agent[producer], _agents.Ordinal[producer]);
        }

        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            var buffer = _problem.Uses[u];
            if (!_placed[buffer])
            {
                _placed[buffer] = true;
                Inherit(buffer, sbuf, psum, before);
            }

            if (_inheritedAccess.TryGetValue(buffer, out var inherited))
            {
                for (var a = 0; a < _width; a++)
                {
                    Need(a, inherited[a]);
                }
            }
        }

        for (var k = _gates.Start[operation]; k < _gates.Start[operation + 1]; k++)
        {
            var gate = _gates.Items[k];
            if (_problem.Gates.WaitsForEnd[gate])
            {
                var accesses = _gateAccess[gate] ??= LastOfGate(gate);
                for (var a = 0; a < _width; a++)
                {
                    Need(a, accesses[a]);
                }
            }
        }
    }

    private void Need(int agent, int ordinal)
    {
        if (ordinal > _need[agent])
        {
            _need[agent] = ordinal;
        }
    }

    private void Inherit(int buffer, AddressHistory sbuf, AddressHistory psum, List<int> before)
    {
        if (_allocation.Address[buffer] < 0)
        {
            return;
        }

        before.Clear();
        var memory = _problem.BufferClass[buffer] == BufferClass.Psum ? psum : sbuf;
        memory.Place(_allocation.Address[buffer], _problem.BufferSize[buffer], buffer, before);
        if (before.Count == 0)
        {
            return;
        }

        var accesses = new int[_width];
        foreach (var old in before)
        {
            for (var a = 0; a < _width; a++)
            {
                accesses[a] = Math.Max(accesses[a], _lastAccess[(old * _width) + a]);
            }
        }

        _inheritedAccess.Add(buffer, accesses);
    }

    private int[] LastOfGate(int gate)
    {
        var accesses = new int[_width];
        for (var m = _problem.Gates.MemberStart[gate]; m < _problem.Gates.MemberStart[gate + 1]; m++)
        {
            var member = _problem.Gates.Members[m];
            accesses[_agents.Agent[member]] = Math.Max(accesses[_agents.Agent[member]], _agents.Ordinal[member]);
        }

        return accesses;
    }

    /// <summary>Turns needs into waits and brings the clocks up to date.</summary>
    private void Settle(int operation, List<int> waits)
    {
        var agent = _agents.Agent[operation];
        var sequencer = _agents.Sequencer[operation];
        var isTransfer = agent != sequencer;
        var stream = _stream.AsSpan(sequencer * _width, _width);
        for (var a = 0; a < _width; a++)
        {
            // A queue keeps its own order; a stream knows its own past.
            if (a == sequencer || (isTransfer && a == agent) || stream[a] >= _need[a])
            {
                _need[a] = 0;
            }
        }

        for (var a = 0; a < _width; a++)
        {
            if (_need[a] != 0 && !IsImplied(a))
            {
                waits.Add(_agents.Operations[a][_need[a] - 1]);
            }
        }

        for (var a = 0; a < _width; a++)
        {
            if (_need[a] != 0)
            {
                Join(stream, _known.AsSpan(_agents.Operations[a][_need[a] - 1] * _width, _width));
            }
        }

        var known = _known.AsSpan(operation * _width, _width);
        stream.CopyTo(known);
        if (isTransfer)
        {
            if (_queueLast[agent] >= 0)
            {
                Join(known, _known.AsSpan(_queueLast[agent] * _width, _width));
            }

            _queueLast[agent] = operation;
        }
        else
        {
            stream[agent] = _agents.Ordinal[operation];
        }

        known[agent] = _agents.Ordinal[operation];
    }

    private bool IsImplied(int agent)
    {
        for (var b = 0; b < _width; b++)
        {
            if (b != agent && _need[b] != 0 && _known[(_agents.Operations[b][_need[b] - 1] * _width) + agent] >= _need[agent])
            {
                return true;
            }
        }

        return false;
    }

    private static void Join(Span<int> clock, ReadOnlySpan<int> other)
    {
        for (var a = 0; a < clock.Length; a++)
        {
            clock[a] = Math.Max(clock[a], other[a]);
        }
    }

    private void RecordAccesses(int operation)
    {
        var agent = _agents.Agent[operation];
        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            _lastAccess[(_problem.Uses[u] * _width) + agent] = _agents.Ordinal[operation];
        }
    }

    private WaitPlan Number(List<int> waits, int[] first, byte[] count)
    {
        var n = _problem.OperationCount;
        var start = new int[n + 1];
        var target = new int[waits.Count];
        var signals = new bool[n];
        for (var i = 0; i < n; i++)
        {
            start[i + 1] = start[i] + count[i];
            for (var k = 0; k < count[i]; k++)
            {
                target[start[i] + k] = waits[first[i] + k];
                signals[waits[first[i] + k]] = true;
            }
        }

        var signalCount = new int[n];
        foreach (var operations in _agents.Operations)
        {
            var given = 0;
            foreach (var operation in operations)
            {
                given += signals[operation] ? 1 : 0;
                signalCount[operation] = given;
            }
        }

        return new WaitPlan { Start = start, For = target, Signals = signals, SignalCount = signalCount };
    }
}
