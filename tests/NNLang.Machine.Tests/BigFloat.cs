using System.Globalization;
using System.Numerics;

namespace NNLang.Machine.Tests;

/// <summary>A binary floating-point number of unlimited exponent, rounded to a given number of bits after each operation.</summary>
internal readonly struct BigFloat(BigInteger significand, int exponent)
{
    public BigInteger Significand { get; } = significand;

    public int Exponent { get; } = exponent;

    public int Sign => Significand.Sign;

    /// <summary>The position of the highest bit: 2^k &lt;= |x| &lt; 2^(k+1).</summary>
    public int Magnitude => (int)BigInteger.Abs(Significand).GetBitLength() - 1 + Exponent;

    public static BigFloat Of(double value)
    {
        if (value == 0)
        {
            return default;
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var e = (int)((bits >> 52) & 0x7FF);
        BigInteger m = e == 0 ? bits & 0xFFFFFFFFFFFFFL : (bits & 0xFFFFFFFFFFFFFL) | 0x10000000000000L;
        return new BigFloat(value < 0 ? -m : m, Math.Max(e, 1) - 1075);
    }

    public static BigFloat operator -(BigFloat x) => new(-x.Significand, x.Exponent);

    /// <summary>Times a power of two.</summary>
    public BigFloat Scale(int power) => new(Significand, Exponent + power);

    /// <summary>The nearest binary64, ties to even; normal results only.</summary>
    public double ToDouble()
    {
        if (Significand.IsZero)
        {
            return 0;
        }

        var excess = Magnitude - 52 - Exponent;
        var m = BigInteger.Abs(Significand);
        if (excess > 0)
        {
            var half = BigInteger.One << (excess - 1);
            var low = m & ((BigInteger.One << excess) - 1);
            m >>= excess;
            m += low > half || (low == half && !m.IsEven) ? 1 : 0;
            return Math.ScaleB((double)m, Exponent + excess) * Sign;
        }

        return Math.ScaleB((double)m, Exponent) * Sign;
    }

    public override string ToString() => ToDouble().ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Elementary functions to a given number of bits, by series and continued fractions.</summary>
internal sealed class BigMath(int bits)
{
    private readonly Lazy<BigFloat> _pi = new(() => MachinPi(bits));

    public BigFloat Ln2 => Two(Atanh(Divide(BigFloat.Of(1), BigFloat.Of(3))));

    public BigFloat Pi => _pi.Value;

    public BigFloat Trim(BigFloat x)
    {
        var excess = (int)BigInteger.Abs(x.Significand).GetBitLength() - bits;
        return excess > 0 ? new BigFloat(x.Significand >> excess, x.Exponent + excess) : x;
    }

    public BigFloat Add(BigFloat x, BigFloat y)
    {
        if (x.Sign == 0 || y.Sign == 0)
        {
            return x.Sign == 0 ? y : x;
        }

        // An operand far below the other's last bit does not count.
        if (Math.Abs(x.Magnitude - y.Magnitude) > 2 * bits)
        {
            return x.Magnitude > y.Magnitude ? x : y;
        }

        var exponent = Math.Min(x.Exponent, y.Exponent);
        return Trim(new BigFloat((x.Significand << (x.Exponent - exponent)) + (y.Significand << (y.Exponent - exponent)), exponent));
    }

    public BigFloat Subtract(BigFloat x, BigFloat y) => Add(x, -y);

    public BigFloat Multiply(BigFloat x, BigFloat y) => Trim(new BigFloat(x.Significand * y.Significand, x.Exponent + y.Exponent));

    public BigFloat Divide(BigFloat x, BigFloat y)
    {
        var shift = Math.Max(0, bits + 2 + (int)BigInteger.Abs(y.Significand).GetBitLength() - (int)BigInteger.Abs(x.Significand).GetBitLength());
        return Trim(new BigFloat((x.Significand << shift) / y.Significand, x.Exponent - y.Exponent - shift));
    }

    public BigFloat Sqrt(BigFloat x)
    {
        var y = BigFloat.Of(Math.Sqrt(new BigFloat(x.Significand, x.Exponent - (x.Magnitude & ~1)).ToDouble())).Scale((x.Magnitude & ~1) / 2);
        for (var correct = 40; correct < 2 * bits; correct *= 2)
        {
            y = Add(y, Divide(x, y)).Scale(-1);
        }

        return y;
    }

    public BigFloat Exp(BigFloat x)
    {
        if (x.Sign == 0)
        {
            return BigFloat.Of(1);
        }

        var k = (int)Math.Round(x.ToDouble() / Math.Log(2));
        var r = Subtract(x, Multiply(BigFloat.Of(k), Ln2)).Scale(-10);
        var (sum, term) = (BigFloat.Of(1), BigFloat.Of(1));
        for (var n = 1; term.Sign != 0 && term.Magnitude > -bits - 20; n++)
        {
            term = Divide(Multiply(term, r), BigFloat.Of(n));
            sum = Add(sum, term);
        }

        for (var i = 0; i < 10; i++)
        {
            sum = Multiply(sum, sum);
        }

        return sum.Scale(k);
    }

    public BigFloat Log(BigFloat x)
    {
        var k = x.Magnitude;
        var m = x.Scale(-k);
        if (m.ToDouble() > 1.5)
        {
            k++;
            m = m.Scale(-1);
        }

        var one = BigFloat.Of(1);
        return Add(Multiply(BigFloat.Of(k), Ln2), Two(Atanh(Divide(Subtract(m, one), Add(m, one)))));
    }

    public BigFloat Erf(BigFloat x)
    {
        var square = -Multiply(x, x);
        var (sum, term) = (x, x);
        for (var n = 1; term.Sign != 0 && term.Magnitude > sum.Magnitude - bits - 20; n++)
        {
            term = Divide(Multiply(term, square), BigFloat.Of(n));
            sum = Add(sum, Divide(term, BigFloat.Of((2 * n) + 1)));
        }

        return Divide(Two(sum), Sqrt(Pi));
    }

    /// <summary>exp(z z) erfc(z) for z >= 0.</summary>
    public BigFloat ScaledErfc(BigFloat z)
    {
        if (z.Sign == 0 || z.ToDouble() < 2)
        {
            return Multiply(Exp(Multiply(z, z)), Subtract(BigFloat.Of(1), Erf(z)));
        }

        // 1 / (sqrt pi (z + (1/2)/(z + 1/(z + (3/2)/(z + ...))))): about (bits ln 2)^2 / (8 z z) terms.
        var terms = 20 + (int)(Math.Pow(bits * Math.Log(2), 2) / (2 * Math.Pow(z.ToDouble(), 2)));
        var f = z;
        for (var n = terms; n >= 1; n--)
        {
            f = Add(z, Divide(BigFloat.Of(n / 2.0), f));
        }

        return Divide(BigFloat.Of(1), Multiply(f, Sqrt(Pi)));
    }

    public BigFloat Erfc(BigFloat z) => z.Sign < 0
        ? Subtract(BigFloat.Of(2), Erfc(-z))
        : Multiply(ScaledErfc(z), Exp(-Multiply(z, z)));

    private static BigFloat Two(BigFloat x) => x.Scale(1);

    private BigFloat Atanh(BigFloat x)
    {
        var square = Multiply(x, x);
        var (sum, power) = (x, x);
        for (var n = 3; power.Sign != 0 && power.Magnitude > sum.Magnitude - bits - 20; n += 2)
        {
            power = Multiply(power, square);
            sum = Add(sum, Divide(power, BigFloat.Of(n)));
        }

        return sum;
    }

    private static BigFloat MachinPi(int bits)
    {
        var scale = BigInteger.One << (bits + 20);
        BigInteger Arctan(int n)
        {
            var power = scale / n;
            var sum = power;
            for (var i = 3; !power.IsZero; i += 2)
            {
                power /= -(n * n);
                sum += power / i;
            }

            return sum;
        }

        return new BigFloat(4 * ((4 * Arctan(5)) - Arctan(239)), -bits - 20);
    }
}
