namespace NNLang.Compiler.Order;

/// <summary>An order of performance: a sequence that contains each stream as a subsequence, and the choice of each operation.</summary>
internal sealed class OperationOrder
{
    /// <summary>The operations, each after everything it depends on.</summary>
    public required int[] Sequence { get; init; }

    /// <summary>Per operation: which of its choices, relative to its first.</summary>
    public required byte[] Choice { get; init; }
}
