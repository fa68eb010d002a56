using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NNLang.Emulator.Kernels;

/// <summary>
/// How an element type sits in the low bits of a 32-bit lane, and what f32 (or 32-bit integer, for the raw formats) it means
/// (<c>docs/machine.md</c> 6.2). All three forms give equal bits.
/// </summary>
internal interface ILaneFormat
{
    /// <summary>Bytes of an element: 1, 2 or 4.</summary>
    static abstract int Bytes { get; }

    static abstract float Decode(uint bits);

    static abstract Vector256<float> Decode(Vector256<uint> bits);

    static abstract Vector512<float> Decode(Vector512<uint> bits);

    /// <summary>The bits to store; those above the element's width are ignored.</summary>
    static abstract uint Encode(float value);

    static abstract Vector256<uint> Encode(Vector256<float> value);

    static abstract Vector512<uint> Encode(Vector512<float> value);
}

/// <summary>f32; a NaN becomes the canonical one.</summary>
internal readonly struct F32Format : ILaneFormat
{
    public const uint CanonicalNaN = 0x7FC00000;

    public static int Bytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Canonical(float x) => float.IsNaN(x) ? BitConverter.UInt32BitsToSingle(CanonicalNaN) : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Canonical(Vector256<float> x) =>
        Vector256.ConditionalSelect(Vector256.Equals(x, x), x, Vector256.Create(CanonicalNaN).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Canonical(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.Equals(x, x), x, Vector512.Create(CanonicalNaN).AsSingle());

    public static float Decode(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    public static Vector256<float> Decode(Vector256<uint> bits) => bits.AsSingle();

    public static Vector512<float> Decode(Vector512<uint> bits) => bits.AsSingle();

    public static uint Encode(float value) => BitConverter.SingleToUInt32Bits(Canonical(value));

    public static Vector256<uint> Encode(Vector256<float> value) => Canonical(value).AsUInt32();

    public static Vector512<uint> Encode(Vector512<float> value) => Canonical(value).AsUInt32();
}

/// <summary>bf16: the upper half of an f32; rounds to nearest even.</summary>
internal readonly struct Bf16Format : ILaneFormat
{
    public static int Bytes => 2;

    public static float Decode(uint bits) => BitConverter.UInt32BitsToSingle(bits << 16);

    public static Vector256<float> Decode(Vector256<uint> bits) => (bits << 16).AsSingle();

    public static Vector512<float> Decode(Vector512<uint> bits) => (bits << 16).AsSingle();

    public static uint Encode(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? 0x7FC0 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    }

    public static Vector256<uint> Encode(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256.Create(1u))) >> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, Vector256.Create(0x7FC0u));
    }

    public static Vector512<uint> Encode(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512.Create(1u))) >> 16;
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, Vector512.Create(0x7FC0u));
    }
}

