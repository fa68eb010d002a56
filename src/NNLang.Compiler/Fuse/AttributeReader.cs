using NNLang.Operators.Model;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Fuse;

/// <summary>Typed access to the attributes of an operation whose dimensions are all known. The binder has checked kinds and defaults.</summary>
internal readonly ref struct AttributeReader(Operation operation)
{
    private readonly AttributeSet _attributes = operation.Attributes;

    /// <summary>Whether there is a value other than <c>none</c>.</summary>
    public bool Has(string name) => _attributes.Find(name) is not (null or AttributeValue.None);

    /// <summary>An integer.</summary>
    public long Integer(string name, long absent = 0) => _attributes.Find(name) is { } value ? ToInteger(value, name) : absent;

    /// <summary>A real number; an integer is accepted.</summary>
    public double Real(string name, double absent = 0) => _attributes.Find(name) switch
    {
        AttributeValue.Real real => real.Value,
        AttributeValue.Integer { Value.Value: { } integer } => integer,
        _ => absent,
    };

    /// <summary>A truth value.</summary>
    public bool Boolean(string name, bool absent = false) => _attributes.Find(name) is AttributeValue.Boolean boolean ? boolean.Value : absent;

    /// <summary>A word; the empty string where it is absent.</summary>
    public string Word(string name) => _attributes.Find(name) is AttributeValue.Text text ? text.Value : "";

    /// <summary>A list of integers; a single integer is repeated <paramref name="length"/> times.</summary>
    public long[] Integers(string name, int length, long absent)
    {
        switch (_attributes.Find(name))
        {
            case AttributeValue.List list:
                var values = new long[list.Values.Length];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = ToInteger(list.Values[i], name);
                }

                return values;
            case AttributeValue.Integer { Value.Value: { } value }:
                return Repeat(value, length);
            default:
                return Repeat(absent, length);
        }
    }

    private static long[] Repeat(long value, int length)
    {
        var values = new long[length];
        Array.Fill(values, value);
        return values;
    }

    private static long ToInteger(AttributeValue value, string name) =>
        value is AttributeValue.Integer { Value.Value: { } integer }
            ? integer
            : throw new InvalidOperationException($"Attribute '{name}' is not a known integer: {value}.");
}
