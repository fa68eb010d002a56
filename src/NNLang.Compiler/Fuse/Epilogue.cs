using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;

namespace NNLang.Compiler.Fuse;

/// <summary>
/// What is applied to each element z of a core's result: t = fma(z, scale, bias), y = f(t), then max with the lower and min with the upper
/// limit. Scale and bias are 1 and +0 where absent: the fma is always made where <see cref="IsEmpty"/> is false or the core ends in psum.
/// </summary>
/// <param name="Scale">An f32 value a channel; null for 1.</param>
/// <param name="Bias">An f32 value a channel; null for +0.</param>
/// <param name="Function">The function.</param>
/// <param name="Clip">The limits, or null.</param>
public sealed record Epilogue(RecipeTemplate? Scale, RecipeTemplate? Bias, ActivationFunction Function, ClipLimits? Clip)
{
    /// <summary>Nothing.</summary>
    public static Epilogue None { get; } = new(null, null, ActivationFunction.Copy, null);

    /// <summary>The f32 bits of the slope of lrelu and elu.</summary>
    public uint AlphaBits { get; init; }

    /// <summary>The f32 bits of a scale that is the same for all channels (hard_sigmoid); 1 by default. Not together with <see cref="Scale"/>.</summary>
    public uint UniformScaleBits { get; init; } = 0x3F800000;

    /// <summary>The f32 bits of a bias that is the same for all channels (hard_sigmoid); +0 by default. Not together with <see cref="Bias"/>.</summary>
    public uint UniformBiasBits { get; init; }

    /// <summary>Whether there is nothing to apply.</summary>
    public bool IsEmpty => Scale is null && Bias is null && Function == ActivationFunction.Copy && Clip is null
        && UniformScaleBits == 0x3F800000 && UniformBiasBits == 0;

    /// <summary>Whether a function or limits are there already.</summary>
    public bool HasFunction => Function != ActivationFunction.Copy || Clip is not null;

    /// <summary>Whether VectorE computes it with the same bits as ScalarE: copy and relu.</summary>
    public bool FitsVector => Function is ActivationFunction.Copy or ActivationFunction.Relu;
}

/// <summary>The limits of a clip; an absent limit is the infinity of its side.</summary>
/// <param name="Low">The lower limit.</param>
/// <param name="High">The upper limit.</param>
public readonly record struct ClipLimits(float Low, float High)
{
    /// <summary>Equality by bits.</summary>
    public bool Equals(ClipLimits other) =>
        BitConverter.SingleToUInt32Bits(Low) == BitConverter.SingleToUInt32Bits(other.Low)
        && BitConverter.SingleToUInt32Bits(High) == BitConverter.SingleToUInt32Bits(other.High);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(BitConverter.SingleToUInt32Bits(Low), BitConverter.SingleToUInt32Bits(High));
}
