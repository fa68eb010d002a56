using System.Collections.Immutable;

namespace NNLang.Onnx;

/// <summary>An exported network or prefix of one.</summary>
/// <param name="Model">The bytes of the .onnx file.</param>
/// <param name="Outputs">The outputs in order.</param>
public sealed record OnnxExport(ReadOnlyMemory<byte> Model, ImmutableArray<OnnxExportedOutput> Outputs);

/// <summary>An output of an exported model.</summary>
/// <param name="Name">Its ONNX name.</param>
/// <param name="Layer">The layer that computes it, by program order; -1 for an input or a weight that is returned.</param>
/// <param name="Result">Which of the layer's results.</param>
public sealed record OnnxExportedOutput(string Name, int Layer, int Result);
