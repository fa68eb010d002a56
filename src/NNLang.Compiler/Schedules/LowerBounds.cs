using System.Numerics;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Schedules;

/// <summary>Computes lower bounds of a problem. O(operations + dependences).</summary>
internal static class LowerBounds
{
    private const int Sequencers = Agents.FirstQueue;

    /// <summary>The bound of a problem.</summary>
    /// <param name="problem">The operations.</param>
    /// <param name="dmaBusy">The load of the busiest DMA engine, which no order changes, ps.</param>
    public static LowerBound Of(OrderProblem problem, long dmaBusy)
    {
        var path = CriticalPath(problem);
        var load = EngineLoad(problem);
        var dma = dmaBusy == 0 ? 0 : dmaBusy + problem.Machine.Latency[Agents.FirstQueue];
        return new LowerBound(Math.Max(path, Math.Max(load, dma)), path, load, dma);
    }

    private static long CriticalPath(OrderProblem problem)
    {
        var n = problem.OperationCount;
        var end = new long[n];
        var longest = 0L;
        for (var i = 0; i < n; i++)
        {
            var start = 0L;
            for (var d = problem.DependencyStart[i]; d < problem.DependencyStart[i + 1]; d++)
            {
                var producer = problem.Dependencies[d];
                start = Math.Max(start, end[producer] + Crossing(problem, producer, i));
            }

            var (shortest, latency) = (long.MaxValue, long.MaxValue);
            for (var c = problem.ChoiceStart[i]; c < problem.ChoiceStart[i + 1]; c++)
            {
                shortest = Math.Min(shortest, problem.ChoiceDuration[c]);
                latency = Math.Min(latency, problem.Machine.Latency[problem.ChoiceAgent[c]]);
            }

            end[i] = start + shortest;
            longest = Math.Max(longest, end[i] + latency);
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

    private static long EngineLoad(OrderProblem problem)
    {
        // For a set of engines: operations that only they can run, each at its best on them, spread evenly.
        var sums = new long[1 << Sequencers];
        var ports = new long[8];
        for (var i = 0; i < problem.OperationCount; i++)
        {
            var set = 0;
            var shortest = long.MaxValue;
            var held = byte.MaxValue;
            for (var c = problem.ChoiceStart[i]; c < problem.ChoiceStart[i + 1]; c++)
            {
                if (Agents.IsQueue(problem.ChoiceAgent[c]))
                {
                    set = -1;
                    break;
                }

                set |= 1 << problem.ChoiceAgent[c];
                shortest = Math.Min(shortest, problem.ChoiceDuration[c]);
                held &= problem.ChoicePorts[c];
            }

            if (set <= 0)
            {
                continue;
            }

            sums[set] += shortest;
            for (var p = 0; p < 8; p++)
            {
                ports[p] += (held >> p & 1) != 0 ? shortest : 0;
            }
        }

        var load = ports.Max();
        for (var set = 1; set < sums.Length; set++)
        {
            var inside = 0L;
            for (var subset = set; subset > 0; subset = (subset - 1) & set)
            {
                inside += sums[subset];
            }

            var engines = BitOperations.PopCount((uint)set);
            load = Math.Max(load, (inside + engines - 1) / engines);
        }

        return load;
    }
}
