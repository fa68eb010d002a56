namespace NNLang.Compiler.Order;

/// <summary>Turns a priority rule into positions.</summary>
internal static class OrderPriorities
{
    // Parts of the longest way: operations in one part are equally urgent and go by the text.
    private const int Bands = 16;

    private static readonly OrderPriority[] OfLarge = [OrderPriority.Source];

    private static readonly OrderPriority[] OfSmall = [OrderPriority.Source, OrderPriority.Rank, OrderPriority.Bands];

    /// <summary>The rules worth trying for a network of a number of operations: in large ones ranks break the memory budget and the plan's time.</summary>
    public static OrderPriority[] Of(int operations) => operations > RegionCutter.SmallNetwork ? OfLarge : OfSmall;

    /// <summary>The operations by priority, and each operation's position in that list. O(n log n).</summary>
    public static (int[] OperationAt, int[] Position) Rank(OrderProblem problem, SuccessorLists successors, OrderPriority priority)
    {
        var n = problem.OperationCount;
        var operationAt = new int[n];
        var position = new int[n];
        for (var i = 0; i < n; i++)
        {
            operationAt[i] = i;
        }

        if (priority != OrderPriority.Source)
        {
            var rank = UpwardRank(problem, successors);
            OrderLoads(problem, successors, rank);
            if (priority == OrderPriority.Bands)
            {
                var step = Math.Max(1, rank.Max() / Bands);
                for (var i = 0; i < n; i++)
                {
                    rank[i] /= step;
                }
            }

            var keys = new (long Rank, int Operation)[n];
            for (var i = 0; i < n; i++)
            {
                keys[i] = (-rank[i], i);
            }

            Array.Sort(keys, operationAt);
        }

        for (var i = 0; i < n; i++)
        {
            position[operationAt[i]] = i;
        }

        return (operationAt, position);
    }

    /// <summary>
    /// Loads that wait for nothing share one queue, so how long one takes does not make it urgent: whose results are needed first goes first.
    /// </summary>
    private static void OrderLoads(OrderProblem problem, SuccessorLists successors, long[] rank)
    {
        for (var i = 0; i < rank.Length; i++)
        {
            if (problem.DependencyStart[i] != problem.DependencyStart[i + 1] || !Agents.IsQueue(problem.ChoiceAgent[problem.ChoiceStart[i]]))
            {
                continue;
            }

            var needed = 0L;
            for (var s = successors.Start[i]; s < successors.Start[i + 1]; s++)
            {
                needed = Math.Max(needed, rank[successors.Items[s]]);
            }

            rank[i] = needed;
        }
    }

    /// <summary>Per operation: the longest way from its start to the end of the last operation, on its fastest engines.</summary>
    public static long[] UpwardRank(OrderProblem problem, SuccessorLists successors)
    {
        var n = problem.OperationCount;
        var rank = new long[n];
        for (var i = n - 1; i >= 0; i--)
        {
            var after = 0L;
            for (var s = successors.Start[i]; s < successors.Start[i + 1]; s++)
            {
                after = Math.Max(after, rank[successors.Items[s]]);
            }

            var own = long.MaxValue;
            for (var c = problem.ChoiceStart[i]; c < problem.ChoiceStart[i + 1]; c++)
            {
                own = Math.Min(own, problem.ChoiceDuration[c] + problem.Machine.Latency[problem.ChoiceAgent[c]]);
            }

            rank[i] = own + after;
        }

        return rank;
    }

    /// <summary>The order of <c>-O0</c>: the text, each operation on the engine that was placed for it.</summary>
    public static OperationOrder SourceOrder(OrderProblem problem)
    {
        var sequence = new int[problem.OperationCount];
        for (var i = 0; i < sequence.Length; i++)
        {
            sequence[i] = i;
        }

        return new OperationOrder { Sequence = sequence, Choice = new byte[sequence.Length] };
    }
}
