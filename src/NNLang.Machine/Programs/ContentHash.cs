using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NNLang.Machine.Programs;

/// <summary>A SHA-256 of some content.</summary>
public readonly struct ContentHash : IEquatable<ContentHash>
{
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Wraps the 32 bytes of a hash.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The bytes of a hash.</summary>
    public const int Length = 32;

    /// <summary>The hash of some bytes.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new ContentHash(hash);
    }

    /// <summary>Reads 64 hexadecimal digits; null if they are not that.</summary>
    public static ContentHash? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return text.Length == 2 * Length
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? new ContentHash(bytes)
            : null;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <inheritdoc/>
    public bool Equals(ContentHash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContentHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _a.GetHashCode();

    /// <summary>The 64 hexadecimal digits, lower case.</summary>
    public override string ToString() => $"{_a:x16}{_b:x16}{_c:x16}{_d:x16}";

    /// <summary>Value equality.</summary>
    public static bool operator ==(ContentHash left, ContentHash right) => left.Equals(right);

    /// <summary>Value inequality.</summary>
    public static bool operator !=(ContentHash left, ContentHash right) => !left.Equals(right);
}
