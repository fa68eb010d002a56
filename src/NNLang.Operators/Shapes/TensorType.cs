using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Operators.Shapes;

/// <summary>An element type and dimensions, known or symbolic. Equality is by value. Thread-safe.</summary>
public sealed class TensorType : IEquatable<TensorType>
{
    private readonly int _hash;

    /// <summary>Makes a type.</summary>
    public TensorType(ElementType element, params ImmutableArray<Dimension> dimensions)
    {
        Element = element;
        Dimensions = dimensions;
        var hash = new HashCode();
        hash.Add(element);
        foreach (var d in dimensions)
        {
            hash.Add(d);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The element type.</summary>
    public ElementType Element { get; }

    /// <summary>The dimensions, outermost first.</summary>
    public ImmutableArray<Dimension> Dimensions { get; }

    /// <summary>The number of axes.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>The shape if every dimension is known, else null.</summary>
    public Shape? KnownShape
    {
        get
        {
            Span<long> extents = Rank <= 16 ? stackalloc long[Rank] : new long[Rank];
            for (var i = 0; i < extents.Length; i++)
            {
                if (Dimensions[i].Value is not { } value)
                {
                    return null;
                }

                extents[i] = value;
            }

            return new Shape(extents);
        }
    }

    /// <summary>The type with every symbol replaced by its value where the binding has one.</summary>
    public TensorType Bind(IReadOnlyDictionary<string, long> binding) =>
        new(Element, [.. Dimensions.Select(d => d.Bind(binding))]);

    /// <inheritdoc/>
    public bool Equals(TensorType? other) =>
        other is not null && _hash == other._hash && Element == other.Element
        && Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorType);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The type as the language writes it, <c>f32[N, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"{ElementTypes.Name(Element)}[{string.Join(", ", Dimensions)}]";
}
