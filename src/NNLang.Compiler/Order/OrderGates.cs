namespace NNLang.Compiler.Order;

/// <summary>
/// Order constraints between sets of operations (<c>@pin</c>, <c>@before</c>, <c>@after</c>): every member starts, or ends, before any
/// waiter starts. A set of pairs would grow with the product of the sets; a gate grows with their sum.
/// </summary>
internal sealed class OrderGates
{
    /// <summary>No constraint.</summary>
    public static OrderGates None { get; } = new() { MemberStart = [0], Members = [], WaiterStart = [0], Waiters = [], WaitsForEnd = [] };

    /// <summary>First member of each gate; one entry more than gates.</summary>
    public required int[] MemberStart { get; init; }

    /// <summary>Members, ascending in a gate.</summary>
    public required int[] Members { get; init; }

    /// <summary>First waiter of each gate; one entry more than gates.</summary>
    public required int[] WaiterStart { get; init; }

    /// <summary>Waiters, ascending in a gate.</summary>
    public required int[] Waiters { get; init; }

    /// <summary>True: members must have ended (their results are waited for). False: they only keep their place in front.</summary>
    public required bool[] WaitsForEnd { get; init; }

    /// <summary>Number of gates.</summary>
    public int Count => WaitsForEnd.Length;
}