/// <summary>f16; rounds to nearest even with gradual underflow, overflows to infinity.</summary>
internal readonly struct F16Format : ILaneFormat
{
    // 2^112: an f16 exponent moved into an f32's field is too small by 127 - 15.
    private const uint Rebias = 0x77800000;
    private const uint Infinity = 0x7F800000;
    private const uint HalfInfinity = 0x7C00;
    private const uint SmallestNormal = 0x38800000;
    private const uint FirstOverflow = 0x477FF000;

    // The last place of 0.5f is the spacing of f16's subnormals, so an addition rounds to it.
    private const uint SubnormalAnchor = 0x3F000000;

    public static int Bytes => 2;

    public static float Decode(uint bits)
    {
        var magnitude = bits & 0x7FFF;
        var sign = (bits & 0x8000) << 16;
        var scaled = BitConverter.SingleToUInt32Bits(
            BitConverter.UInt32BitsToSingle(magnitude << 13) * BitConverter.UInt32BitsToSingle(Rebias));
        return BitConverter.UInt32BitsToSingle(sign | (magnitude >= HalfInfinity ? scaled | Infinity : scaled));
    }

    public static Vector256<float> Decode(Vector256<uint> bits)
    {
        var magnitude = bits & Vector256.Create(0x7FFFu);
        var sign = (bits & Vector256.Create(0x8000u)) << 16;
        var scaled = ((magnitude << 13).AsSingle() * Vector256.Create(Rebias).AsSingle()).AsUInt32();
        var special = Vector256.GreaterThanOrEqual(magnitude.AsInt32(), Vector256.Create((int)HalfInfinity)).AsUInt32();
        return (sign | scaled | (special & Vector256.Create(Infinity))).AsSingle();
    }

    public static Vector512<float> Decode(Vector512<uint> bits)
    {
        var magnitude = bits & Vector512.Create(0x7FFFu);
        var sign = (bits & Vector512.Create(0x8000u)) << 16;
        var scaled = ((magnitude << 13).AsSingle() * Vector512.Create(Rebias).AsSingle()).AsUInt32();
        var special = Vector512.GreaterThanOrEqual(magnitude.AsInt32(), Vector512.Create((int)HalfInfinity)).AsUInt32();
        return (sign | scaled | (special & Vector512.Create(Infinity))).AsSingle();
    }

    public static uint Encode(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var sign = (bits >> 16) & 0x8000;
        var magnitude = bits & 0x7FFFFFFF;
        if (magnitude > Infinity)
        {
            return 0x7E00;
        }

        if (magnitude >= FirstOverflow)
        {
            return sign | HalfInfinity;
        }

        if (magnitude < SmallestNormal)
        {
            var sum = BitConverter.UInt32BitsToSingle(magnitude) + BitConverter.UInt32BitsToSingle(SubnormalAnchor);
            return sign | (BitConverter.SingleToUInt32Bits(sum) - SubnormalAnchor);
        }

        return sign | ((magnitude - (112u << 23) + 0xFFF + ((magnitude >> 13) & 1)) >> 13);
    }

    public static Vector256<uint> Encode(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var sign = (bits >> 16) & Vector256.Create(0x8000u);
        var magnitude = bits & Vector256.Create(0x7FFFFFFFu);
        var signed = magnitude.AsInt32();
        var normal = (magnitude - Vector256.Create(112u << 23) + Vector256.Create(0xFFFu) + ((magnitude >> 13) & Vector256.Create(1u))) >> 13;
        var tiny = (magnitude.AsSingle() + Vector256.Create(SubnormalAnchor).AsSingle()).AsUInt32() - Vector256.Create(SubnormalAnchor);
        var result = Vector256.ConditionalSelect(Vector256.LessThan(signed, Vector256.Create((int)SmallestNormal)).AsUInt32(), tiny, normal);
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThanOrEqual(signed, Vector256.Create((int)FirstOverflow)).AsUInt32(), Vector256.Create(HalfInfinity), result);
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), result | sign, Vector256.Create(0x7E00u));
    }

    public static Vector512<uint> Encode(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var sign = (bits >> 16) & Vector512.Create(0x8000u);
        var magnitude = bits & Vector512.Create(0x7FFFFFFFu);
        var signed = magnitude.AsInt32();
        var normal = (magnitude - Vector512.Create(112u << 23) + Vector512.Create(0xFFFu) + ((magnitude >> 13) & Vector512.Create(1u))) >> 13;
        var tiny = (magnitude.AsSingle() + Vector512.Create(SubnormalAnchor).AsSingle()).AsUInt32() - Vector512.Create(SubnormalAnchor);
        var result = Vector512.ConditionalSelect(Vector512.LessThan(signed, Vector512.Create((int)SmallestNormal)).AsUInt32(), tiny, normal);
        result = Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(signed, Vector512.Create((int)FirstOverflow)).AsUInt32(), Vector512.Create(HalfInfinity), result);
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), result | sign, Vector512.Create(0x7E00u));
    }
}

