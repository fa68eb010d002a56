using System.Globalization;
using System.Runtime.InteropServices;
using NNLang.Bisection.Reports;
using NNLang.Tensors;

namespace NNLang.Debugging.Inspection;

/// <summary>Single elements as text: the shortest decimal that reads back as the same bits, and the bits themselves.</summary>
public static class ElementText
{
    /// <summary>The decimal, <c>0.7213982</c>.</summary>
    public static string Value(Tensor tensor, long element)
    {
        var size = ElementTypes.Bytes(tensor.Type);
        var bytes = tensor.Bytes.Span.Slice(checked((int)(element * size)), size);
        return tensor.Type switch
        {
            ElementType.F32 => Text(MemoryMarshal.Read<float>(bytes)),
            ElementType.F64 => Text(MemoryMarshal.Read<double>(bytes)),
            ElementType.F16 => Text((float)MemoryMarshal.Read<Half>(bytes)),
            ElementType.BF16 => Text(BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(bytes) << 16)),
            ElementType.Bool => bytes[0] != 0 ? "true" : "false",
            ElementType.I64 => MemoryMarshal.Read<long>(bytes).ToString(CultureInfo.InvariantCulture),
            ElementType.I32 => MemoryMarshal.Read<int>(bytes).ToString(CultureInfo.InvariantCulture),
            ElementType.I16 => MemoryMarshal.Read<short>(bytes).ToString(CultureInfo.InvariantCulture),
            ElementType.I8 or ElementType.I4 => ((sbyte)bytes[0]).ToString(CultureInfo.InvariantCulture),
            ElementType.U64 => MemoryMarshal.Read<ulong>(bytes).ToString(CultureInfo.InvariantCulture),
            ElementType.U32 => MemoryMarshal.Read<uint>(bytes).ToString(CultureInfo.InvariantCulture),
            ElementType.U16 => MemoryMarshal.Read<ushort>(bytes).ToString(CultureInfo.InvariantCulture),
            _ => bytes[0].ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The bits, <c>0x3f38ad9a</c>.</summary>
    public static string Bits(Tensor tensor, long element)
    {
        var size = ElementTypes.Bytes(tensor.Type);
        var bytes = tensor.Bytes.Span.Slice(checked((int)(element * size)), size).ToArray();
        Array.Reverse(bytes);
        return "0x" + Convert.ToHexStringLower(bytes);
    }

    /// <summary>The range of numbers, <c>min -1.83 max 2.07</c>; elements that are not numbers are counted beside it.</summary>
    public static string Range(ReadOnlySpan<double> values)
    {
        var (least, greatest, notNumbers) = (double.PositiveInfinity, double.NegativeInfinity, 0L);
        foreach (var value in values)
        {
            if (double.IsNaN(value))
            {
                notNumbers++;
            }
            else
            {
                least = Math.Min(least, value);
                greatest = Math.Max(greatest, value);
            }
        }

        return values.Length == 0 ? "empty"
            : notNumbers == values.Length ? "all NaN"
            : $"min {Quantity.Value(least)} max {Quantity.Value(greatest)}" + (notNumbers > 0 ? $" · {Quantity.Count(notNumbers)} NaN" : "");
    }

    private static string Text(float value) =>
        float.IsNaN(value) ? "NaN" : float.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
        : value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);

    private static string Text(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
        : value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
}
