using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace NNLang.Compiler.Order;

/// <summary>
/// A region together with the one before it, as a problem of its own: what lies further away is only "alive before" or "used later". The
/// problem is the whole input of the job, so its content is the job's key.
/// </summary>
internal sealed class OrderJob
{
    private const long MostLead = 5_000_000; // ps
    private const int BudgetStep = 64; // granules: coarse, so that a small change far away does not change the key

    private OrderJob(OrderProblem problem, int first, int own)
    {
        Problem = problem;
        First = first;
        Own = own;
        Key = KeyOf(problem, own);
    }

    /// <summary>The operations of both regions.</summary>
    public OrderProblem Problem { get; }

    /// <summary>The network's number of the job's first operation.</summary>
    public int First { get; }

    /// <summary>The first operation of the region that the job is for, relative to the job.</summary>
    public int Own { get; }

    /// <summary>Hash of everything the job reads.</summary>
    public UInt128 Key { get; }

    /// <summary>Cuts a job out of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="profile">Its memory in source order.</param>
    /// <param name="numbers">Scratch: one entry per buffer of the network, all -1; left as found.</param>
    /// <param name="first">First operation of the region before (equal to <paramref name="own"/> for the first region).</param>
    /// <param name="own">First operation of the region.</param>
    /// <param name="end">End of the region.</param>
    public static OrderJob Make(OrderProblem network, SourceOrderProfile profile, int[] numbers, int first, int own, int end)
    {
        var n = end - first;
        var choiceFirst = network.ChoiceStart[first];
        var choices = network.ChoiceStart[end] - choiceFirst;
        var dependencyStart = new int[n + 1];
        var useStart = new int[n + 1];
        var dependencies = new List<int>(network.DependencyStart[end] - network.DependencyStart[first]);
        var uses = new int[network.UseStart[end] - network.UseStart[first]];
        var buffers = new List<int>();
        for (var i = 0; i < n; i++)
        {
            for (var d = network.DependencyStart[first + i]; d < network.DependencyStart[first + i + 1]; d++)
            {
                if (network.Dependencies[d] >= first)
                {
                    dependencies.Add(network.Dependencies[d] - first);
                }
            }

            dependencyStart[i + 1] = dependencies.Count;
            useStart[i + 1] = network.UseStart[first + i + 1] - network.UseStart[first];
            for (var u = network.UseStart[first + i]; u < network.UseStart[first + i + 1]; u++)
            {
                var buffer = network.Uses[u];
                if (numbers[buffer] < 0)
                {
                    numbers[buffer] = buffers.Count;
                    buffers.Add(buffer);
                }

                uses[u - network.UseStart[first]] = numbers[buffer];
            }
        }

        var bufferClass = new BufferClass[buffers.Count];
        var size = new int[buffers.Count];
        var livesOn = new bool[buffers.Count];
        var liveIn = new bool[buffers.Count];
        var inside = 0;
        for (var b = 0; b < buffers.Count; b++)
        {
            var buffer = buffers[b];
            bufferClass[b] = network.BufferClass[buffer];
            size[b] = network.BufferSize[buffer];
            livesOn[b] = profile.LastUse[buffer] >= end;
            liveIn[b] = profile.FirstUse[buffer] < first;
            if (liveIn[b] && bufferClass[b] == BufferClass.Activation)
            {
                inside += size[b];
            }

            numbers[buffer] = -1;
        }

        var lead = 0L;
        for (var i = own; i < end; i++)
        {
            var choice = network.ChoiceStart[i];
            lead += network.ChoiceAgent[choice] == Agents.FirstQueue ? network.ChoiceDuration[choice] : 0;
        }

        var passing = Math.Max(0, (first > 0 ? profile.LiveAfter(first - 1) : 0) - inside);
        var problem = new OrderProblem
        {
            OperationCount = n,
            ChoiceStart = Shifted(network.ChoiceStart, first, n, choiceFirst),
            ChoiceAgent = network.ChoiceAgent.AsSpan(choiceFirst, choices).ToArray(),
            ChoiceSequencer = network.ChoiceSequencer.AsSpan(choiceFirst, choices).ToArray(),
            ChoiceDuration = network.ChoiceDuration.AsSpan(choiceFirst, choices).ToArray(),
            ChoicePorts = network.ChoicePorts.AsSpan(choiceFirst, choices).ToArray(),
            DependencyStart = dependencyStart,
            Dependencies = [.. dependencies],
            UseStart = useStart,
            Uses = uses,
            BufferClass = bufferClass,
            BufferSize = size,
            BufferLivesOn = livesOn,
            BufferIsLiveIn = liveIn,
            Machine = network.Machine,
            ReservedGranules = network.ReservedGranules + ((passing + BudgetStep - 1) / BudgetStep * BudgetStep),
            // Nothing runs before the first region that its loads could hide behind.
            LoadLead = own == 0 ? 0 : Math.Min(lead / 4, MostLead),
        };

        return new OrderJob(problem, first, own - first);
    }

    private static int[] Shifted(int[] start, int first, int count, int shift)
    {
        var result = new int[count + 1];
        for (var i = 0; i <= count; i++)
        {
            result[i] = start[first + i] - shift;
        }

        return result;
    }

    private static UInt128 KeyOf(OrderProblem problem, int own)
    {
        var hash = new XxHash128();
        Span<long> numbers = [problem.OperationCount, own, problem.BufferCount, problem.ReservedGranules, problem.LoadLead];
        hash.Append(MemoryMarshal.AsBytes(numbers));
        hash.Append(MemoryMarshal.AsBytes(problem.ChoiceStart.AsSpan()));
        hash.Append(problem.ChoiceAgent);
        hash.Append(problem.ChoiceSequencer);
        hash.Append(MemoryMarshal.AsBytes(problem.ChoiceDuration.AsSpan()));
        hash.Append(problem.ChoicePorts);
        hash.Append(MemoryMarshal.AsBytes(problem.DependencyStart.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(problem.Dependencies.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(problem.UseStart.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(problem.Uses.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(problem.BufferClass.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(problem.BufferSize.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(problem.BufferLivesOn.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(problem.BufferIsLiveIn.AsSpan()));
        return hash.GetCurrentHashAsUInt128();
    }
}
