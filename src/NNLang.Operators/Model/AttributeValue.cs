using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Model;

/// <summary>A compile-time value as an operator's attribute sees it. Closed family; equality is by value. Thread-safe.</summary>
public abstract record AttributeValue
{
    private AttributeValue()
    {
    }

    /// <summary>A known integer.</summary>
    public static AttributeValue Of(long value) => new Integer(Dimension.Of(value));

    /// <summary>A real number.</summary>
    public static AttributeValue Of(double value) => new Real(value);

    /// <summary>A truth value.</summary>
    public static AttributeValue Of(bool value) => new Boolean(value);

    /// <summary>A word or string.</summary>
    public static AttributeValue Of(string value) => new Text(value);

    /// <summary>A list of known integers.</summary>
    public static AttributeValue Of(params ImmutableArray<long> values) => new List([.. values.Select(value => Of(value))]);

    /// <summary>The value <c>none</c>.</summary>
    public static AttributeValue Nothing { get; } = new None();

    /// <summary>An integer, possibly over symbolic dimensions.</summary>
    public sealed record Integer(Dimension Value) : AttributeValue;

    /// <summary>A real number.</summary>
    public sealed record Real(double Value) : AttributeValue;

    /// <summary>A truth value.</summary>
    public sealed record Boolean(bool Value) : AttributeValue;

    /// <summary>A string, or a bare word of an enumeration.</summary>
    public sealed record Text(string Value) : AttributeValue;

    /// <summary>An element type.</summary>
    public sealed record Type(ElementType Value) : AttributeValue;

    /// <summary>The value <c>none</c>.</summary>
    public sealed record None : AttributeValue;

    /// <summary>A list of values.</summary>
    public sealed record List(ImmutableArray<AttributeValue> Values) : AttributeValue
    {
        /// <inheritdoc/>
        public bool Equals(List? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var value in Values)
            {
                hash.Add(value);
            }

            return hash.ToHashCode();
        }
    }
}
