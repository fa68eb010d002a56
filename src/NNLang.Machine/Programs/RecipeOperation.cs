namespace NNLang.Machine.Programs;

/// <summary>The operations of a <see cref="Recipe"/>. The values are those of the program file.</summary>
public enum RecipeOperation : byte
{
    /// <summary>Push the weight of a key.</summary>
    Load,
    /// <summary>Push a tensor of given elements.</summary>
    Constant,
    /// <summary>Reorder axes.</summary>
    Permute,
    /// <summary>Another shape for the same elements.</summary>
    Reshape,
    /// <summary>A range of one axis.</summary>
    Slice,
    /// <summary>Zeros around.</summary>
    Pad,
    /// <summary>Two tensors along an axis.</summary>
    Concat,
    /// <summary>gamma / sqrt(variance + eps).</summary>
    BatchNormScale,
    /// <summary>beta + (convolution bias - mean) scale.</summary>
    BatchNormBias,
    /// <summary>Divisors of an average pool.</summary>
    ReciprocalCount,
    /// <summary>A band of ones.</summary>
    Band,
    /// <summary>One rounding to a type.</summary>
    Cast,
}
