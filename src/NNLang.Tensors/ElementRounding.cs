using System.Buffers.Binary;

namespace NNLang.Tensors;

/// <summary>
/// Elements as binary64 and back, with one rounding (to nearest even): for everything that computes in binary64 and stores once, such as
/// weight
/// recipes and reference tensors. All element types; integers truncate and saturate, NaN is 0; f8 saturates to its greatest finite value.
/// </summary>
public static class ElementRounding
{
    /// <summary>One element as binary64; exact but for i64 and u64 beyond 2^53.</summary>
    public static double ToDouble(ElementType type, ReadOnlySpan<byte> element) => type switch
    {
        ElementType.F64 => BinaryPrimitives.ReadDoubleLittleEndian(element),
        ElementType.F32 => BinaryPrimitives.ReadSingleLittleEndian(element),
        ElementType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
        ElementType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
        ElementType.F8E4M3 => SmallFloat.ToDouble(element[0], SmallFloat.E4M3),
        ElementType.F8E5M2 => SmallFloat.ToDouble(element[0], SmallFloat.E5M2),
        ElementType.I64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        ElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        ElementType.I16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ElementType.I8 => (sbyte)element[0],
        ElementType.I4 => (sbyte)(element[0] << 4) >> 4,
        ElementType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(element),
        ElementType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        ElementType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        ElementType.U4 => element[0] & 15,
        ElementType.Bool => element[0] != 0 ? 1 : 0,
        _ => element[0],
    };

    /// <summary>Rounds binary64 to one element.</summary>
    public static void FromDouble(double value, ElementType type, Span<byte> element)
    {
        switch (type)
        {
            case ElementType.F64:
                BinaryPrimitives.WriteDoubleLittleEndian(element, value);
                break;
            case ElementType.F32:
                BinaryPrimitives.WriteSingleLittleEndian(element, double.IsNaN(value) ? BitConverter.UInt32BitsToSingle(0x7FC00000)
                    : (float)value);
                break;
            case ElementType.F16:
                BinaryPrimitives.WriteUInt16LittleEndian(
                    element, double.IsNaN(value) ? ElementConversion.HalfNaN : BitConverter.HalfToUInt16Bits((Half)value));
                break;
            case ElementType.BF16:
                BinaryPrimitives.WriteUInt16LittleEndian(element, ToBFloat16(value));
                break;
            case ElementType.F8E4M3:
                element[0] = SmallFloat.FromDouble(value, SmallFloat.E4M3);
                break;
            case ElementType.F8E5M2:
                element[0] = SmallFloat.FromDouble(value, SmallFloat.E5M2);
                break;
            case ElementType.I64:
                BinaryPrimitives.WriteInt64LittleEndian(
                    element, double.IsNaN(value) ? 0 : value >= 9223372036854775808.0 ? long.MaxValue : value < -9223372036854775808.0
                        ? long.MinValue : (long)value);
                break;
            case ElementType.U64:
                BinaryPrimitives.WriteUInt64LittleEndian(
                    element, !(value > 0) ? 0 : value >= 18446744073709551616.0 ? ulong.MaxValue : (ulong)value);
                break;
            case ElementType.I32:
                BinaryPrimitives.WriteInt32LittleEndian(element, (int)Integer(value, int.MinValue, int.MaxValue));
                break;
            case ElementType.U32:
                BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)Integer(value, 0, uint.MaxValue));
                break;
            case ElementType.I16:
                BinaryPrimitives.WriteInt16LittleEndian(element, (short)Integer(value, short.MinValue, short.MaxValue));
                break;
            case ElementType.U16:
                BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)Integer(value, 0, ushort.MaxValue));
                break;
            case ElementType.I8:
                element[0] = (byte)Integer(value, sbyte.MinValue, sbyte.MaxValue);
                break;
            case ElementType.I4:
                element[0] = (byte)Integer(value, -8, 7);
                break;
            case ElementType.U4:
                element[0] = (byte)Integer(value, 0, 15);
                break;
            case ElementType.Bool:
                element[0] = value != 0 ? (byte)1 : (byte)0;
                break;
            default:
                element[0] = (byte)Integer(value, 0, byte.MaxValue);
                break;
        }
    }

    /// <summary>Elements as binary64.</summary>
    /// <exception cref="ArgumentException">The spans do not fit.</exception>
    public static void ToDouble(ElementType type, ReadOnlySpan<byte> elements, Span<double> results)
    {
        var size = ElementTypes.Bytes(type);
        Check(elements.Length, results.Length, size);
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = ToDouble(type, elements.Slice(i * size, size));
        }
    }

    /// <summary>Rounds binary64 to elements.</summary>
    /// <exception cref="ArgumentException">The spans do not fit.</exception>
    public static void FromDouble(ReadOnlySpan<double> values, ElementType type, Span<byte> elements)
    {
        var size = ElementTypes.Bytes(type);
        Check(elements.Length, values.Length, size);
        for (var i = 0; i < values.Length; i++)
        {
            FromDouble(values[i], type, elements.Slice(i * size, size));
        }
    }

    private static void Check(int bytes, int count, int size)
    {
        if (bytes != (long)count * size)
        {
            throw new ArgumentException($"{bytes} bytes are not {count} elements of {size} bytes.");
        }
    }

    private static double Integer(double value, double least, double most) =>
        double.IsNaN(value) ? 0 : Math.Truncate(Math.Clamp(value, least, most));

    // By way of f32 rounded to odd: its 16 further bits keep the second rounding right.
    private static ushort ToBFloat16(double value)
    {
        var single = (float)value;
        if (double.IsNaN(value) || float.IsInfinity(single) || single == value)
        {
            return ElementConversion.SingleToBFloat16(single);
        }

        var bits = BitConverter.SingleToUInt32Bits(single);
        if ((bits & 1) == 0)
        {
            // The inexact neighbour with an odd significand, on the side of the exact value.
            bits = Math.Abs((double)single) > Math.Abs(value) ? bits - 1 : bits + 1;
        }

        return ElementConversion.SingleToBFloat16(BitConverter.UInt32BitsToSingle(bits));
    }
}
