using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Binding;

/// <summary>
/// What decides how a block's body binds: the block, the values of its parameters and dimensions, what annotations it inherits, the facts.
/// Value equality.
/// </summary>
internal sealed class InstanceKey : IEquatable<InstanceKey>
{
    private readonly int _hash;

    public InstanceKey(
        string block, ImmutableArray<KeyValuePair<string, Value>> arguments, OperationAnnotations inherited, DimensionFacts facts)
    {
        Block = block;
        Arguments = arguments;
        Inherited = inherited;
        Facts = facts;
        var hash = new HashCode();
        hash.Add(block, StringComparer.Ordinal);
        foreach (var (name, value) in arguments)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value);
        }

        hash.Add(inherited);
        _hash = hash.ToHashCode();
    }

    public string Block { get; }

    /// <summary>Parameters and dimensions with their values, in order.</summary>
    public ImmutableArray<KeyValuePair<string, Value>> Arguments { get; }

    public OperationAnnotations Inherited { get; }

    public DimensionFacts Facts { get; }

    public bool Equals(InstanceKey? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || _hash != other._hash || Block != other.Block || Arguments.Length != other.Arguments.Length
            || !Inherited.Equals(other.Inherited) || !Facts.Equals(other.Facts))
        {
            return false;
        }

        for (var i = 0; i < Arguments.Length; i++)
        {
            if (Arguments[i].Key != other.Arguments[i].Key || !Arguments[i].Value.Equals(other.Arguments[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as InstanceKey);

    public override int GetHashCode() => _hash;
}
