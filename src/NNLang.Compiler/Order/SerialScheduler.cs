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
            var choice = wishes[operation] == Earliest
                ? EarliestChoice(problem, clocks, operation, choices)
                : problem.ChoiceStart[operation] + wishes[operation];
            choices[operation] = (byte)(choice - problem.ChoiceStart[operation]);
            clocks.Run(operation, choice, clocks.EarliestStart(operation, choice, choices));
        }

        return new OperationOrder { Sequence = sequence, Choice = choices };
    }

    private static int EarliestChoice(OrderProblem problem, AgentClocks clocks, int operation, byte[] choices)
    {
        var best = -1;
        var bestEnd = long.MaxValue;
        for (var choice = problem.ChoiceStart[operation]; choice < problem.ChoiceStart[operation + 1]; choice++)
        {
            var end = clocks.EarliestStart(operation, choice, choices) + problem.ChoiceDuration[choice];
            if (end < bestEnd)
            {
                (best, bestEnd) = (choice, end);
            }
        }

        return best;
    }
}
