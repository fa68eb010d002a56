namespace NNLang.Compiler.Order;

/// <summary>The dependences of a problem turned round: who reads an operation's results, and which gates it is a member of.</summary>
internal sealed class SuccessorLists
{
    /// <summary>Turns them round. O(dependences + gate members).</summary>
    public SuccessorLists(OrderProblem problem)
    {
        var n = problem.OperationCount;
        Start = new int[n + 1];
        foreach (var producer in problem.Dependencies)
        {
            Start[producer + 1]++;
        }

        for (var i = 0; i < n; i++)
        {
            Start[i + 1] += Start[i];
        }

        Items = new int[problem.Dependencies.Length];
        var next = new int[n];
        Array.Copy(Start, next, n);
        for (var i = 0; i < n; i++)
        {
            for (var d = problem.DependencyStart[i]; d < problem.DependencyStart[i + 1]; d++)
            {
                Items[next[problem.Dependencies[d]]++] = i;
            }
        }

        var gates = problem.Gates;
        GateStart = new int[n + 1];
        foreach (var member in gates.Members)
        {
            GateStart[member + 1]++;
        }

        for (var i = 0; i < n; i++)
        {
            GateStart[i + 1] += GateStart[i];
        }

        Gates = new int[gates.Members.Length];
        Array.Copy(GateStart, next, n);
        for (var g = 0; g < gates.Count; g++)
        {
            for (var m = gates.MemberStart[g]; m < gates.MemberStart[g + 1]; m++)
            {
                Gates[next[gates.Members[m]]++] = g;
            }
        }
    }

    /// <summary>First successor of each operation; one entry more than operations.</summary>
    public int[] Start { get; }

    /// <summary>Successors, ascending for each operation.</summary>
    public int[] Items { get; }

    /// <summary>First gate of each operation; one entry more than operations.</summary>
    public int[] GateStart { get; }

    /// <summary>Gates an operation is a member of.</summary>
    public int[] Gates { get; }
}
