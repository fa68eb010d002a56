using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NNLang.Tensors;

namespace NNLang.Compiler.Lowered;

/// <summary>Elements of constants in binary64, as recipes hold them.</summary>
internal static class SourceElements
{
    /// <summary>All elements of a constant, widened. O(elements).</summary>
    /// <exception cref="ArgumentException">The element type has no exact binary64 form.</exception>
    public static ImmutableArray<double> ToDoubles(Tensor tensor)
    {
        var bytes = tensor.Bytes.Span;
        return tensor.Type switch
        {
            ElementType.F64 => [.. MemoryMarshal.Cast<byte, double>(bytes)],
            ElementType.F32 => Widen<float>(bytes, static x => x),
            ElementType.F16 => Widen<Half>(bytes, static x => (double)x),
            ElementType.BF16 => Widen<ushort>(bytes, static x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
            ElementType.I64 => Widen<long>(bytes, static x => x),
            ElementType.I32 => Widen<int>(bytes, static x => x),
            ElementType.I16 => Widen<short>(bytes, static x => x),
            ElementType.I8 => Widen<sbyte>(bytes, static x => x),
            ElementType.U32 => Widen<uint>(bytes, static x => x),
            ElementType.U16 => Widen<ushort>(bytes, static x => x),
            ElementType.U8 or ElementType.Bool => Widen<byte>(bytes, static x => x),
            _ => throw new ArgumentException($"A recipe cannot hold elements of type {ElementTypes.Name(tensor.Type)}.", nameof(tensor)),
        };
    }

    private static ImmutableArray<double> Widen<T>(ReadOnlySpan<byte> bytes, Func<T, double> widen)
        where T : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, T>(bytes);
        var result = ImmutableArray.CreateBuilder<double>(elements.Length);
        foreach (var element in elements)
        {
            result.Add(widen(element));
        }

        return result.MoveToImmutable();
    }
}
