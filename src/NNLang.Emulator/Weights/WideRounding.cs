using NNLang.Emulator.Kernels;
using NNLang.Tensors;

namespace NNLang.Emulator.Weights;

/// <summary>From binary64 to elements as they are stored: rounded once, to nearest, ties to even.</summary>
internal static class WideRounding
{
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
