using NNLang.Compiler.Allocate;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Tests.Allocate;

/// <summary>Checks an allocation from its definition, byte by byte of the memory map, without anything the allocator uses.</summary>
internal static class AllocationChecker
{
    public static void Check(OrderProblem problem, Allocation allocation)
    {
        Assert.True(allocation.Fits);
        var n = problem.OperationCount;
        Assert.Equal(Enumerable.Range(0, n), allocation.Sequence.Order());
        var place = new int[n];
        for (var k = 0; k < n; k++)
        {
            place[allocation.Sequence[k]] = k;
        }

        for (var i = 0; i < n; i++)
        {
            Assert.InRange(allocation.Choice[i], 0, problem.ChoiceStart[i + 1] - problem.ChoiceStart[i] - 1);
            for (var d = problem.DependencyStart[i]; d < problem.DependencyStart[i + 1]; d++)
            {
                Assert.True(place[problem.Dependencies[d]] < place[i], $"operation {i} stands before its producer {problem.Dependencies[d]}");
            }
        }

        for (var g = 0; g < problem.Gates.Count; g++)
        {
            var last = -1;
            for (var m = problem.Gates.MemberStart[g]; m < problem.Gates.MemberStart[g + 1]; m++)
            {
                last = Math.Max(last, place[problem.Gates.Members[m]]);
            }

            for (var w = problem.Gates.WaiterStart[g]; w < problem.Gates.WaiterStart[g + 1]; w++)
            {
                Assert.True(place[problem.Gates.Waiters[w]] > last, $"operation {problem.Gates.Waiters[w]} passed gate {g}");
            }
        }

        CheckLifetimes(problem, allocation, place);
    }

    private static void CheckLifetimes(OrderProblem problem, Allocation allocation, int[] place)
    {
        var first = new int[problem.BufferCount];
        var last = new int[problem.BufferCount];
        Array.Fill(first, int.MaxValue);
        Array.Fill(last, -1);
        for (var i = 0; i < problem.OperationCount; i++)
        {
            for (var u = problem.UseStart[i]; u < problem.UseStart[i + 1]; u++)
            {
                first[problem.Uses[u]] = Math.Min(first[problem.Uses[u]], place[i]);
                last[problem.Uses[u]] = Math.Max(last[problem.Uses[u]], place[i]);
            }
        }

        var sbuf = new int[problem.Machine.SbufGranules];
        var psum = new int[problem.Machine.PsumBanks];
        Array.Fill(sbuf, -1);
        Array.Fill(psum, -1);
        for (var k = 0; k < problem.OperationCount; k++)
        {
            for (var b = 0; b < problem.BufferCount; b++)
            {
                if (first[b] == k && problem.BufferClass[b] != BufferClass.Region)
                {
                    var memory = problem.BufferClass[b] == BufferClass.Psum ? psum : sbuf;
                    for (var u = 0; u < problem.BufferSize[b]; u++)
                    {
                        var holder = memory[allocation.Address[b] + u];
                        Assert.True(holder < 0 || last[holder] < k, $"buffers {holder} and {b} overlap at step {k}");
                        memory[allocation.Address[b] + u] = b;
                    }
                }
            }
        }
    }
}
