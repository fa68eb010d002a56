namespace NNLang.Compiler.Order;

/// <summary>
/// Tile operations as the arrays that the scheduling core reads, and nothing else: what an order job computes is a function of this
/// record, so its content is the key of the memo. Operations are numbered in source order. Immutable once built, by convention.
/// </summary>
internal sealed record OrderProblem
{
    /// <summary>Number of operations.</summary>
    public required int OperationCount { get; init; }

    /// <summary>First choice of each operation; one entry more than operations.</summary>
    public required int[] ChoiceStart { get; init; }

    /// <summary>Agent of each choice (<see cref="Agents"/>).</summary>
    public required byte[] ChoiceAgent { get; init; }

    /// <summary>Sequencer whose stream holds the choice's instructions.</summary>
    public required byte[] ChoiceSequencer { get; init; }

    /// <summary>Time on the agent, picoseconds.</summary>
    public required long[] ChoiceDuration { get; init; }

    /// <summary>Shared ports the choice holds, a bit each.</summary>
    public required byte[] ChoicePorts { get; init; }

    /// <summary>First producer of each operation; one entry more than operations.</summary>
    public required int[] DependencyStart { get; init; }

    /// <summary>Producers, each below the operation that reads.</summary>
    public required int[] Dependencies { get; init; }

    /// <summary>First buffer use of each operation; one entry more than operations.</summary>
    public required int[] UseStart { get; init; }

    /// <summary>Uses: the buffer, once an operation.</summary>
    public required int[] Uses { get; init; }

    /// <summary>Class of each buffer.</summary>
    public required BufferClass[] BufferClass { get; init; }

    /// <summary>Size of each buffer, in granules or banks.</summary>
    public required int[] BufferSize { get; init; }

    /// <summary>Whether somebody outside uses the buffer later: it is never released here.</summary>
    public required bool[] BufferLivesOn { get; init; }

    /// <summary>Whether the buffer is occupied when the first operation starts.</summary>
    public required bool[] BufferIsLiveIn { get; init; }

    /// <summary>The constraints of annotations.</summary>
    public OrderGates Gates { get; init; } = OrderGates.None;

    /// <summary>Granules of sbuf that tensors passing by take: the budget is what is left.</summary>
    public int ReservedGranules { get; init; }

    /// <summary>Picoseconds that weights may be loaded before anything else starts: a region is entered with its loads under way.</summary>
    public long LoadLead { get; init; }

    /// <summary>What the machine does to them.</summary>
    public required MachineModel Machine { get; init; }

    /// <summary>The same problem with less room.</summary>
    public OrderProblem WithReserved(int granules) => this with { ReservedGranules = ReservedGranules + granules };

    /// <summary>The same problem with one choice an operation.</summary>
    public OrderProblem WithChoices(byte[] choice)
    {
        var n = OperationCount;
        var start = new int[n + 1];
        var (agent, sequencer, duration, ports) = (new byte[n], new byte[n], new long[n], new byte[n]);
        for (var i = 0; i < n; i++)
        {
            var from = ChoiceStart[i] + choice[i];
            start[i + 1] = i + 1;
            (agent[i], sequencer[i], duration[i], ports[i]) = (ChoiceAgent[from], ChoiceSequencer[from], ChoiceDuration[from], ChoicePorts[from]);
        }

        return this with { ChoiceStart = start, ChoiceAgent = agent, ChoiceSequencer = sequencer, ChoiceDuration = duration, ChoicePorts = ports };
    }

    /// <summary>Number of buffers.</summary>
    public int BufferCount => BufferSize.Length;

    /// <summary>How many ways there are to run an operation.</summary>
    public int ChoiceCount(int operation) => ChoiceStart[operation + 1] - ChoiceStart[operation];

    /// <summary>What an operation reads from.</summary>
    public ReadOnlySpan<int> DependenciesOf(int operation) => Dependencies.AsSpan(DependencyStart[operation]..DependencyStart[operation + 1]);
}
