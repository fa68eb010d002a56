namespace NNLang.Compiler.Order;

/// <summary>
/// Serial list scheduling: the operations of a list go, one after another, to the end of the engine where they end first. Unlike in
/// <see cref="ListScheduler"/>, an engine may stay idle to wait for an urgent operation while another is ready, and some of the shortest
/// plans need that (Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", 1996). Memory is left to the
/// allocation. A pure function. O(choices + dependencies).
/// </summary>
internal static class SerialScheduler
{
    /// <summary>As a wish: whichever choice ends first.</summary>
    public const byte Earliest = byte.MaxValue;

    /// <summary>Schedules a problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="sequence">Its operations, each after what it depends on.</param>
    /// <param name="wishes">Per operation the choice to take, or <see cref="Earliest"/>.</param>
    public static OperationOrder Run(OrderProblem problem, int[] sequence, byte[] wishes)
    {
        var clocks = new AgentClocks(problem);
        var choices = new byte[sequence.Length];
        foreach (var operation in sequence)
        {
            var first = problem.ChoiceStart[operation];
            var wish = wishes[operation];
            var (from, end) = wish == Earliest ? (first, first + problem.ChoiceCount(operation)) : (first + wish, first + wish + 1);
            var (best, bestStart, bestEnd) = (-1, 0L, long.MaxValue);
            for (var choice = from; choice < end; choice++)
            {
                var start = clocks.EarliestStart(operation, choice, choices);
                if (start + problem.ChoiceDuration[choice] < bestEnd)
                {
                    (best, bestStart, bestEnd) = (choice, start, start + problem.ChoiceDuration[choice]);
                }
            }

            choices[operation] = (byte)(best - first);
            clocks.Run(operation, best, bestStart);
        }

        return new OperationOrder { Sequence = sequence, Choice = choices };
    }
}
