using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace NNLang.Compiler.Order;

/// <summary>An order of performance: a sequence that contains each stream as a subsequence, and the choice of each operation.</summary>
internal sealed class OperationOrder
{
    /// <summary>The operations, each after everything it depends on.</summary>
    public required int[] Sequence { get; init; }

    /// <summary>Per operation: which of its choices, relative to its first.</summary>
    public required byte[] Choice { get; init; }

    /// <summary>Hash of the order. O(operations).</summary>
    public UInt128 ContentKey()
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(Sequence.AsSpan()));
        hash.Append(Choice);
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Whether another order is the same. O(operations).</summary>
    public bool SameAs(OperationOrder other) =>
        ReferenceEquals(this, other) || (Sequence.AsSpan().SequenceEqual(other.Sequence) && Choice.AsSpan().SequenceEqual(other.Choice));
}
