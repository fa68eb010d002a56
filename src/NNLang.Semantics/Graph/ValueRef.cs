namespace NNLang.Semantics.Graph;

/// <summary>What an operand reads, relative to the layer that reads it.</summary>
public enum ValueKind : byte
{
    /// <summary>The operand is absent (an optional one).</summary>
    None,
    /// <summary>A network input.</summary>
    Input,
    /// <summary>A result of an earlier layer.</summary>
    Layer,
    /// <summary>A tensor that is known before the run: a weight or a constant of <see cref="Layer.Sources"/>.</summary>
    Source,
}

/// <summary>A reference to a value. Relative, so that inserting a layer changes only the references that cross it.</summary>
/// <param name="Kind">What is referred to.</param>
/// <param name="Index">Input: its index. Layer: the distance back, at least 1. Source: index into <see cref="Layer.Sources"/>.</param>
/// <param name="Result">Layer: which of its results.</param>
public readonly record struct ValueRef(ValueKind Kind, int Index, int Result = 0)
{
    /// <summary>For layers: how many layers before the reader the producer stands.</summary>
    public int Distance => Index;
}
