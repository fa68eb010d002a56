using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace NNLang.Tensors;

/// <summary>Elements of any type as binary64 and back. One pass; exact where the target can hold the value, else to nearest, ties to
/// even.</summary>
public static class TensorConversion
{
    private static readonly double[] E4M3 = DecodeTable(exponentBits: 4, mantissaBits: 3, hasInfinity: false);
    private static readonly double[] E5M2 = DecodeTable(exponentBits: 5, mantissaBits: 2, hasInfinity: true);

    /// <summary>The tensor as f64. Integers beyond 2^53 lose their last bits; an f64 tensor is returned itself.</summary>
    public static Tensor ToDoubles(this Tensor tensor) =>
        tensor.Type == ElementType.F64 ? tensor : Tensor.Of(tensor.Shape, tensor.CopyDoubles());

    /// <summary>The elements as f64 in an array of their own.</summary>
    public static double[] CopyDoubles(this Tensor tensor)
    {
        var result = new double[tensor.Shape.Count];
        Widen(tensor.Type, tensor.Bytes.Span, result);
        return result;
    }

    /// <summary>
    /// The tensor in another element type, by way of binary64. Integers saturate and round to even; NaN becomes 0 in integers. Overflow
    /// of 8-bit floats saturates to the greatest finite value.
    /// </summary>
    public static Tensor ConvertTo(this Tensor tensor, ElementType type)
    {
        if (tensor.Type == type)
        {
            return tensor;
        }

        var source = tensor.ToDoubles().AsDoubles();
        if (type == ElementType.F64)
        {
            return tensor.ToDoubles();
        }

        var size = ElementTypes.Bytes(type);
        var bytes = new byte[checked(source.Length * size)];
        for (var i = 0; i < source.Length; i++)
        {
            Narrow(type, source[i], bytes.AsSpan(i * size, size));
        }

        return new Tensor(type, tensor.Shape, bytes);
    }

