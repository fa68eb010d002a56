using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NNLang.Tensors;

/// <summary>
/// Conversions between binary32 and the element types a device stores (<c>docs/machine.md</c> 6.2): to bf16 and f16 round to nearest even with
/// gradual underflow and overflow to infinity; to integers truncate, saturate, NaN is 0; between integers wrap; to the same type the bits stay.
/// A NaN that a conversion produces is the canonical one. Pure; the spans' code is vectorised where that gives the same bits.
/// </summary>
public static class ElementConversion
{
    /// <summary>The canonical NaN of bf16.</summary>
    public const ushort BFloat16NaN = 0x7FC0;

    /// <summary>The canonical NaN of f16.</summary>
    public const ushort HalfNaN = 0x7E00;

    /// <summary>Exact.</summary>
    public static float BFloat16ToSingle(ushort bits) => Canonical(BitConverter.UInt32BitsToSingle((uint)bits << 16));

    /// <summary>Round to nearest even.</summary>
    public static ushort SingleToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? BFloat16NaN : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Exact.</summary>
    public static float HalfToSingle(ushort bits) => Canonical((float)BitConverter.UInt16BitsToHalf(bits));

    /// <summary>Round to nearest even.</summary>
    public static ushort SingleToHalf(float value) => float.IsNaN(value) ? HalfNaN : BitConverter.HalfToUInt16Bits((Half)value);

    /// <summary>Truncates and saturates; NaN is 0.</summary>
    public static int SingleToInt32(float value) =>
        float.IsNaN(value) ? 0 : value >= 2147483648f ? int.MaxValue : value <= -2147483648f ? int.MinValue : (int)value;

    /// <summary>Truncates and saturates; NaN is 0.</summary>
    public static short SingleToInt16(float value) => (short)Math.Clamp(SingleToInt32(value), short.MinValue, short.MaxValue);

    /// <summary>Truncates and saturates; NaN is 0.</summary>
    public static sbyte SingleToInt8(float value) => (sbyte)Math.Clamp(SingleToInt32(value), sbyte.MinValue, sbyte.MaxValue);

    /// <summary>Truncates and saturates; NaN is 0.</summary>
    public static byte SingleToUInt8(float value) => (byte)Math.Clamp(SingleToInt32(value), byte.MinValue, byte.MaxValue);

