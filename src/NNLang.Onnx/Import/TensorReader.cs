using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using NNLang.Onnx.Wire;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>ONNX tensors as tensors: raw bytes, typed fields, or external files.</summary>
internal static class TensorReader
{
    private const int MaximumRank = 64;

    /// <summary>Reads one. Throws <see cref="ImportException"/> where sizes do not fit or the type is not supported.</summary>
    public static Tensor Read(TensorData data, Func<string, ReadOnlyMemory<byte>?>? readExternal)
    {
        var type = OnnxTypes.Find(data.DataType) ?? throw Wrong(data, $"has the element type {data.DataType}, which is not supported");
        if (data.Dims.Count > MaximumRank || data.Dims.Any(d => d < 0))
        {
            throw Wrong(data, "has no sound shape");
        }

        var shape = new Shape([.. data.Dims]);
        long count;
        try
        {
            count = shape.Count;
            _ = checked(count * 8);
        }
        catch (OverflowException)
        {
            throw Wrong(data, "has a shape that no file can hold");
        }

        if (data.DataLocation == 1)
        {
            return new Tensor(type, shape, External(data, type, count, readExternal));
        }

        if (data.HasRawData)
        {
            return FromRaw(data, type, shape, count, data.RawData.Memory);
        }

        return type switch
        {
            ElementType.F32 => new Tensor(type, shape, Bytes(Exactly(data, data.FloatData, count).Select(static x => x))),
            ElementType.F64 => new Tensor(type, shape, Bytes(Exactly(data, data.DoubleData, count))),
            ElementType.I64 => new Tensor(type, shape, Bytes(Exactly(data, data.Int64Data, count))),
            ElementType.U64 => new Tensor(type, shape, Bytes(Exactly(data, data.Uint64Data, count))),
            ElementType.U32 => new Tensor(type, shape, Bytes(Exactly(data, data.Uint64Data, count).Select(static x => (uint)x))),
            ElementType.I32 => new Tensor(type, shape, Bytes(Exactly(data, data.Int32Data, count))),
            ElementType.I16 => new Tensor(type, shape, Bytes(Exactly(data, data.Int32Data, count).Select(static x => (short)x))),
            ElementType.U16 or ElementType.F16 or ElementType.BF16 =>
                new Tensor(type, shape, Bytes(Exactly(data, data.Int32Data, count).Select(static x => (ushort)x))),
            ElementType.I4 or ElementType.U4 => FromRaw(data, type, shape, count, Bytes(data.Int32Data.Select(static x => (byte)x))),
            _ => new Tensor(type, shape, Bytes(Exactly(data, data.Int32Data, count).Select(static x => (byte)x))),
        };
    }

    private static Tensor FromRaw(TensorData data, ElementType type, Shape shape, long count, ReadOnlyMemory<byte> raw)
    {
        var packed = type is ElementType.I4 or ElementType.U4;
        var needed = packed ? (count + 1) / 2 : count * ElementTypes.Bytes(type);
        if (raw.Length != needed)
        {
            throw Wrong(data, $"is {ElementTypes.Name(type)}{shape} and needs {needed} bytes, but has {raw.Length}");
        }

        if (!packed)
        {
            return new Tensor(type, shape, raw);
        }

        var bytes = new byte[count];
        for (var i = 0; i < bytes.Length; i++)
        {
            var half = (raw.Span[i / 2] >> (i % 2 * 4)) & 15;
            bytes[i] = type == ElementType.I4 && half >= 8 ? (byte)(half - 16) : (byte)half;
        }

        return new Tensor(type, shape, bytes);
    }

    private static ReadOnlyMemory<byte> External(TensorData data, ElementType type, long count, Func<string, ReadOnlyMemory<byte>?>? read)
    {
        var (location, offset, length) = (string.Empty, 0L, -1L);
        foreach (var pair in data.ExternalData)
        {
            location = pair.Key == "location" ? pair.Value : location;
            offset = pair.Key == "offset" ? Number(pair.Value) : offset;
            length = pair.Key == "length" ? Number(pair.Value) : length;
        }

        if (read?.Invoke(location) is not { } file)
        {
            throw Wrong(data, $"lies in the file '{location}', which cannot be read");
        }

        var needed = count * ElementTypes.Bytes(type);
        return offset >= 0 && (length < 0 || length == needed) && offset <= file.Length - needed
            ? file.Slice((int)offset, (int)needed)
            : throw Wrong(data, $"lies at byte {offset} of '{location}' with {needed} bytes, but the file has {file.Length}");

        static long Number(string text) =>
            long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value)
                ? value : -2;
    }

    private static RepeatedField<T> Exactly<T>(TensorData data, RepeatedField<T> field, long count) =>
        field.Count == count ? field : throw Wrong(data, $"needs {count} elements, but has {field.Count}");

    private static byte[] Bytes<T>(IEnumerable<T> elements)
        where T : unmanaged => MemoryMarshal.AsBytes(elements.ToArray().AsSpan()).ToArray();

    private static ImportException Wrong(TensorData data, string what) =>
        new(OnnxCodes.Unreadable.Code, $"The tensor '{data.Name}' {what}.", "Export the model again.");
}
