using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Reference;

/// <summary>
/// Reads a weight or constant: a file, a seed, or the text. Called from one thread at a time; the interpreters keep what they make of it.
/// </summary>
/// <param name="source">The source; its type is the type the network expects.</param>
/// <returns>A tensor of the source's shape; any element type that widens to binary64.</returns>
public delegate Tensor SourceReader(TensorSource source);
