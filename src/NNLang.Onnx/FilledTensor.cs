using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Onnx;

/// <summary>A tensor that the file fills with one number (light test models): what stands in for it may be given.</summary>
/// <param name="Name">The ONNX tensor.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Uses">Where it goes: operator and input index, through shape-only nodes.</param>
public sealed record FilledTensor(string Name, Shape Shape, ImmutableArray<(string Operator, int Input)> Uses);
