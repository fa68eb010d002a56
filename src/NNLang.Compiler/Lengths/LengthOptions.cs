using System.Collections.Immutable;

namespace NNLang.Compiler.Lengths;

/// <summary>What the program of a length is asked for.</summary>
public sealed record LengthOptions
{
    /// <summary>From the first group to the cut, nothing added but the stores of the cut.</summary>
    public static LengthOptions Default { get; } = new();

    /// <summary>
    /// The fused group to start at: tensors of earlier groups become inputs of the program, to be fed with reference tensors. 0 starts from the
    /// network's inputs.
    /// </summary>
    public int FromReference { get; init; }

    /// <summary>
    /// The low-level operations of the full plan whose tensors are to be written out by added instructions; only those that the length has
    /// count.
    /// </summary>
    public ImmutableArray<int> Instrument { get; init; } = [];

    /// <summary>
    /// Whether the length is planned for itself instead of with the full plan's engines, order, banks and addresses. Its instructions are then
    /// others than the full program's, and it is not instrumented.
    /// </summary>
    public bool Replan { get; init; }
}
