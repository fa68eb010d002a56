namespace NNLang.Semantics.Binding;

/// <summary>Where a tensor of a bound statement comes from. Relative to the statement, so that it survives edits around it.</summary>
internal enum ReferenceKind : byte
{
    /// <summary>Nowhere: absent, unknown after an error, or a constant, whose elements are part of the value.</summary>
    None,
    /// <summary>A tensor that the statement reads: index into its input tensors.</summary>
    Input,
    /// <summary>A result of one of its pieces: index of the piece, number of the result.</summary>
    Piece,
    /// <summary>Inside a repeat: index of the iteration, number of the tensor among the names bound at its end.</summary>
    Iteration,
}

/// <summary>A reference to a tensor, relative to its statement.</summary>
/// <param name="Kind">What kind of place.</param>
/// <param name="Index">Which one.</param>
/// <param name="Result">For pieces and iterations: which result.</param>
internal readonly record struct TensorReference(ReferenceKind Kind, int Index, int Result = 0)
{
    public static TensorReference None => default;
}
