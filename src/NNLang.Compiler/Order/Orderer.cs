namespace NNLang.Compiler.Order;

/// <summary>
/// The order pass: regions by content, an order job for each and the one before it, the merge. A network with annotations that order
/// operations is one region, because such constraints reach across regions.
/// </summary>
internal static class Orderer
{
    /// <summary>An order for the whole network; null if there is none by this priority.</summary>
    public static OperationOrder? Order(
        OrderProblem problem, SourceOrderProfile profile, int[] unitEnds, OrderPriority priority, OrderMemo memo)
    {
        if (problem.Gates.Count > 0)
        {
            return ListScheduler.Run(problem, profile, priority);
        }

        var ends = RegionCutter.Cut(problem, profile, unitEnds);
        var numbers = new int[problem.BufferCount];
        Array.Fill(numbers, -1);
        var choice = new byte[problem.OperationCount];
        var merge = new RegionMerge(problem);
        int first = 0, own = 0;
        foreach (var end in ends)
        {
            var job = OrderJob.Make(problem, profile, numbers, first, own, end);
            if (memo.Order(job, priority) is not { } order)
            {
                return null;
            }

            order.Choice.AsSpan(job.Own).CopyTo(choice.AsSpan(own));
            if (ends.Length == 1)
            {
                return new OperationOrder { Sequence = order.Sequence, Choice = choice };
            }

            merge.Add(job, order.Sequence);
            first = own;
            own = end;
        }

        return new OperationOrder { Sequence = merge.Sequence, Choice = choice };
    }
}
