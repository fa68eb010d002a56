namespace NNLang.Machine.Instructions;

/// <summary>The five sequencers, each with one in-order stream (<c>docs/machine.md</c> 4.1). The order is the tie-break of simultaneous events.</summary>
public enum Engine : byte
{
    /// <summary>The processing-element array: matrix products from sbuf to psum.</summary>
    Tensor,
    /// <summary>Elementwise operations and reductions over free axes.</summary>
    Vector,
    /// <summary>Activation functions with a fused scale and bias.</summary>
    Scalar,
    /// <summary>General-purpose lanes: integers, powers, iota, software descriptors.</summary>
    GpSimd,
    /// <summary>The synchronising sequencer: triggers transfers, moves no data itself.</summary>
    Sync,
}
