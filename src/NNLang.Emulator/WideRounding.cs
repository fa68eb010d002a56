using System.Buffers.Binary;
using NNLang.Tensors;

namespace NNLang.Emulator;

/// <summary>Between binary64 and stored elements: reading is exact but for 64-bit integers, writing rounds once to nearest even.</summary>
internal static class WideRounding
{
    /// <summary>An element as binary64.</summary>
    public static double Read(ElementType type, ReadOnlySpan<byte> bytes) => type switch
    {
        ElementType.F64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ElementType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ElementType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ElementType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        ElementType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ElementType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        ElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ElementType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ElementType.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ElementType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ElementType.I8 or ElementType.I4 => (sbyte)bytes[0],
        _ => bytes[0],
    };

    /// <summary>The bits of the nearest element of a device type; false if an integer type does not hold the value.</summary>
    public static bool TryEncode(ElementType type, double value, out uint bits)
    {
        switch (type)
        {
            case ElementType.F32:
                bits = F32Format.Encode((float)value);
                return true;
            case ElementType.F16:
                bits = double.IsNaN(value) ? (uint)0x7E00 : BitConverter.HalfToUInt16Bits((Half)value);
                return true;
            case ElementType.BF16:
                bits = Bf16Format.Encode(ToOdd(value));
                return true;
        }

        var (low, high) = type switch
        {
            ElementType.I32 => ((double)int.MinValue, (double)int.MaxValue),
            ElementType.I16 => (short.MinValue, short.MaxValue),
            ElementType.I8 => (sbyte.MinValue, sbyte.MaxValue),
            _ => (0, 255),
        };
        var fits = value >= low && value <= high && Math.Truncate(value) == value;
        bits = fits ? (uint)(long)value : 0;
        return fits;
    }

    /// <summary>The value rounded to a type and read back.</summary>
    public static double Round(ElementType type, double value) => type switch
    {
        ElementType.F32 => (float)value,
        ElementType.F16 => (double)(Half)value,
        ElementType.BF16 => Bf16Format.Decode(Bf16Format.Encode(ToOdd(value))),
        ElementType.F64 => value,
        _ => Math.Truncate(value),
    };

    /// <summary>To f32 so that a further rounding to fewer bits is as if there had been only one: inexact results get an odd last bit.</summary>
    private static float ToOdd(double value)
    {
        var nearest = (float)value;
        if (nearest == value || double.IsNaN(value) || float.IsInfinity(nearest))
        {
            return nearest;
        }

        var bits = BitConverter.SingleToUInt32Bits(nearest);
        if ((bits & 1) != 0)
        {
            return nearest;
        }

        // The even neighbour was nearer; the odd one lies on the other side of the value.
        return Math.Abs((double)nearest) < Math.Abs(value) ? BitConverter.UInt32BitsToSingle(bits + 1) : BitConverter.UInt32BitsToSingle(bits - 1);
    }
}
