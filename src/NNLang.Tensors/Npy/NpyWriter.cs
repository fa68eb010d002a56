using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace NNLang.Tensors.Npy;

/// <summary>Writes NumPy's .npy files, version 1, little-endian, C order. The same tensor gives the same bytes.</summary>
public static class NpyWriter
{
    /// <summary>
    /// Writes a file atomically. bf16, 8-bit floats and 4-bit integers, which NumPy has not, are written in the narrowest type that
    /// holds them: f4, i1, u1.
    /// </summary>
    public static void Write(string path, Tensor tensor) => AtomicFile.Write(path, stream => Write(stream, tensor));

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        var stored = tensor.Type switch
        {
            ElementType.BF16 or ElementType.F8E4M3 or ElementType.F8E5M2 => tensor.ConvertTo(ElementType.F32),
            ElementType.I4 => tensor.ConvertTo(ElementType.I8),
            ElementType.U4 => tensor.ConvertTo(ElementType.U8),
            _ => tensor,
        };
        var size = ElementTypes.Bytes(stored.Type);
        var kind = stored.Type == ElementType.Bool ? 'b' : ElementTypes.IsFloat(stored.Type) ? 'f' : ElementTypes.Name(stored.Type)[0];
        var extents = string.Join(", ", stored.Shape.Dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture)));
        var dictionary = string.Create(
            CultureInfo.InvariantCulture,
            $"{{'descr': '{(size == 1 ? '|' : '<')}{kind}{size}', 'fortran_order': False, 'shape': ({extents}{(stored.Shape.Rank == 1 ? "," : string.Empty)}), }}");

        // The data begins at a multiple of 64, behind blanks and a line break.
        var length = ((10 + dictionary.Length + 1 + 63) / 64 * 64) - 10;
        if (length > ushort.MaxValue)
        {
            throw new ArgumentException($"A tensor of rank {stored.Shape.Rank} does not fit the header of a .npy file.", nameof(tensor));
        }

        Span<byte> prefix = stackalloc byte[10];
        prefix[0] = 0x93;
        "NUMPY"u8.CopyTo(prefix[1..]);
        prefix[6] = 1;
        prefix[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(prefix[8..], (ushort)length);
        stream.Write(prefix);
        stream.Write(Encoding.ASCII.GetBytes(dictionary.PadRight(length - 1) + "\n"));
        stream.Write(stored.Bytes.Span);
    }
}
