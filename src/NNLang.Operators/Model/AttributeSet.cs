using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Model;

/// <summary>
/// The attribute values of one operation, defaults filled in, in the order of the operator's definitions. Equality is by value,
/// so a set can be part of a content key. Thread-safe.
/// </summary>
/// <remarks>
/// The typed readers throw <see cref="InvalidOperationException"/> where the value has another kind: the binder checks kinds against
/// <see cref="AttributeDefinition"/> before it makes a set.
/// </remarks>
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

    /// <summary>
    /// The set of an operator's attributes with the given values, defaults for the others; a single integer for a list of fixed length
    /// is repeated. Throws <see cref="ArgumentException"/> for an unknown name or a missing required one.
    /// </summary>
    public static AttributeSet For(Operator @operator, params ReadOnlySpan<(string Name, AttributeValue Value)> given)
    {
        var values = ImmutableArray.CreateBuilder<KeyValuePair<string, AttributeValue>>();
        var used = 0;
        foreach (var definition in @operator.Attributes)
        {
            AttributeValue? value = null;
            foreach (var (name, candidate) in given)
            {
                if (name == definition.Name)
                {
                    value = candidate;
                    used++;
                }
            }

            value ??= definition.Default ?? throw new ArgumentException($"'{@operator.Name}' needs '{definition.Name}'.", nameof(given));
            values.Add(new(definition.Name, definition.Normalise(value)));
        }

        return used == given.Length
            ? new AttributeSet(values.ToImmutable())
            : throw new ArgumentException($"'{@operator.Name}' has no such attribute, or one is given twice.", nameof(given));
    }

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

    /// <summary>Whether a value other than <c>none</c> is there.</summary>
    public bool Has(string name) => Find(name) is not (null or AttributeValue.None);

    /// <summary>An integer, possibly symbolic.</summary>
    public Dimension Dimension(string name) => Find(name) is AttributeValue.Integer integer ? integer.Value
        : throw Mismatch(name, "an integer");

    /// <summary>A known integer. Throws <see cref="InvalidOperationException"/> where it is symbolic.</summary>
    public long Integer(string name) => Dimension(name).Value ?? throw Mismatch(name, "a known integer");

    /// <summary>A list of integers; a single integer is a list of one.</summary>
    public ImmutableArray<Dimension> Dimensions(string name) => Find(name) switch
    {
        AttributeValue.Integer integer => [integer.Value],
        AttributeValue.List list => [.. list.Values.Select(item =>
            item is AttributeValue.Integer integer ? integer.Value : throw Mismatch(name, "a list of integers"))],
        _ => throw Mismatch(name, "a list of integers"),
    };

    /// <summary>A list of known integers. Throws <see cref="InvalidOperationException"/> where one is symbolic.</summary>
    public ImmutableArray<long> Integers(string name) =>
        [.. Dimensions(name).Select(item => item.Value ?? throw Mismatch(name, "a list of known integers"))];

    /// <summary>A real number; an integer is accepted.</summary>
    public double Real(string name) => Find(name) switch
    {
        AttributeValue.Real real => real.Value,
        AttributeValue.Integer { Value.Value: { } value } => value,
        _ => throw Mismatch(name, "a number"),
    };

    /// <summary>A truth value.</summary>
    public bool Boolean(string name) => Find(name) is AttributeValue.Boolean boolean ? boolean.Value
        : throw Mismatch(name, "true or false");

    /// <summary>A word or string.</summary>
    public string Text(string name) => Find(name) is AttributeValue.Text text ? text.Value : throw Mismatch(name, "a word");

    /// <summary>An element type.</summary>
    public ElementType Type(string name) => Find(name) is AttributeValue.Type type ? type.Value : throw Mismatch(name, "an element type");

    /// <inheritdoc/>
    public bool Equals(AttributeSet? other) =>
        other is not null && _hash == other._hash && _values.AsSpan().SequenceEqual(other._values.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private static InvalidOperationException Mismatch(string name, string expected) => new($"Attribute '{name}' is not {expected}.");
}
