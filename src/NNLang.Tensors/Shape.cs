using System.Collections.Immutable;
using System.Globalization;

namespace NNLang.Tensors;

/// <summary>
/// The known extents of a tensor, outermost axis first. Rank 0 has one element; an extent may be 0.
/// Equality is by value. Thread-safe.
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly ImmutableArray<long> _dimensions;

    /// <summary>Makes a shape of the given extents, each at least 0.</summary>
    public Shape(params ReadOnlySpan<long> dimensions)
    {
        foreach (var d in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(d);
        }

        _dimensions = [.. dimensions];
    }

    /// <summary>The extents, outermost first.</summary>
    public ImmutableArray<long> Dimensions => _dimensions.IsDefault ? [] : _dimensions;

    /// <summary>The number of axes.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>The extent of one axis; negative counts from the last axis.</summary>
    public long this[int axis] => Dimensions[axis < 0 ? axis + Rank : axis];

    /// <summary>The number of elements. Throws <see cref="OverflowException"/> beyond 2^63 - 1.</summary>
    public long Count
    {
        get
        {
            var count = 1L;
            foreach (var d in Dimensions)
            {
                count = checked(count * d);
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var d in Dimensions)
        {
            hash.Add(d);
        }

        return hash.ToHashCode();
    }

    /// <summary>The shape as the language writes it: <c>[1, 3, 224, 224]</c>.</summary>
    public override string ToString() =>
        "[" + string.Join(", ", Dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>Value equality.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Value inequality.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
