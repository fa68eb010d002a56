using System.Globalization;

namespace NNLang.Syntax;

/// <summary>What a number token says.</summary>
/// <param name="IsInteger">True for integers without unit.</param>
/// <param name="Integer">The value of an integer that fits 64 bits; else null.</param>
/// <param name="Value">The value as a float, rounded to nearest; the unit's power is not applied.</param>
/// <param name="Unit">The unit as written (<c>GHz</c>, <c>KiB</c>), or empty.</param>
public readonly record struct NumberValue(bool IsInteger, long? Integer, double Value, string Unit)
{
    /// <summary>Reads a number token. A broken number is NaN.</summary>
    public static NumberValue Parse(SyntaxKind kind, string text)
    {
        switch (kind)
        {
            case SyntaxKind.InfKeyword:
                return new NumberValue(false, null, double.PositiveInfinity, string.Empty);
            case SyntaxKind.IntegerToken when text.StartsWith("0x", StringComparison.OrdinalIgnoreCase):
                var digits = text[2..].Replace("_", string.Empty, StringComparison.Ordinal);
                return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
                    ? new NumberValue(true, bits <= long.MaxValue ? (long)bits : null, bits, string.Empty)
                    : new NumberValue(true, null, digits.Length == 0 ? double.NaN : double.PositiveInfinity, string.Empty);
            case SyntaxKind.IntegerToken:
                var plain = text.Replace("_", string.Empty, StringComparison.Ordinal);
                return new NumberValue(
                    true,
                    long.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out var integer) ? integer : null,
                    double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture),
                    string.Empty);
            case SyntaxKind.FloatToken:
                return new NumberValue(false, null, ParseFloat(text), string.Empty);
            case SyntaxKind.QuantityToken:
                var unit = UnitStart(text);
                return new NumberValue(false, null, ParseFloat(text[..unit]), text[unit..]);
            default:
                return new NumberValue(false, null, double.NaN, string.Empty);
        }
    }

    /// <summary>Where the unit of a quantity begins.</summary>
    internal static int UnitStart(string text)
    {
        var at = text.Length;
        while (at > 0 && char.IsAsciiLetter(text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private static double ParseFloat(string text) =>
        double.Parse(text.Replace("_", string.Empty, StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
}
