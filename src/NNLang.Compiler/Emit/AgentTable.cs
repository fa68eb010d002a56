using NNLang.Compiler.Allocate;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Who runs each operation of an allocated order, and as which one of its agent. Agents that are used get dense numbers, sequencers first,
/// so that rows of clocks are short.
/// </summary>
internal sealed class AgentTable
{
    /// <summary>Reads an allocation. O(operations).</summary>
    public AgentTable(OrderProblem problem, Allocation allocation)
    {
        var n = problem.OperationCount;
        Agent = new byte[n];
        Sequencer = new byte[n];
        Ordinal = new int[n];
        var used = new bool[Agents.Count];
        for (var i = 0; i < n; i++)
        {
            var choice = problem.ChoiceStart[i] + allocation.Choice[i];
            used[problem.ChoiceAgent[choice]] = true;
            used[problem.ChoiceSequencer[choice]] = true;
        }

        var dense = new int[Agents.Count];
        var numbers = new List<int>();
        for (var agent = 0; agent < Agents.Count; agent++)
        {
            dense[agent] = numbers.Count;
            if (used[agent])
            {
                numbers.Add(agent);
            }
        }

        NumberOf = [.. numbers];
        var counts = new int[numbers.Count];
        foreach (var operation in allocation.Sequence)
        {
            var choice = problem.ChoiceStart[operation] + allocation.Choice[operation];
            Agent[operation] = (byte)dense[problem.ChoiceAgent[choice]];
            Sequencer[operation] = (byte)dense[problem.ChoiceSequencer[choice]];
            Ordinal[operation] = ++counts[Agent[operation]];
        }

        Operations = new int[numbers.Count][];
        for (var a = 0; a < counts.Length; a++)
        {
            Operations[a] = new int[counts[a]];
        }

        foreach (var operation in allocation.Sequence)
        {
            Operations[Agent[operation]][Ordinal[operation] - 1] = operation;
        }
    }

    /// <summary>How many agents are used.</summary>
    public int Count => NumberOf.Length;

    /// <summary>The number (<see cref="Agents"/>) of each dense agent.</summary>
    public int[] NumberOf { get; }

    /// <summary>Per operation: the dense agent that performs it; for a transfer its queue.</summary>
    public byte[] Agent { get; }

    /// <summary>Per operation: the dense agent whose stream holds its instructions.</summary>
    public byte[] Sequencer { get; }

    /// <summary>Per operation: its place among its agent's operations, from 1.</summary>
    public int[] Ordinal { get; }

    /// <summary>Per dense agent: its operations in order.</summary>
    public int[][] Operations { get; }
}
