using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NNLang.Emulator.Kernels;

/// <summary>Which instructions of the host the kernels use. Every path gives the same bits.</summary>
public enum KernelPath
{
    /// <summary>One element at a time: the reference of the others.</summary>
    Scalar,
    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Vector256,
    /// <summary>512-bit vectors.</summary>
    Vector512,
}

/// <summary>What this processor offers.</summary>
public static class KernelPaths
{
    /// <summary>The widest path of this processor.</summary>
    public static KernelPath Best { get; } =
        IsSupported(KernelPath.Vector512) ? KernelPath.Vector512
        : IsSupported(KernelPath.Vector256) ? KernelPath.Vector256
        : KernelPath.Scalar;

    /// <summary>Whether this processor runs a path in hardware.</summary>
    public static bool IsSupported(KernelPath path) => path switch
    {
        KernelPath.Scalar => true,
        KernelPath.Vector256 => Vector256.IsHardwareAccelerated && Fma.IsSupported && Avx2.IsSupported,
        KernelPath.Vector512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && IsSupported(KernelPath.Vector256),
        _ => false,
    };
}
