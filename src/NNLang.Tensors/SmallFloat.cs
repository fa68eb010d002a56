namespace NNLang.Tensors;

/// <summary>The 8-bit floats: a format's table of values is exact in binary64, and rounding is a search for the nearest, ties to
/// even.</summary>
internal static class SmallFloat
{
    /// <summary>4 exponent bits, bias 7, no infinity, one NaN per sign; greatest 448.</summary>
    public static readonly Format E4M3 = new(ExponentBits: 4, Bias: 7, Greatest: 0x7E, NaN: 0x7F);

    /// <summary>5 exponent bits, bias 15; greatest finite 57344.</summary>
    public static readonly Format E5M2 = new(ExponentBits: 5, Bias: 15, Greatest: 0x7B, NaN: 0x7F);

    public static double ToDouble(byte bits, Format format)
    {
        var magnitude = format.Magnitude(bits & 0x7F);
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }

    /// <summary>Values above the greatest finite one saturate, infinity too.</summary>
    public static byte FromDouble(double value, Format format)
    {
        if (double.IsNaN(value))
        {
            return format.NaN;
        }

        var magnitude = Math.Abs(value);
        var (low, high) = (0, (int)format.Greatest);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = format.Magnitude(middle) <= magnitude ? (middle, high) : (low, middle - 1);
        }

        if (low < format.Greatest)
        {
            var below = magnitude - format.Magnitude(low);
            var above = format.Magnitude(low + 1) - magnitude;
            low += above < below || (above == below && (low & 1) != 0) ? 1 : 0;
        }

        return (byte)(low | (double.IsNegative(value) ? 0x80 : 0));
    }

    /// <summary>A format of one sign bit, some exponent bits and the rest.</summary>
    internal sealed record Format(int ExponentBits, int Bias, byte Greatest, byte NaN)
    {
        public double Magnitude(int bits)
        {
            var fractionBits = 7 - ExponentBits;
            var exponent = bits >> fractionBits;
            var fraction = bits & ((1 << fractionBits) - 1);
            if (bits > Greatest)
            {
                return ExponentBits == 5 && bits == 0x7C ? double.PositiveInfinity : double.NaN;
            }

            return exponent == 0
                ? Math.ScaleB(fraction, 1 - Bias - fractionBits)
                : Math.ScaleB(fraction + (1 << fractionBits), exponent - Bias - fractionBits);
        }
    }
}
