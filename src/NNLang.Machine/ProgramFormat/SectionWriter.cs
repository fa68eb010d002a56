using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using NNLang.Machine.Programs;

namespace NNLang.Machine.ProgramFormat;

/// <summary>Collects the little-endian bytes of one section.</summary>
internal sealed class SectionWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void U8(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void I32(int value) => U32((uint)value);

    public void I64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void I64s(ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            I64(value);
        }
    }

    public void Hash(ContentHash hash)
    {
        hash.WriteTo(_buffer.GetSpan(ContentHash.Length));
        _buffer.Advance(ContentHash.Length);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);
}

/// <summary>Strings by index, in the order of first use.</summary>
internal sealed class StringTable
{
    private readonly Dictionary<string, uint> _indices = new(StringComparer.Ordinal);
    private readonly List<string> _strings = [];

    public uint Add(string text)
    {
        if (!_indices.TryGetValue(text, out var index))
        {
            index = (uint)_strings.Count;
            _indices.Add(text, index);
            _strings.Add(text);
        }

        return index;
    }

    public SectionWriter Write()
    {
        var section = new SectionWriter();
        WriteTo(section);
        return section;
    }

    public void WriteTo(SectionWriter section)
    {
        section.U32((uint)_strings.Count);
        foreach (var text in _strings)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            section.U32((uint)bytes.Length);
            section.Bytes(bytes);
        }
    }
}
