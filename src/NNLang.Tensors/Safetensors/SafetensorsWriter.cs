using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace NNLang.Tensors.Safetensors;

/// <summary>Writes safetensors files. The same tensors give the same bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>
    /// Writes a file atomically: beside it under a temporary name, then moved over it. Nothing half-written is left where it fails.
    /// Throws <see cref="ArgumentException"/> as <see cref="Write(Stream, IReadOnlyList{KeyValuePair{string, Tensor}},
    /// IEnumerable{KeyValuePair{string, string}})"/> does.
    /// </summary>
    public static void Write(
        string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata ?? []));

    /// <summary>
    /// Writes to a stream: wider elements first, so that every tensor is aligned, else in the order given. Throws
    /// <see cref="ArgumentException"/> for a key given twice, the key <c>__metadata__</c>, or a type that safetensors files cannot hold.
    /// </summary>
    public static void Write(
        Stream stream, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var ordered = tensors.Select((pair, index) => (pair.Key, Tensor: pair.Value, Index: index))
            .OrderByDescending(item => ElementTypes.Bytes(item.Tensor.Type))
            .ThenBy(item => item.Index)
            .ToArray();
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            var pairs = metadata.ToArray();
            if (pairs.Length > 0)
            {
                writer.WriteStartObject("__metadata__");
                foreach (var (key, value) in pairs)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            var offset = 0L;
            foreach (var (name, tensor, _) in ordered)
            {
                if (!names.Add(name))
                {
                    throw new ArgumentException($"The key '{name}' is given twice or reserved.", nameof(tensors));
                }

                writer.WriteStartObject(name);
                writer.WriteString("dtype", SafetensorsHeader.NameOf(tensor.Type)
                    ?? throw new ArgumentException($"Safetensors files do not hold {ElementTypes.Name(tensor.Type)}.", nameof(tensors)));
                writer.WriteStartArray("shape");
                foreach (var extent in tensor.Shape.Dimensions)
                {
                    writer.WriteNumberValue(extent);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                writer.WriteNumberValue(offset += tensor.Bytes.Length);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        // Blanks behind the object align the data.
        var padding = (8 - (json.WrittenCount % 8)) % 8;
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.WrittenCount + padding);
        stream.Write(prefix);
        stream.Write(json.WrittenSpan);
        stream.Write("        "u8[..padding]);
        foreach (var (_, tensor, _) in ordered)
        {
            stream.Write(tensor.Bytes.Span);
        }
    }
}
