using System.Runtime.InteropServices;
using NNLang.Tensors;

namespace NNLang.Reference;

/// <summary>Elements of tensors as binary64 and binary32.</summary>
internal static class TensorElements
{
    /// <summary>All elements widened to binary64; exact but for 64-bit integers beyond 2^53.</summary>
    public static double[] ToDoubles(Tensor tensor)
    {
        var bytes = tensor.Bytes.Span;
        switch (tensor.Type)
        {
            case ElementType.F64: return MemoryMarshal.Cast<byte, double>(bytes).ToArray();
            case ElementType.F32: return Convert(MemoryMarshal.Cast<byte, float>(bytes), static x => x);
            case ElementType.F16: return Convert(MemoryMarshal.Cast<byte, Half>(bytes), static x => (double)x);
            case ElementType.BF16: return Convert(MemoryMarshal.Cast<byte, ushort>(bytes), static x => BitConverter.UInt32BitsToSingle((uint)x << 16));
            case ElementType.I64: return Convert(MemoryMarshal.Cast<byte, long>(bytes), static x => x);
            case ElementType.I32: return Convert(MemoryMarshal.Cast<byte, int>(bytes), static x => x);
            case ElementType.I16: return Convert(MemoryMarshal.Cast<byte, short>(bytes), static x => x);
            case ElementType.I8: return Convert(MemoryMarshal.Cast<byte, sbyte>(bytes), static x => x);
            case ElementType.U64: return Convert(MemoryMarshal.Cast<byte, ulong>(bytes), static x => x);
            case ElementType.U32: return Convert(MemoryMarshal.Cast<byte, uint>(bytes), static x => x);
            case ElementType.U16: return Convert(MemoryMarshal.Cast<byte, ushort>(bytes), static x => x);
            case ElementType.U8 or ElementType.Bool: return Convert(bytes, static x => x);
            default: throw new ArgumentException($"Elements of type {ElementTypes.Name(tensor.Type)} cannot be evaluated.", nameof(tensor));
        }
    }

    /// <summary>All elements rounded once to binary32: what the device stores.</summary>
    public static float[] ToFloats(Tensor tensor)
    {
        if (tensor.Type == ElementType.F32)
        {
            return tensor.AsFloats().ToArray();
        }

        var doubles = ToDoubles(tensor);
        var floats = new float[doubles.Length];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = (float)doubles[i];
        }

        return floats;
    }

    private static double[] Convert<T>(ReadOnlySpan<T> elements, Func<T, double> widen)
    {
        var result = new double[elements.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = widen(elements[i]);
        }

        return result;
    }
}
