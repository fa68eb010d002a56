using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NNLang.Emulator.Kernels;

/// <summary>A vector register of f32 lanes, so that a loop is written once and compiled for each width.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Vector registers that a processor with this width has at least.</summary>
    static abstract int Registers { get; }

    static abstract TVector Load(float* address);

    static abstract TVector Broadcast(float value);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>Stores a sum in canonical form, or adds it once to what is there.</summary>
    static abstract void Finish(TVector sum, float* address, bool accumulate);
}

/// <summary>Vectors of 8 lanes (AVX2, FMA3).</summary>
internal readonly unsafe struct Width256 : IVectorWidth<Vector256<float>>
{
    public static int Lanes => 8;

    public static int Registers => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* address) => Vector256.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(Vector256<float> sum, float* address, bool accumulate) =>
        F32Format.Canonical(accumulate ? Vector256.Load(address) + sum : sum).Store(address);
}

/// <summary>Vectors of 16 lanes (AVX-512).</summary>
internal readonly unsafe struct Width512 : IVectorWidth<Vector512<float>>
{
    public static int Lanes => 16;

    public static int Registers => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* address) => Vector512.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(Vector512<float> sum, float* address, bool accumulate) =>
        F32Format.Canonical(accumulate ? Vector512.Load(address) + sum : sum).Store(address);
}
