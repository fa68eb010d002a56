using System.Collections.Immutable;

namespace NNLang.Onnx;

/// <summary>What keeps a model from being imported, or what could not be kept.</summary>
/// <param name="Code">NN9001 unsupported operator, NN9002 name not kept, NN9003 unreadable.</param>
/// <param name="Message">First line: what is wrong.</param>
/// <param name="Help">Second line: what to do, beginning with a verb; may be empty.</param>
/// <param name="Node">The ONNX node, or null for the file as a whole.</param>
public sealed record OnnxProblem(string Code, string Message, string Help, string? Node = null);

/// <summary>A tensor that the file fills with one number (light test models): what stands in for it may be given.</summary>
/// <param name="Name">The ONNX tensor.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Uses">Where it goes: operator and input index, through shape-only nodes.</param>
public sealed record FilledTensor(string Name, Tensors.Shape Shape, ImmutableArray<(string Operator, int Input)> Uses);

/// <summary>How to import.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>The file name written in the <c>weights</c> line.</summary>
    public string WeightsFile { get; init; } = "weights.safetensors";

    /// <summary>Reads a file of external data by its location in the model; null where it cannot be had.</summary>
    public Func<string, ReadOnlyMemory<byte>?>? ReadExternal { get; init; }

    /// <summary>Numbers in place of those of a filled tensor, or null to keep them.</summary>
    public Func<FilledTensor, Tensors.Tensor?>? Replace { get; init; }
}

/// <summary>An imported model.</summary>
/// <param name="Text">The network as <c>.nn</c> text; null where a problem prevents it.</param>
/// <param name="Weights">The weights by key, for one safetensors file.</param>
/// <param name="Problems">Problems in the order of the model; the import fails if any is NN9001 or NN9003.</param>
public sealed record OnnxImport(string? Text, ImmutableArray<KeyValuePair<string, Tensors.Tensor>> Weights, ImmutableArray<OnnxProblem> Problems);
