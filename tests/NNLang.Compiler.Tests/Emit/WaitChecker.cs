using System.Collections;
using NNLang.Compiler.Allocate;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Tests.Emit;

/// <summary>
/// Checks waits by reachability over explicit sets: what is certainly finished when an operation starts, from stream order, queue order and
/// waits alone. Quadratic, shares nothing with the planner.
/// </summary>
internal static class WaitChecker
{
    public static string? Violation(OrderProblem problem, Allocation allocation, List<int>[] waits)
    {
        var n = problem.OperationCount;
        var finishedBefore = new BitArray[n];
        var lastOfStream = new Dictionary<int, int>();
        var lastOfQueue = new Dictionary<int, int>();
        var knownToStream = new Dictionary<int, BitArray>();
        foreach (var i in allocation.Sequence)
        {
            var choice = problem.ChoiceStart[i] + allocation.Choice[i];
            int agent = problem.ChoiceAgent[choice], sequencer = problem.ChoiceSequencer[choice];
            if (!knownToStream.TryGetValue(sequencer, out var known))
            {
                knownToStream[sequencer] = known = new BitArray(n);
            }

            foreach (var waited in waits[i])
            {
                known.Or(finishedBefore[waited]);
                known[waited] = true;
            }

            var mine = new BitArray(known);
            if (agent != sequencer)
            {
                // The queue serves transfers one after the other; the stream only triggers them.
                if (lastOfQueue.TryGetValue(agent, out var previous))
                {
                    mine.Or(finishedBefore[previous]);
                    mine[previous] = true;
                }

                lastOfQueue[agent] = i;
            }
            else
            {
                known[i] = true;
            }

            finishedBefore[i] = mine;
        }

        return Conflicts(problem, allocation, finishedBefore);
    }

    private static string? Conflicts(OrderProblem problem, Allocation allocation, BitArray[] finishedBefore)
    {
        var n = problem.OperationCount;
        var place = new int[n];
        for (var k = 0; k < n; k++)
        {
            place[allocation.Sequence[k]] = k;
        }

        for (var i = 0; i < n; i++)
        {
            for (var d = problem.DependencyStart[i]; d < problem.DependencyStart[i + 1]; d++)
            {
                if (!finishedBefore[i][problem.Dependencies[d]])
                {
                    return $"operation {i} may start before its producer {problem.Dependencies[d]} has finished";
                }
            }
        }

        for (var g = 0; g < problem.Gates.Count; g++)
        {
            if (!problem.Gates.WaitsForEnd[g])
            {
                continue;
            }

            for (var w = problem.Gates.WaiterStart[g]; w < problem.Gates.WaiterStart[g + 1]; w++)
            {
                for (var m = problem.Gates.MemberStart[g]; m < problem.Gates.MemberStart[g + 1]; m++)
                {
                    if (!finishedBefore[problem.Gates.Waiters[w]][problem.Gates.Members[m]])
                    {
                        return $"gate {g} lets {problem.Gates.Waiters[w]} pass before {problem.Gates.Members[m]}";
                    }
                }
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                if (place[j] < place[i] && !finishedBefore[i][j] && ShareAddress(problem, allocation, i, j))
                {
                    return $"operation {i} may overwrite what {j} still uses";
                }
            }
        }

        return null;
    }

    private static bool ShareAddress(OrderProblem problem, Allocation allocation, int i, int j)
    {
        for (var u = problem.UseStart[i]; u < problem.UseStart[i + 1]; u++)
        {
            for (var v = problem.UseStart[j]; v < problem.UseStart[j + 1]; v++)
            {
                int a = problem.Uses[u], b = problem.Uses[v];
                if (a != b && allocation.Address[a] >= 0 && allocation.Address[b] >= 0
                    && (problem.BufferClass[a] == BufferClass.Psum) == (problem.BufferClass[b] == BufferClass.Psum)
                    && allocation.Address[a] < allocation.Address[b] + problem.BufferSize[b]
                    && allocation.Address[b] < allocation.Address[a] + problem.BufferSize[a])
                {
                    return true;
                }
            }
        }

        return false;
    }
}
