using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Onnx;

/// <summary>An imported model.</summary>
/// <param name="Text">The network as <c>.nn</c> text; null where a problem prevents it.</param>
/// <param name="Weights">The weights by key, for one safetensors file.</param>
/// <param name="Problems">Problems in the order of the model; the import fails if any is NN9001 or NN9003.</param>
public sealed record OnnxImport(string? Text, ImmutableArray<KeyValuePair<string, Tensor>> Weights, ImmutableArray<OnnxProblem> Problems);
