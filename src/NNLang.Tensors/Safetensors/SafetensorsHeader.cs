using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace NNLang.Tensors.Safetensors;

/// <summary>
/// The header of a safetensors file: what tensors it holds and where. Immutable, thread-safe. Reading costs time and memory proportional
/// to the header's length, which is limited, whatever the file claims.
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>Longest header accepted, in bytes: a hundred times what the largest published models have.</summary>
    public const int MaximumLength = 32 << 20;

    /// <summary>Bytes before the header: its length as a little-endian 64-bit number.</summary>
    public const int PrefixLength = 8;

    private static readonly FrozenDictionary<string, ElementType> Types = new Dictionary<string, ElementType>
    {
        ["F64"] = ElementType.F64,
        ["F32"] = ElementType.F32,
        ["F16"] = ElementType.F16,
        ["BF16"] = ElementType.BF16,
        ["F8_E4M3"] = ElementType.F8E4M3,
        ["F8_E5M2"] = ElementType.F8E5M2,
        ["I64"] = ElementType.I64,
        ["I32"] = ElementType.I32,
        ["I16"] = ElementType.I16,
        ["I8"] = ElementType.I8,
        ["U64"] = ElementType.U64,
        ["U32"] = ElementType.U32,
        ["U16"] = ElementType.U16,
        ["U8"] = ElementType.U8,
        ["BOOL"] = ElementType.Bool,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, SafetensorsEntry> _byName;

    private SafetensorsHeader(ImmutableArray<SafetensorsEntry> entries, ImmutableSortedDictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
        _byName = entries.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors in the order of their data.</summary>
    public ImmutableArray<SafetensorsEntry> Entries { get; }

    /// <summary>The free text that writers add.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a key, or null. One hash.</summary>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// The length of the header from the file's first eight bytes. Throws <see cref="TensorFileException"/> if it cannot be.
    /// </summary>
    public static int ReadLength(ReadOnlySpan<byte> prefix, long fileLength)
    {
        if (prefix.Length < PrefixLength || fileLength < PrefixLength)
        {
            throw new TensorFileException($"A safetensors file has at least {PrefixLength} bytes, this one has {fileLength}.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(fileLength - PrefixLength))
        {
            throw new TensorFileException($"The header is said to have {length} bytes, but the file ends after {fileLength - PrefixLength}.");
        }

        return length <= MaximumLength
            ? (int)length
            : throw new TensorFileException($"The header has {length} bytes; at most {MaximumLength} are read.");
    }

    /// <summary>
    /// Reads a header. Names are unique, extents and lengths fit the types, data lies in the file, and tensors do not overlap.
    /// Throws <see cref="TensorFileException"/> where that does not hold.
    /// </summary>
    /// <param name="json">The header's bytes, behind the prefix.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    public static SafetensorsHeader Read(ReadOnlySpan<byte> json, long fileLength)
    {
        var start = PrefixLength + (long)json.Length;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            var entries = new List<SafetensorsEntry>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            Expect(ref reader, JsonTokenType.StartObject, "the header");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!names.Add(name))
                {
                    throw new TensorFileException($"'{Clip(name)}' occurs twice in the header.");
                }

                if (name == "__metadata__")
                {
                    ReadMetadata(ref reader, metadata);
                }
                else
                {
                    entries.Add(ReadEntry(ref reader, name, start, fileLength));
                }
            }

            if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            {
                throw new TensorFileException("The header does not end with its object.");
            }

            entries.Sort(static (a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Length.CompareTo(b.Length));
            var end = start;
            foreach (var entry in entries)
            {
                if (entry.Offset < end)
                {
                    throw new TensorFileException($"The data of '{Clip(entry.Name)}' overlaps that of another tensor.");
                }

                end = entry.Offset + entry.Length;
            }

            return new SafetensorsHeader([.. entries], metadata.ToImmutable());
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            var place = failure is JsonException { BytePositionInLine: { } position } ? $" at byte {position + PrefixLength}"
                : string.Empty;
            throw new TensorFileException($"The header is not the JSON of a safetensors file{place}.", failure);
        }
    }

    /// <summary>The name of an element type in safetensors files, or null for one that they cannot hold.</summary>
    internal static string? NameOf(ElementType type)
    {
        foreach (var (name, candidate) in Types)
        {
            if (candidate == type)
            {
                return name;
            }
        }

        return null;
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, long start, long fileLength)
    {
        ElementType? type = null;
        Shape? shape = null;
        (long Begin, long End)? range = null;
        Expect(ref reader, JsonTokenType.StartObject, name);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8))
            {
                Expect(ref reader, JsonTokenType.String, name);
                var spelled = reader.GetString()!;
                type = Types.TryGetValue(spelled, out var known)
                    ? known
                    : throw new TensorFileException($"'{Clip(name)}' has the element type '{Clip(spelled)}', which is not supported.");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                shape = new Shape([.. ReadNumbers(ref reader, name, 64)]);
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                var numbers = ReadNumbers(ref reader, name, 2);
                range = numbers.Count == 2 ? (numbers[0], numbers[1])
                    : throw new TensorFileException($"'{Clip(name)}' has not two data offsets.");
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || type is not { } element || shape is not { } extents
            || range is not var (begin, end))
        {
            throw new TensorFileException($"'{Clip(name)}' lacks dtype, shape or data_offsets.");
        }

        if (begin > end || end > fileLength - start)
        {
            throw new TensorFileException($"'{Clip(name)}' lies in bytes {begin} to {end} of the data, which has {fileLength - start}.");
        }

        long needed;
        try
        {
            needed = checked(extents.Count * ElementTypes.Bytes(element));
        }
        catch (OverflowException)
        {
            throw new TensorFileException($"'{Clip(name)}' has the shape {Clip(extents.ToString())}, more than any file can hold.");
        }

        return needed == end - begin
            ? new SafetensorsEntry(name, element, extents, start + begin, needed)
            : throw new TensorFileException($"'{Clip(name)}' is {ElementTypes.Name(element)}{extents}: {needed} bytes, but {end - begin} are given.");
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string name, int most)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray, name);
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (numbers.Count == most || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw new TensorFileException($"'{Clip(name)}' has a number that is negative, too large or one too many.");
            }

            numbers.Add(number);
        }

        return reader.TokenType == JsonTokenType.EndArray ? numbers
            : throw new TensorFileException($"'{Clip(name)}' has something else than numbers in a list.");
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, ImmutableSortedDictionary<string, string>.Builder metadata)
    {
        Expect(ref reader, JsonTokenType.StartObject, "__metadata__");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, "__metadata__");
            metadata[name] = reader.GetString()!;
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string where)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new TensorFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"At byte {reader.TokenStartIndex + PrefixLength}, in '{Clip(where)}': something else than expected."));
        }
    }

    private static string Clip(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
