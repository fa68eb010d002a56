using System.Numerics;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Schedules;

/// <summary>Computes lower bounds of a problem. O(n log n) in operations, plus dependences.</summary>
internal sealed class LowerBounds
{
    private const int Sequencers = Agents.FirstQueue;
    private readonly OrderProblem _problem;
    private readonly long[] _shortest;
    private readonly long[] _head;
    private readonly long[] _tail;

    private LowerBounds(OrderProblem problem)
    {
        var n = problem.OperationCount;
        _problem = problem;
        _shortest = new long[n];
        _head = new long[n];
        _tail = new long[n];
        for (var i = 0; i < n; i++)
        {
            (_shortest[i], _tail[i]) = (long.MaxValue, long.MaxValue);
            for (var c = problem.ChoiceStart[i]; c < problem.ChoiceStart[i + 1]; c++)
            {
                _shortest[i] = Math.Min(_shortest[i], problem.ChoiceDuration[c]);
                _tail[i] = Math.Min(_tail[i], problem.Machine.Latency[problem.ChoiceAgent[c]]);
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var d = problem.DependencyStart[i]; d < problem.DependencyStart[i + 1]; d++)
            {
                var producer = problem.Dependencies[d];
                _head[i] = Math.Max(_head[i], _head[producer] + _shortest[producer] + Crossing(problem, producer, i));
            }
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var d = problem.DependencyStart[i]; d < problem.DependencyStart[i + 1]; d++)
            {
                var producer = problem.Dependencies[d];
                _tail[producer] = Math.Max(_tail[producer], Crossing(problem, producer, i) + _shortest[i] + _tail[i]);
            }
        }
    }

    /// <summary>The bound of a problem.</summary>
    /// <param name="problem">The operations.</param>
    /// <param name="dmaBusy">The load of the busiest DMA engine, which no order changes, ps.</param>
    public static LowerBound Of(OrderProblem problem, long dmaBusy)
    {
        var bounds = new LowerBounds(problem);
        var path = bounds.CriticalPath();
        var load = bounds.EngineLoad();
        var dma = dmaBusy == 0 ? 0 : dmaBusy + problem.Machine.Latency[Agents.FirstQueue];
        return new LowerBound(Math.Max(path, Math.Max(load, dma)), path, load, dma);
    }

    private long CriticalPath()
    {
        var longest = 0L;
        for (var i = 0; i < _problem.OperationCount; i++)
        {
            longest = Math.Max(longest, _head[i] + _shortest[i] + _tail[i]);
        }

        return longest;
    }

    /// <summary>The least time between a producer's end and a reader's start, whatever engines are chosen.</summary>
    private static long Crossing(OrderProblem problem, int producer, int reader)
    {
        var least = long.MaxValue;
        for (var p = problem.ChoiceStart[producer]; p < problem.ChoiceStart[producer + 1]; p++)
        {
            var agent = problem.ChoiceAgent[p];
            for (var r = problem.ChoiceStart[reader]; r < problem.ChoiceStart[reader + 1]; r++)
            {
                var same = !Agents.IsQueue(agent) && problem.ChoiceSequencer[r] == problem.ChoiceSequencer[p];
                var sameQueue = Agents.IsQueue(agent) && problem.ChoiceAgent[r] == agent;
                var handOff = problem.Machine.HandOff[problem.ChoiceSequencer[r]];
                least = Math.Min(least, same || sameQueue ? 0 : problem.Machine.Latency[agent] + handOff);
            }
        }

        return least;
    }

    /// <summary>
    /// The work that only certain engines, or the holders of a port, can do, with what must come before its first piece and after its last.
    /// </summary>
    private long EngineLoad()
    {
        var sets = new List<int>[1 << Sequencers];
        var ports = new List<int>[8];
        for (var i = 0; i < _problem.OperationCount; i++)
        {
            var set = 0;
            var held = byte.MaxValue;
            for (var c = _problem.ChoiceStart[i]; c < _problem.ChoiceStart[i + 1]; c++)
            {
                if (Agents.IsQueue(_problem.ChoiceAgent[c]))
                {
                    set = -1;
                    break;
                }

                set |= 1 << _problem.ChoiceAgent[c];
                held &= _problem.ChoicePorts[c];
            }

            if (set <= 0)
            {
                continue;
            }

            (sets[set] ??= []).Add(i);
            for (var p = 0; p < 8; p++)
            {
                if ((held >> p & 1) != 0)
                {
                    (ports[p] ??= []).Add(i);
                }
            }
        }

        var load = 0L;
        foreach (var holders in ports)
        {
            load = Math.Max(load, holders is null ? 0 : OnOne(holders));
        }

        for (var set = 1; set < sets.Length; set++)
        {
            var inside = new List<int>();
            for (var subset = set; subset > 0; subset = (subset - 1) & set)
            {
                inside.AddRange(sets[subset] ?? []);
            }

            var engines = BitOperations.PopCount((uint)set);
            load = Math.Max(load, inside.Count == 0 ? 0 : engines == 1 ? OnOne(inside) : Spread(inside, engines));
        }

        return load;
    }

    /// <summary>Operations one at a time, interrupted at will: of those that may have started the one with the longest tail (Jackson).</summary>
    private long OnOne(List<int> operations)
    {
        operations.Sort((a, b) => _head[a] != _head[b] ? _head[a].CompareTo(_head[b]) : a.CompareTo(b));
        var waiting = new PriorityQueue<int, (long, int)>();
        var left = new Dictionary<int, long>(operations.Count);
        var (next, time, end) = (0, 0L, 0L);
        while (next < operations.Count || waiting.Count > 0)
        {
            if (waiting.Count == 0)
            {
                time = Math.Max(time, _head[operations[next]]);
            }

            while (next < operations.Count && _head[operations[next]] <= time)
            {
                var ready = operations[next++];
                left[ready] = _shortest[ready];
                waiting.Enqueue(ready, (-_tail[ready], ready));
            }

            var operation = waiting.Peek();
            var until = next < operations.Count ? Math.Min(time + left[operation], _head[operations[next]]) : time + left[operation];
            left[operation] -= until - time;
            time = until;
            if (left[operation] == 0)
            {
                waiting.Dequeue();
                end = Math.Max(end, time + _tail[operation]);
            }
        }

        return end;
    }

    private long Spread(List<int> operations, int engines)
    {
        var (sum, head, tail) = (0L, long.MaxValue, long.MaxValue);
        foreach (var operation in operations)
        {
            sum += _shortest[operation];
            head = Math.Min(head, _head[operation]);
            tail = Math.Min(tail, _tail[operation]);
        }

        return head + ((sum + engines - 1) / engines) + tail;
    }
}
