using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Onnx.Tests;

/// <summary>The light models with the seeded weights of their oracles.</summary>
internal static class OnnxData
{
    /// <summary>A light model, imported.</summary>
    public static OnnxImport Light(string name) => OnnxImporter.Import(
        SharedOnnx.LightModel(name),
        "light_" + name,
        new OnnxImportOptions { WeightsFile = $"light_{name}.safetensors", Replace = Seeded });

    private static Tensor Seeded(FilledTensor filled)
    {
        var gain = filled.Uses.Any(use => (use.Operator == "BatchNormalization" && use.Input is 1 or 4) || use.Operator == "Mul");
        return Tensor.Of(filled.Shape, SharedOnnx.SeededWeight(filled.Name, filled.Shape.Dimensions, gain));
    }
}