/// <summary>i32: to f32 to nearest even; from f32 truncated, saturated, NaN to 0.</summary>
internal readonly struct I32Format : ILaneFormat
{
    public static int Bytes => 4;

    public static float Decode(uint bits) => (int)bits;

    public static Vector256<float> Decode(Vector256<uint> bits) => Vector256.ConvertToSingle(bits.AsInt32());

    public static Vector512<float> Decode(Vector512<uint> bits) => Vector512.ConvertToSingle(bits.AsInt32());

    public static uint Encode(float value) => (uint)(int)value;

    public static Vector256<uint> Encode(Vector256<float> value) => Vector256.ConvertToInt32(value).AsUInt32();

    public static Vector512<uint> Encode(Vector512<float> value) => Vector512.ConvertToInt32(value).AsUInt32();
}

/// <summary>i16.</summary>
internal readonly struct I16Format : ILaneFormat
{
    public static int Bytes => 2;

    public static float Decode(uint bits) => (short)bits;

    public static Vector256<float> Decode(Vector256<uint> bits) => Vector256.ConvertToSingle(Narrow.Signed(bits, 16));

    public static Vector512<float> Decode(Vector512<uint> bits) => Vector512.ConvertToSingle(Narrow.Signed(bits, 16));

    public static uint Encode(float value) => (uint)Math.Clamp((int)value, short.MinValue, short.MaxValue);

    public static Vector256<uint> Encode(Vector256<float> value) => Narrow.Clamp(value, short.MinValue, short.MaxValue);

    public static Vector512<uint> Encode(Vector512<float> value) => Narrow.Clamp(value, short.MinValue, short.MaxValue);
}

/// <summary>i8.</summary>
internal readonly struct I8Format : ILaneFormat
{
    public static int Bytes => 1;

    public static float Decode(uint bits) => (sbyte)bits;

    public static Vector256<float> Decode(Vector256<uint> bits) => Vector256.ConvertToSingle(Narrow.Signed(bits, 24));

    public static Vector512<float> Decode(Vector512<uint> bits) => Vector512.ConvertToSingle(Narrow.Signed(bits, 24));

    public static uint Encode(float value) => (uint)Math.Clamp((int)value, sbyte.MinValue, sbyte.MaxValue);

    public static Vector256<uint> Encode(Vector256<float> value) => Narrow.Clamp(value, sbyte.MinValue, sbyte.MaxValue);

    public static Vector512<uint> Encode(Vector512<float> value) => Narrow.Clamp(value, sbyte.MinValue, sbyte.MaxValue);
}

/// <summary>u8.</summary>
internal readonly struct U8Format : ILaneFormat
{
    public static int Bytes => 1;

    public static float Decode(uint bits) => (byte)bits;

    public static Vector256<float> Decode(Vector256<uint> bits) => Vector256.ConvertToSingle((bits & Vector256.Create(255u)).AsInt32());

    public static Vector512<float> Decode(Vector512<uint> bits) => Vector512.ConvertToSingle((bits & Vector512.Create(255u)).AsInt32());

    public static uint Encode(float value) => (uint)Math.Clamp((int)value, 0, 255);

    public static Vector256<uint> Encode(Vector256<float> value) => Narrow.Clamp(value, 0, 255);

    public static Vector512<uint> Encode(Vector512<float> value) => Narrow.Clamp(value, 0, 255);
}