    /// <summary>Widens elements to binary32.</summary>
    /// <param name="source">f32, bf16, f16, i32 (rounded), i16, i8, u8 or bool.</param>
    /// <param name="elements">The elements, little-endian.</param>
    /// <param name="results">As many values.</param>
    /// <exception cref="ArgumentException">The spans do not fit, or the type is none of these.</exception>
    public static void ToSingle(ElementType source, ReadOnlySpan<byte> elements, Span<float> results)
    {
        CheckLength(source, elements.Length, results.Length);
        switch (source)
        {
            case ElementType.F32:
                MemoryMarshal.Cast<byte, float>(elements).CopyTo(results);
                break;
            case ElementType.BF16:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(elements), results);
                break;
            case ElementType.F16:
                var halves = MemoryMarshal.Cast<byte, ushort>(elements);
                for (var i = 0; i < results.Length; i++)
                {
                    results[i] = HalfToSingle(halves[i]);
                }

                break;
            case ElementType.I32:
                var words = MemoryMarshal.Cast<byte, int>(elements);
                for (var i = 0; i < results.Length; i++)
                {
                    results[i] = words[i];
                }

                break;
            case ElementType.I16:
                var shorts = MemoryMarshal.Cast<byte, short>(elements);
                for (var i = 0; i < results.Length; i++)
                {
                    results[i] = shorts[i];
                }

                break;
            case ElementType.I8:
                for (var i = 0; i < results.Length; i++)
                {
                    results[i] = (sbyte)elements[i];
                }

                break;
            case ElementType.U8 or ElementType.Bool:
                for (var i = 0; i < results.Length; i++)
                {
                    results[i] = elements[i];
                }

                break;
            default:
                throw Unsupported(source);
        }
    }

    /// <summary>Rounds binary32 to elements.</summary>
    /// <param name="values">The values.</param>
    /// <param name="destination">f32, bf16, f16, i32, i16, i8, u8, or bool (x != 0).</param>
    /// <param name="elements">As many elements, little-endian.</param>
    /// <exception cref="ArgumentException">The spans do not fit, or the type is none of these.</exception>
    public static void FromSingle(ReadOnlySpan<float> values, ElementType destination, Span<byte> elements)
    {
        CheckLength(destination, elements.Length, values.Length);
        switch (destination)
        {
            case ElementType.F32:
                values.CopyTo(MemoryMarshal.Cast<byte, float>(elements));
                break;
            case ElementType.BF16:
                NarrowBFloat16(values, MemoryMarshal.Cast<byte, ushort>(elements));
                break;
            case ElementType.F16:
                var halves = MemoryMarshal.Cast<byte, ushort>(elements);
                for (var i = 0; i < values.Length; i++)
                {
                    halves[i] = SingleToHalf(values[i]);
                }

                break;
            case ElementType.I32:
                var words = MemoryMarshal.Cast<byte, int>(elements);
                for (var i = 0; i < values.Length; i++)
                {
                    words[i] = SingleToInt32(values[i]);
                }

                break;
            case ElementType.I16:
                var shorts = MemoryMarshal.Cast<byte, short>(elements);
                for (var i = 0; i < values.Length; i++)
                {
                    shorts[i] = SingleToInt16(values[i]);
                }

                break;
            case ElementType.I8:
                for (var i = 0; i < values.Length; i++)
                {
                    elements[i] = (byte)SingleToInt8(values[i]);
                }

                break;
            case ElementType.U8:
                for (var i = 0; i < values.Length; i++)
                {
                    elements[i] = SingleToUInt8(values[i]);
                }

                break;
            case ElementType.Bool:
                for (var i = 0; i < values.Length; i++)
                {
                    elements[i] = values[i] != 0 ? (byte)1 : (byte)0;
                }

                break;
            default:
                throw Unsupported(destination);
        }
    }

    /// <summary>Converts integers to integers of another width, wrapping. O(elements).</summary>
    /// <exception cref="ArgumentException">The spans do not fit, or a type is no integer of 8 to 32 bits.</exception>
    public static void Wrap(ElementType source, ReadOnlySpan<byte> from, ElementType destination, Span<byte> to)
    {
        var (width, target) = (ElementTypes.Bytes(source), ElementTypes.Bytes(destination));
        if (!IsDeviceInteger(source) || !IsDeviceInteger(destination))
        {
            throw Unsupported(IsDeviceInteger(source) ? destination : source);
        }

        CheckLength(source, from.Length, to.Length / target);
        for (var i = 0; i < from.Length / width; i++)
        {
            var element = from.Slice(i * width, width);
            int value = source switch
            {
                ElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(element),
                ElementType.I16 => BinaryPrimitives.ReadInt16LittleEndian(element),
                ElementType.I8 => (sbyte)element[0],
                _ => element[0],
            };
            for (var b = 0; b < target; b++)
            {
                to[(i * target) + b] = (byte)(value >> (8 * b));
            }
        }
    }

    /// <summary>Converts elements as an instruction does: the same type keeps its bits, integers wrap, everything else goes through binary32.</summary>
    /// <exception cref="ArgumentException">The spans do not fit, or a type is no device type.</exception>
    public static void Convert(ElementType source, ReadOnlySpan<byte> from, ElementType destination, Span<byte> to)
    {
        if (source == destination)
        {
            CheckLength(source, from.Length, to.Length / ElementTypes.Bytes(source));
            from.CopyTo(to);
            return;
        }

        if (IsDeviceInteger(source) && IsDeviceInteger(destination))
        {
            Wrap(source, from, destination, to);
            return;
        }

        var (width, target) = (ElementTypes.Bytes(source), ElementTypes.Bytes(destination));
        CheckLength(source, from.Length, to.Length / target);
        Span<float> buffer = stackalloc float[256];
        for (var i = 0; i < from.Length / width; i += buffer.Length)
        {
            var count = Math.Min(buffer.Length, (from.Length / width) - i);
            ToSingle(source, from.Slice(i * width, count * width), buffer[..count]);
            FromSingle(buffer[..count], destination, to.Slice(i * target, count * target));
        }
    }

    private static bool IsDeviceInteger(ElementType type) => type is ElementType.I32 or ElementType.I16 or ElementType.I8 or ElementType.U8;

    private static float Canonical(float value) => float.IsNaN(value) ? BitConverter.UInt32BitsToSingle(0x7FC00000) : value;

    private static void WidenBFloat16(ReadOnlySpan<ushort> elements, Span<float> results)
    {
        var i = 0;
        for (; i <= elements.Length - 8; i += 8)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Create(elements[i..]));
            Canonical((lower << 16).AsSingle()).CopyTo(results[i..]);
            Canonical((upper << 16).AsSingle()).CopyTo(results[(i + 4)..]);
        }

        for (; i < elements.Length; i++)
        {
            results[i] = BFloat16ToSingle(elements[i]);
        }
    }

    private static void NarrowBFloat16(ReadOnlySpan<float> values, Span<ushort> elements)
    {
        var i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            Vector128.Narrow(Round(Vector128.Create(values[i..])), Round(Vector128.Create(values[(i + 4)..]))).CopyTo(elements[i..]);
        }

        for (; i < values.Length; i++)
        {
            elements[i] = SingleToBFloat16(values[i]);
        }

        static Vector128<uint> Round(Vector128<float> value)
        {
            var bits = value.AsUInt32();
            var rounded = (bits + Vector128.Create(0x7FFFu) + ((bits >> 16) & Vector128.Create(1u))) >> 16;
            return Vector128.ConditionalSelect(Vector128.Equals(value, value).AsUInt32(), rounded, Vector128.Create((uint)BFloat16NaN));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Canonical(Vector128<float> value) =>
        Vector128.ConditionalSelect(Vector128.Equals(value, value), value, Vector128.Create(0x7FC00000u).AsSingle());

    private static void CheckLength(ElementType type, int bytes, int count)
    {
        if (bytes != count * ElementTypes.Bytes(type))
        {
            throw new ArgumentException($"{bytes} bytes are not {count} elements of {ElementTypes.Name(type)}.");
        }
    }

    private static ArgumentException Unsupported(ElementType type) => new($"{ElementTypes.Name(type)} is no device type.");
}
