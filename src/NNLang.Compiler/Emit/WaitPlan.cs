namespace NNLang.Compiler.Emit;

/// <summary>Which operations each operation waits for, and the semaphore values that say so.</summary>
internal sealed class WaitPlan
{
    /// <summary>First wait of each operation; one entry more than operations.</summary>
    public required int[] Start { get; init; }

    /// <summary>The operations waited for; each is the last of its agent that is needed.</summary>
    public required int[] For { get; init; }

    /// <summary>Per operation: whether anybody waits for it.</summary>
    public required bool[] Signals { get; init; }

    /// <summary>Per operation: how many signals its agent has given when it is done, its own included.</summary>
    public required int[] SignalCount { get; init; }
}
