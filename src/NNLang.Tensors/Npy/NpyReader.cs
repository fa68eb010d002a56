using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace NNLang.Tensors.Npy;

/// <summary>
/// Reads NumPy's .npy files, versions 1 to 3, either byte order, C or Fortran order. Costs time and memory proportional to the file,
/// whatever its header claims.
/// </summary>
public static class NpyReader
{
    private const int MaximumHeader = 1 << 20;
    private const int MaximumRank = 64;

    private static readonly FrozenDictionary<string, ElementType> Types = new Dictionary<string, ElementType>
    {
        ["f8"] = ElementType.F64,
        ["f4"] = ElementType.F32,
        ["f2"] = ElementType.F16,
        ["i8"] = ElementType.I64,
        ["i4"] = ElementType.I32,
        ["i2"] = ElementType.I16,
        ["i1"] = ElementType.I8,
        ["u8"] = ElementType.U64,
        ["u4"] = ElementType.U32,
        ["u2"] = ElementType.U16,
        ["u1"] = ElementType.U8,
        ["b1"] = ElementType.Bool,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads a file. Throws <see cref="TensorFileException"/> for one that is not sound, and what opening a file throws.</summary>
    public static Tensor Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > int.MaxValue)
        {
            throw new TensorFileException($"The file has {stream.Length} bytes; at most {int.MaxValue} are read.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes);
    }

    /// <summary>Reads a file's bytes. Throws <see cref="TensorFileException"/> for ones that are not sound.</summary>
    public static Tensor Read(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new TensorFileException("The file does not begin with the signature of .npy files.");
        }

        var major = bytes[6];
        if (major is < 1 or > 3)
        {
            throw new TensorFileException($"The file has version {major} of the .npy format; 1 to 3 are read.");
        }

        var start = major == 1 ? 10 : 12;
        var length = bytes.Length < start ? -1
            : major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length < 0 || length > MaximumHeader || length > bytes.Length - start)
        {
            throw new TensorFileException($"The header is said to have {length} bytes, but the file has {bytes.Length}.");
        }

        var header = new Header(Encoding.UTF8.GetString(bytes.Slice(start, (int)length)));
        header.Read();
        var data = file[(start + (int)length)..];
        long needed;
        try
        {
            needed = checked(header.Shape.Count * ElementTypes.Bytes(header.Type));
        }
        catch (OverflowException)
        {
            throw new TensorFileException("The shape is more than any file can hold.");
        }

        if (needed != data.Length)
        {
            throw new TensorFileException($"{ElementTypes.Name(header.Type)}{header.Shape} needs {needed} bytes, but {data.Length} follow the header.");
        }

        var size = ElementTypes.Bytes(header.Type);
        if (!header.BigEndian && !header.Fortran)
        {
            return new Tensor(header.Type, header.Shape, data);
        }

        var elements = data.ToArray();
        if (header.BigEndian)
        {
            for (var at = 0; at < elements.Length; at += size)
            {
                elements.AsSpan(at, size).Reverse();
            }
        }

        return new Tensor(header.Type, header.Shape, header.Fortran ? ToRowMajor(elements, header.Shape, size) : elements);
    }

    private static byte[] ToRowMajor(byte[] elements, Shape shape, int size)
    {
        var result = new byte[elements.Length];
        var strides = new long[shape.Rank];
        var step = (long)size;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        var index = new long[shape.Rank];
        var from = 0L;
        for (var at = 0; at < result.Length; at += size)
        {
            elements.AsSpan((int)from, size).CopyTo(result.AsSpan(at));
            for (var axis = shape.Rank - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return result;
    }

    /// <summary>The header: a Python dictionary of exactly three known keys.</summary>
    private sealed class Header(string text)
    {
        private int _at;

        public ElementType Type { get; private set; }

        public bool BigEndian { get; private set; }

        public bool Fortran { get; private set; }

        public Shape Shape { get; private set; }

        public void Read()
        {
            var seen = new HashSet<string>();
            Expect('{');
            while (!Take('}'))
            {
                var key = Quoted();
                Expect(':');
                if (!seen.Add(key))
                {
                    throw Wrong();
                }

                switch (key)
                {
                    case "descr":
                        ReadType(Quoted());
                        break;
                    case "fortran_order":
                        Fortran = Word() switch { "True" => true, "False" => false, _ => throw Wrong() };
                        break;
                    case "shape":
                        ReadShape();
                        break;
                    default:
                        throw Wrong();
                }

                if (!Take(','))
                {
                    Expect('}');
                    break;
                }
            }

            Skip();
            if (_at != text.Length || seen.Count != 3)
            {
                throw Wrong();
            }
        }

        private void ReadType(string spelled)
        {
            if (spelled.Length != 3 || !"<>|=".Contains(spelled[0]) || !Types.TryGetValue(spelled[1..], out var type))
            {
                throw new TensorFileException($"The element type '{(spelled.Length <= 40 ? spelled : spelled[..40])}' is not supported.");
            }

            Type = type;
            BigEndian = spelled[0] == '>';
        }

        private void ReadShape()
        {
            var extents = new List<long>();
            Expect('(');
            while (!Take(')'))
            {
                var word = Word();
                if (extents.Count == MaximumRank || !long.TryParse(word, System.Globalization.NumberStyles.None,
                    System.Globalization.CultureInfo.InvariantCulture, out var extent))
                {
                    throw Wrong();
                }

                extents.Add(extent);
                if (!Take(','))
                {
                    Expect(')');
                    break;
                }
            }

            Shape = new Shape([.. extents]);
        }

        private string Quoted()
        {
            Skip();
            if (_at >= text.Length || text[_at] is not ('\'' or '"'))
            {
                throw Wrong();
            }

            var close = text.IndexOf(text[_at], _at + 1);
            if (close < 0)
            {
                throw Wrong();
            }

            var content = text[(_at + 1)..close];
            _at = close + 1;
            return content;
        }

        private string Word()
        {
            Skip();
            var start = _at;
            while (_at < text.Length && char.IsAsciiLetterOrDigit(text[_at]))
            {
                _at++;
            }

            // Python 2 wrote long integers with an L.
            return text[start.._at].TrimEnd('L');
        }

        private void Expect(char c)
        {
            if (!Take(c))
            {
                throw Wrong();
            }
        }

        private bool Take(char c)
        {
            Skip();
            if (_at < text.Length && text[_at] == c)
            {
                _at++;
                return true;
            }

            return false;
        }

        private void Skip()
        {
            while (_at < text.Length && text[_at] is (' ' or '\n' or '\t'))
            {
                _at++;
            }
        }

        private TensorFileException Wrong() => new($"The header is not that of a .npy file at character {_at}.");
    }
}