/// <summary>32 bits as they are.</summary>
internal readonly struct Raw32Format : ILaneFormat
{
    public static int Bytes => 4;

    public static float Decode(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    public static Vector256<float> Decode(Vector256<uint> bits) => bits.AsSingle();

    public static Vector512<float> Decode(Vector512<uint> bits) => bits.AsSingle();

    public static uint Encode(float value) => BitConverter.SingleToUInt32Bits(value);

    public static Vector256<uint> Encode(Vector256<float> value) => value.AsUInt32();

    public static Vector512<uint> Encode(Vector512<float> value) => value.AsUInt32();
}

/// <summary>16 bits, zeros above when read.</summary>
internal readonly struct RawU16Format : ILaneFormat
{
    public static int Bytes => 2;

    public static float Decode(uint bits) => BitConverter.UInt32BitsToSingle(bits & 0xFFFF);

    public static Vector256<float> Decode(Vector256<uint> bits) => (bits & Vector256.Create(0xFFFFu)).AsSingle();

    public static Vector512<float> Decode(Vector512<uint> bits) => (bits & Vector512.Create(0xFFFFu)).AsSingle();

    public static uint Encode(float value) => BitConverter.SingleToUInt32Bits(value);

    public static Vector256<uint> Encode(Vector256<float> value) => value.AsUInt32();

    public static Vector512<uint> Encode(Vector512<float> value) => value.AsUInt32();
}

/// <summary>16 bits, the sign above when read.</summary>
internal readonly struct RawI16Format : ILaneFormat
{
    public static int Bytes => 2;

    public static float Decode(uint bits) => BitConverter.Int32BitsToSingle((short)bits);

    public static Vector256<float> Decode(Vector256<uint> bits) => Narrow.Signed(bits, 16).AsSingle();

    public static Vector512<float> Decode(Vector512<uint> bits) => Narrow.Signed(bits, 16).AsSingle();

    public static uint Encode(float value) => BitConverter.SingleToUInt32Bits(value);

    public static Vector256<uint> Encode(Vector256<float> value) => value.AsUInt32();

    public static Vector512<uint> Encode(Vector512<float> value) => value.AsUInt32();
}

/// <summary>8 bits, zeros above when read.</summary>
internal readonly struct RawU8Format : ILaneFormat
{
    public static int Bytes => 1;

    public static float Decode(uint bits) => BitConverter.UInt32BitsToSingle(bits & 0xFF);

    public static Vector256<float> Decode(Vector256<uint> bits) => (bits & Vector256.Create(0xFFu)).AsSingle();

    public static Vector512<float> Decode(Vector512<uint> bits) => (bits & Vector512.Create(0xFFu)).AsSingle();

    public static uint Encode(float value) => BitConverter.SingleToUInt32Bits(value);

    public static Vector256<uint> Encode(Vector256<float> value) => value.AsUInt32();

    public static Vector512<uint> Encode(Vector512<float> value) => value.AsUInt32();
}

/// <summary>8 bits, the sign above when read.</summary>
internal readonly struct RawI8Format : ILaneFormat
{
    public static int Bytes => 1;

    public static float Decode(uint bits) => BitConverter.Int32BitsToSingle((sbyte)bits);

    public static Vector256<float> Decode(Vector256<uint> bits) => Narrow.Signed(bits, 24).AsSingle();

    public static Vector512<float> Decode(Vector512<uint> bits) => Narrow.Signed(bits, 24).AsSingle();

    public static uint Encode(float value) => BitConverter.SingleToUInt32Bits(value);

    public static Vector256<uint> Encode(Vector256<float> value) => value.AsUInt32();

    public static Vector512<uint> Encode(Vector512<float> value) => value.AsUInt32();
}

/// <summary>Steps that the integer formats share.</summary>
internal static class Narrow
{
    public static Vector256<int> Signed(Vector256<uint> bits, int unused) => (bits.AsInt32() << unused) >> unused;

    public static Vector512<int> Signed(Vector512<uint> bits, int unused) => (bits.AsInt32() << unused) >> unused;

    public static Vector256<uint> Clamp(Vector256<float> value, int low, int high) =>
        Vector256.Min(Vector256.Max(Vector256.ConvertToInt32(value), Vector256.Create(low)), Vector256.Create(high)).AsUInt32();

    public static Vector512<uint> Clamp(Vector512<float> value, int low, int high) =>
        Vector512.Min(Vector512.Max(Vector512.ConvertToInt32(value), Vector512.Create(low)), Vector512.Create(high)).AsUInt32();
}