    /// <summary>Rounds a binary64 to bfloat16 once, ties to even; the result is its upper 16 bits as a binary32 has them.</summary>
    public static ushort ToBFloat16Bits(double value)
    {
        var rounded = (float)value;
        var bits = BitConverter.SingleToUInt32Bits(rounded);
        if (float.IsNaN(rounded))
        {
            return (ushort)((bits >> 16) | 0x40);
        }

        // A tie that only the first rounding made is broken by what was lost.
        if ((bits & 0xffff) == 0x8000 && rounded != value && float.IsFinite(rounded))
        {
            return (ushort)((bits >> 16) + (Math.Abs(value) > Math.Abs(rounded) ? 1u : 0u));
        }

        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    private static void Widen(ElementType type, ReadOnlySpan<byte> bytes, Span<double> result)
    {
        switch (type)
        {
            case ElementType.F64:
                MemoryMarshal.Cast<byte, double>(bytes).CopyTo(result);
                break;
            case ElementType.F32:
                Each<float>(bytes, result);
                break;
            case ElementType.F16:
                Each<Half>(bytes, result);
                break;
            case ElementType.BF16:
                var brains = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] = BitConverter.UInt32BitsToSingle((uint)brains[i] << 16);
                }

                break;
            case ElementType.F8E4M3 or ElementType.F8E5M2:
                var table = type == ElementType.F8E4M3 ? E4M3 : E5M2;
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] = table[bytes[i]];
                }

                break;
            case ElementType.I64:
                Each<long>(bytes, result);
                break;
            case ElementType.I32:
                Each<int>(bytes, result);
                break;
            case ElementType.I16:
                Each<short>(bytes, result);
                break;
            case ElementType.I8 or ElementType.I4:
                Each<sbyte>(bytes, result);
                break;
            case ElementType.U64:
                Each<ulong>(bytes, result);
                break;
            case ElementType.U32:
                Each<uint>(bytes, result);
                break;
            case ElementType.U16:
                Each<ushort>(bytes, result);
                break;
            case ElementType.Bool:
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] = bytes[i] == 0 ? 0 : 1;
                }

                break;
            default:
                Each<byte>(bytes, result);
                break;
        }
    }

    private static void Each<T>(ReadOnlySpan<byte> bytes, Span<double> result)
        where T : unmanaged, INumberBase<T>
    {
        var source = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = double.CreateTruncating(source[i]);
        }
    }

    private static void Narrow(ElementType type, double value, Span<byte> target)
    {
        switch (type)
        {
            case ElementType.F32:
                BinaryPrimitives.WriteSingleLittleEndian(target, (float)value);
                break;
            case ElementType.F16:
                BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);
                break;
            case ElementType.BF16:
                BinaryPrimitives.WriteUInt16LittleEndian(target, ToBFloat16Bits(value));
                break;
            case ElementType.F8E4M3:
                target[0] = Nearest(E4M3, 0x7e, value);
                break;
            case ElementType.F8E5M2:
                target[0] = Nearest(E5M2, 0x7b, value);
                break;
            case ElementType.I64:
                BinaryPrimitives.WriteInt64LittleEndian(target, Saturate<long>(value));
                break;
            case ElementType.I32:
                BinaryPrimitives.WriteInt32LittleEndian(target, Saturate<int>(value));
                break;
            case ElementType.I16:
                BinaryPrimitives.WriteInt16LittleEndian(target, Saturate<short>(value));
                break;
            case ElementType.I8:
                target[0] = (byte)Saturate<sbyte>(value);
                break;
            case ElementType.I4:
                target[0] = (byte)(sbyte)Math.Clamp(Saturate<sbyte>(value), (sbyte)-8, (sbyte)7);
                break;
            case ElementType.U64:
                BinaryPrimitives.WriteUInt64LittleEndian(target, Saturate<ulong>(value));
                break;
            case ElementType.U32:
                BinaryPrimitives.WriteUInt32LittleEndian(target, Saturate<uint>(value));
                break;
            case ElementType.U16:
                BinaryPrimitives.WriteUInt16LittleEndian(target, Saturate<ushort>(value));
                break;
            case ElementType.U8:
                target[0] = Saturate<byte>(value);
                break;
            case ElementType.U4:
                target[0] = Math.Min(Saturate<byte>(value), (byte)15);
                break;
            case ElementType.Bool:
                target[0] = value != 0 ? (byte)1 : (byte)0;
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(target, value);
                break;
        }
    }

    private static T Saturate<T>(double value)
        where T : INumberBase<T> =>
        double.IsNaN(value) ? T.Zero : T.CreateSaturating(Math.Round(value, MidpointRounding.ToEven));

    /// <summary>The code of the nearest magnitude, ties to the even code; above the greatest finite one, that one.</summary>
    private static byte Nearest(double[] table, byte greatest, double value)
    {
        var sign = (byte)(double.IsNegative(value) ? 0x80 : 0);
        if (double.IsNaN(value))
        {
            return 0x7f;
        }

        var magnitude = Math.Abs(value);
        int low = 0, high = greatest;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = table[middle] <= magnitude ? (middle, high) : (low, middle - 1);
        }

        if (low < greatest)
        {
            var (below, above) = (magnitude - table[low], table[low + 1] - magnitude);
            low += above < below || (above == below && (low & 1) == 1) ? 1 : 0;
        }

        return (byte)(sign | low);
    }

    private static double[] DecodeTable(int exponentBits, int mantissaBits, bool hasInfinity)
    {
        var table = new double[256];
        var bias = (1 << (exponentBits - 1)) - 1;
        for (var code = 0; code < 256; code++)
        {
            var exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
            var mantissa = code & ((1 << mantissaBits) - 1);
            var full = exponent == (1 << exponentBits) - 1;
            var magnitude = (full, hasInfinity) switch
            {
                (true, true) => mantissa == 0 ? double.PositiveInfinity : double.NaN,
                (true, false) when mantissa == (1 << mantissaBits) - 1 => double.NaN,
                _ when exponent == 0 => Math.ScaleB(mantissa, 1 - bias - mantissaBits),
                _ => Math.ScaleB(mantissa + (1 << mantissaBits), exponent - bias - mantissaBits),
            };
            table[code] = (code & 0x80) != 0 ? -magnitude : magnitude;
        }

        return table;
    }
}
