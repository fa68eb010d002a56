using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace NNLang.Compiler.Order;

/// <summary>
/// Cuts a network into regions that an edit elsewhere leaves alone: cuts are where little is alive and where the content says so, never
/// after so many operations. Pure; O(operations).
/// </summary>
internal static class RegionCutter
{
    /// <summary>Up to so many operations a network is one region.</summary>
    public const int SmallNetwork = 4000;

    private const int Window = 256;
    private const int LongestGap = 1024;
    private const int FillLength = 512;
    private const int LiveStep = 128; // granules: 16 pages of 512 bytes a partition

    /// <summary>The ends of the regions, ascending; the last is the number of operations.</summary>
    /// <param name="problem">The network.</param>
    /// <param name="profile">Its memory in source order.</param>
    /// <param name="unitEnds">Where a cut is possible, ascending; the last is the number of operations.</param>
    public static int[] Cut(OrderProblem problem, SourceOrderProfile profile, int[] unitEnds)
    {
        if (problem.OperationCount <= SmallNetwork)
        {
            return [problem.OperationCount];
        }

        var scores = new Score[unitEnds.Length];
        var start = 0;
        for (var k = 0; k < unitEnds.Length; k++)
        {
            scores[k] = new Score(profile.LiveAfter(unitEnds[k] - 1) / LiveStep, ContentHash(problem, start, unitEnds[k]));
            start = unitEnds[k];
        }

        return Fill(problem, unitEnds, Minima(unitEnds, scores));
    }

    private static bool[] Minima(int[] unitEnds, Score[] scores)
    {
        var count = unitEnds.Length;
        var isMinimum = new bool[count];
        var queue = new int[count];
        int head = 0, tail = 0;
        for (var k = 0; k < count; k++)
        {
            // Strict to the left: of equal neighbours the first one wins.
            while (tail > head && scores[queue[tail - 1]].CompareTo(scores[k]) > 0)
            {
                tail--;
            }

            while (tail > head && unitEnds[queue[head]] < unitEnds[k] - Window)
            {
                head++;
            }

            isMinimum[k] = tail == head;
            queue[tail++] = k;
        }

        head = tail = 0;
        for (var k = count - 1; k >= 0; k--)
        {
            while (tail > head && scores[queue[tail - 1]].CompareTo(scores[k]) >= 0)
            {
                tail--;
            }

            while (tail > head && unitEnds[queue[head]] > unitEnds[k] + Window)
            {
                head++;
            }

            isMinimum[k] &= tail == head;
            queue[tail++] = k;
        }

        return isMinimum;
    }

    private static int[] Fill(OrderProblem problem, int[] unitEnds, bool[] isMinimum)
    {
        var ends = new List<int>();
        var start = 0;
        var from = 0;
        for (var k = 0; k < unitEnds.Length; k++)
        {
            if (!isMinimum[k] && k + 1 < unitEnds.Length)
            {
                continue;
            }

            var end = k + 1 < unitEnds.Length ? unitEnds[k] : problem.OperationCount;
            while (end - start > LongestGap)
            {
                while (from < unitEnds.Length && unitEnds[from] < start + FillLength)
                {
                    from++;
                }

                if (from >= unitEnds.Length || unitEnds[from] >= end)
                {
                    break;
                }

                ends.Add(unitEnds[from]);
                start = unitEnds[from];
            }

            if (end > start)
            {
                ends.Add(end);
                start = end;
            }
        }

        return [.. ends];
    }

    private static ulong ContentHash(OrderProblem problem, int first, int end)
    {
        var from = problem.ChoiceStart[first];
        var length = problem.ChoiceStart[end] - from;
        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(problem.ChoiceDuration.AsSpan(from, length)), end - first);
        return XxHash3.HashToUInt64(problem.ChoiceAgent.AsSpan(from, length), (long)hash);
    }

    private readonly record struct Score(int Live, ulong Hash) : IComparable<Score>
    {
        public int CompareTo(Score other)
        {
            var byLive = Live.CompareTo(other.Live);
            return byLive != 0 ? byLive : Hash.CompareTo(other.Hash);
        }
    }
}
