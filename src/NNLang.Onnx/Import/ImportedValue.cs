using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>A tensor of the model: a value that the text computes, or a constant that need not be written until something reads
/// it.</summary>
internal sealed class ImportedValue(string onnxName, TensorType type)
{
    /// <summary>The name in the model.</summary>
    public string OnnxName => onnxName;

    /// <summary>Its type.</summary>
    public TensorType Type => type;

    /// <summary>The elements where they are known at import.</summary>
    public Tensor? Constant { get; init; }

    /// <summary>For integers of rank 0 or 1 that depend on symbolic dimensions: their values.</summary>
    public IReadOnlyList<Dimension>? Dimensions { get; init; }

    /// <summary>The name in the text; null for a constant that is not written yet.</summary>
    public string? Name { get; set; }
}
