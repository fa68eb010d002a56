using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.ProgramFormat;

/// <summary>Reads the bytes of one section; everything that is not there ends in a <see cref="ProgramFileException"/>.</summary>
internal ref struct SectionReader(ReadOnlySpan<byte> bytes, long start, string name)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long _start = start;
    private readonly string _name = name;
    private int _position;

    public readonly int Left => _bytes.Length - _position;

    public readonly ProgramFileException Error(string message) => new(_start + _position, $"section {_name}: {message}");

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public int I32() => (int)U32();

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ContentHash Hash() => new(Take(ContentHash.Length));

    /// <summary>A number of items, each of which takes at least some bytes of what is left.</summary>
    public int Count(int leastBytes, int most = int.MaxValue)
    {
        var count = U32();
        if (count > (uint)most || count > Left / leastBytes)
        {
            throw Error($"{count} items do not fit in {Left} bytes");
        }

        return (int)count;
    }

    public void Zero(int bytes)
    {
        foreach (var b in Take(bytes))
        {
            if (b != 0)
            {
                throw Error("reserved bytes are not 0");
            }
        }
    }

    public ImmutableArray<long> I64s(int count)
    {
        if (count > Left / 8)
        {
            throw Error($"{count} numbers do not fit in {Left} bytes");
        }

        var values = ImmutableArray.CreateBuilder<long>(count);
        for (var i = 0; i < count; i++)
        {
            values.Add(I64());
        }

        return values.MoveToImmutable();
    }

    /// <summary>A value of an enumeration without gaps from 0.</summary>
    public T Enum<T>(T last)
        where T : unmanaged, Enum
    {
        var value = U8();
        return value <= Convert.ToByte(last, null)
            ? (T)System.Enum.ToObject(typeof(T), value)
            : throw Error($"{value} is no {typeof(T).Name}");
    }

    public Shape Shape(int rank)
    {
        var dimensions = I64s(rank);
        Int128 count = 1;
        foreach (var dimension in dimensions)
        {
            count = dimension < 0 ? -1 : count * dimension;
            if (count < 0 || count > long.MaxValue)
            {
                throw Error("a shape has a negative extent or too many elements");
            }
        }

        return new Shape(dimensions.AsSpan());
    }

    public string[] Strings()
    {
        var strings = new string[Count(4)];
        for (var i = 0; i < strings.Length; i++)
        {
            var length = Count(1);
            try
            {
                strings[i] = Utf8.GetString(Take(length));
            }
            catch (DecoderFallbackException)
            {
                throw Error($"string {i} is not UTF-8");
            }
        }

        return strings;
    }

    public string Text(string[] strings)
    {
        var index = U32();
        return index < strings.Length ? strings[index] : throw Error($"there is no string {index}");
    }

    public readonly void End()
    {
        if (Left != 0)
        {
            throw Error($"{Left} bytes are left over");
        }
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw Error($"{count} bytes are needed and {Left} left");
        }

        var taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }
}
