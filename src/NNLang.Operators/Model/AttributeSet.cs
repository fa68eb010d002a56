using System.Collections.Immutable;

namespace NNLang.Operators.Model;

/// <summary>
/// The attribute values of one operation, defaults filled in, in the order of the operator's definitions. Equality is by value,
/// so a set can be part of a content key. Thread-safe.
/// </summary>
public sealed class AttributeSet : IEquatable<AttributeSet>
{
    private readonly ImmutableArray<KeyValuePair<string, AttributeValue>> _values;
    private readonly int _hash;

    /// <summary>Makes a set; names are unique.</summary>
    public AttributeSet(ImmutableArray<KeyValuePair<string, AttributeValue>> values)
    {
        _values = values;
        var hash = new HashCode();
        foreach (var (name, value) in values)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The empty set.</summary>
    public static AttributeSet Empty { get; } = new([]);

    /// <summary>All values with their names.</summary>
    public ImmutableArray<KeyValuePair<string, AttributeValue>> Values => _values;

    /// <summary>The value of a name, or null. Linear: operators have at most about ten attributes.</summary>
    public AttributeValue? Find(string name)
    {
        foreach (var (key, value) in _values)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(AttributeSet? other) =>
        other is not null && _hash == other._hash && _values.AsSpan().SequenceEqual(other._values.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
