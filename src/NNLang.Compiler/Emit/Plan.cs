using System.Collections.Immutable;
using NNLang.Compiler.Allocate;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Compiler.Emit;

/// <summary>
/// A tiled network with engines, order, addresses and waits, and the times of its streams. Instruction bytes are made from it on demand.
/// Immutable, thread-safe.
/// </summary>
public sealed class Plan
{
    internal Plan(
        PlacedNetwork placed,
        SourceOrderProfile profile,
        Allocation allocation,
        AgentTable agents,
        WaitPlan waits,
        Signals signals,
        TimingResult times,
        OperationCode[] code)
    {
        Placed = placed;
        Profile = profile;
        Allocation = allocation;
        AgentTable = agents;
        Waits = waits;
        Signals = signals;
        Times = times;
        Code = code;
    }

    /// <summary>The numbered operations.</summary>
    public PlacedNetwork Placed { get; }

    /// <summary>The times of every instruction, from the one simulation of streams.</summary>
    public TimingResult Times { get; }

    /// <summary>The time of the last commit, ps.</summary>
    public long Makespan => Times.Makespan;

    /// <summary>Number of tile operations.</summary>
    public int OperationCount => Placed.OperationCount;

    /// <summary>The order it was made from, as it was asked for; the allocation's own may differ. Null if the addresses were given.</summary>
    internal OperationOrder? Order { get; init; }

    internal SourceOrderProfile Profile { get; }

    internal Allocation Allocation { get; }

    internal AgentTable AgentTable { get; }

    internal WaitPlan Waits { get; }

    internal Signals Signals { get; }

    internal OperationCode[] Code { get; }

    /// <summary>Waits that a planted fault left out: the operation, and the agent it no longer waits for.</summary>
    internal ImmutableArray<(int Operation, int Agent)> RemovedWaits { get; private init; } = [];

    /// <summary>The same plan, knowing which waits a fault left out.</summary>
    internal Plan WithRemovedWaits(ImmutableArray<(int Operation, int Agent)> removed) =>
        new(Placed, Profile, Allocation, AgentTable, Waits, Signals, Times, Code) { Order = Order, RemovedWaits = removed };

    /// <summary>The operation that stands at a place of the order of performance.</summary>
    public int OperationAt(int place) => Allocation.Sequence[place];

    /// <summary>How an operation is run.</summary>
    public EngineChoice ChoiceOf(int operation) => Placed.Choice(operation, Allocation.Choice[operation]);

    /// <summary>The instructions of an operation.</summary>
    public OperationCode CodeOf(int operation) => Code[operation];

    /// <summary>The operations whose results or places an operation waits for by a semaphore, ascending by agent.</summary>
    public ReadOnlySpan<int> WaitsOf(int operation) => Waits.For.AsSpan(Waits.Start[operation], Waits.Start[operation + 1] - Waits.Start[operation]);

    /// <summary>
    /// Everything an operation starts after: what it reads data from, and what it waits for because of a place in memory or an annotation.
    /// Ascending, each once.
    /// </summary>
    public ImmutableArray<int> PredecessorsOf(int operation)
    {
        var all = new SortedSet<int>();
        foreach (var producer in Placed.Problem.DependenciesOf(operation))
        {
            all.Add(producer);
        }

        foreach (var waited in WaitsOf(operation))
        {
            all.Add(waited);
        }

        return [.. all];
    }

    /// <summary>
    /// When an operation runs, ps: an operation of a sequencer from its first instruction's start to its last one's end, a transfer from its
    /// first byte until it is complete.
    /// </summary>
    public (long Start, long End) TimesOf(int operation)
    {
        var code = Code[operation];
        if (!ChoiceOf(operation).IsTransfer)
        {
            return (Times.Start(code.Engine)[code.First], Times.End(code.Engine)[code.First + code.Count - 1]);
        }

        return (FirstByte[operation], Times.Commit(code.Engine)[code.First + code.Count - 1]);
    }

    private long[] FirstByte => field ??= FirstBytes();

    private long[] FirstBytes()
    {
        var first = new long[OperationCount];
        Array.Fill(first, long.MaxValue);
        var owner = new int[Engines.Count][];
        for (var e = 0; e < Engines.Count; e++)
        {
            owner[e] = new int[Times.Start((Engine)e).Length];
        }

        for (var i = 0; i < Code.Length; i++)
        {
            owner[(int)Code[i].Engine].AsSpan(Code[i].First, Code[i].Count).Fill(i);
        }

        foreach (ref readonly var transfer in Times.Transfers)
        {
            var operation = owner[(int)transfer.Trigger.Engine][transfer.Trigger.Index];
            first[operation] = Math.Min(first[operation], transfer.FirstByte);
        }

        return first;
    }
}
