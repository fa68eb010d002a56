using NNLang.Compiler.Order;

namespace NNLang.Compiler.Allocate;

/// <summary>The operations that use each buffer, in source order.</summary>
internal sealed class BufferUsers
{
    /// <summary>Turns the uses of a problem round. O(uses).</summary>
    public BufferUsers(OrderProblem problem)
    {
        Start = new int[problem.BufferCount + 1];
        foreach (var buffer in problem.Uses)
        {
            Start[buffer + 1]++;
        }

        for (var b = 0; b < problem.BufferCount; b++)
        {
            Start[b + 1] += Start[b];
        }

        Items = new int[problem.Uses.Length];
        var next = new int[problem.BufferCount];
        Array.Copy(Start, next, problem.BufferCount);
        for (var i = 0; i < problem.OperationCount; i++)
        {
            for (var u = problem.UseStart[i]; u < problem.UseStart[i + 1]; u++)
            {
                Items[next[problem.Uses[u]]++] = i;
            }
        }
    }

    /// <summary>First user of each buffer; one entry more than buffers.</summary>
    public int[] Start { get; }

    /// <summary>Users, ascending for each buffer.</summary>
    public int[] Items { get; }
}
