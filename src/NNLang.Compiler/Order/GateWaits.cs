namespace NNLang.Compiler.Order;

/// <summary>The gates that each operation waits at.</summary>
internal sealed class GateWaits
{
    /// <summary>Turns the gates of a problem round. O(operations + waiters).</summary>
    public GateWaits(OrderProblem problem)
    {
        var gates = problem.Gates;
        Start = new int[problem.OperationCount + 1];
        foreach (var waiter in gates.Waiters)
        {
            Start[waiter + 1]++;
        }

        for (var i = 0; i < problem.OperationCount; i++)
        {
            Start[i + 1] += Start[i];
        }

        Items = new int[gates.Waiters.Length];
        var next = new int[problem.OperationCount];
        Array.Copy(Start, next, problem.OperationCount);
        for (var g = 0; g < gates.Count; g++)
        {
            for (var w = gates.WaiterStart[g]; w < gates.WaiterStart[g + 1]; w++)
            {
                Items[next[gates.Waiters[w]]++] = g;
            }
        }
    }

    /// <summary>First gate of each operation; one entry more than operations.</summary>
    public int[] Start { get; }

    /// <summary>Gates, ascending for each operation.</summary>
    public int[] Items { get; }
}
