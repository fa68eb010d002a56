using NNLang.Tensors;

namespace NNLang.Reference;

/// <summary>Elements of tensors as the device stores them.</summary>
internal static class TensorElements
{
    /// <summary>All elements rounded once to binary32.</summary>
    public static float[] ToFloats(Tensor tensor) => tensor.ConvertTo(ElementType.F32).AsFloats().ToArray();
}
