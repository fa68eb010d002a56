using System.Globalization;
using NNLang.Tensors;

namespace NNLang.Machine.AssemblerText;

/// <summary>Reads numbers of assembler text to their bits.</summary>
internal static class LiteralReader
{
    /// <summary>An f32, or 0x and its bits.</summary>
    public static uint Single(AssemblyCursor cursor, string literal)
    {
        if (literal.StartsWith("0x", StringComparison.Ordinal))
        {
            return Hexadecimal(cursor, literal);
        }

        return float.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? BitConverter.SingleToUInt32Bits(value)
            : throw cursor.Error($"'{literal}' is no f32");
    }

    /// <summary>Bits of a type: f32 and i32 as numbers, others as 0x and bits.</summary>
    public static uint Bits(AssemblyCursor cursor, ElementType type)
    {
        var literal = cursor.TryLiteral() ?? throw cursor.Error("a number is missing");
        if (type != ElementType.I32)
        {
            return type == ElementType.F32 || literal.StartsWith("0x", StringComparison.Ordinal)
                ? Single(cursor, literal)
                : throw cursor.Error($"a number of {ElementTypes.Name(type)} is written as 0x and its bits");
        }

        return literal.StartsWith("0x", StringComparison.Ordinal) ? Hexadecimal(cursor, literal)
            : int.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? (uint)value
            : throw cursor.Error($"'{literal}' is no i32");
    }

    /// <summary>A binary64, or 0x and its bits.</summary>
    public static double Double(AssemblyCursor cursor)
    {
        var literal = cursor.TryLiteral() ?? throw cursor.Error("a number is missing");
        if (literal.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(literal.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
        {
            return BitConverter.UInt64BitsToDouble(bits);
        }

        return double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw cursor.Error($"'{literal}' is no number");
    }

    private static uint Hexadecimal(AssemblyCursor cursor, string literal) =>
        uint.TryParse(literal.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
            ? bits
            : throw cursor.Error($"'{literal}' does not have up to 8 hexadecimal digits");
}
