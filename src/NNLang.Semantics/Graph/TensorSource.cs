using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Semantics.Graph;

/// <summary>A tensor that is known before the run. Closed family, value equality.</summary>
/// <param name="Type">Its type.</param>
public abstract record TensorSource(TensorType Type)
{
    /// <summary>A weight by key: read from a file or drawn from a seed when the program is loaded, never by a pass.</summary>
    /// <param name="Type">Its type.</param>
    /// <param name="Key">The key, after the map of the declaration.</param>
    /// <param name="Role">How it is drawn where weights are seeded.</param>
    public sealed record Weight(TensorType Type, string Key, SlotRole Role) : TensorSource(Type);

    /// <summary>A constant of the text.</summary>
    /// <param name="Type">Its type.</param>
    /// <param name="Value">Its elements; at most 4,096.</param>
    public sealed record Constant(TensorType Type, Tensor Value) : TensorSource(Type)
    {
        /// <inheritdoc/>
        public bool Equals(Constant? other) =>
            other is not null && Type.Equals(other.Type) && Value.Bytes.Span.SequenceEqual(other.Value.Bytes.Span);

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(Type);
            hash.AddBytes(Value.Bytes.Span);
            return hash.ToHashCode();
        }
    }
}
