using System.Collections.Immutable;

namespace NNLang.Semantics.Graph;

/// <summary>
/// A layer: an operation instance at network level, the unit of debugging. A small value made of shared immutable parts: parts that
/// an edit does not concern are the same objects before and after it.
/// </summary>
/// <param name="Operation">What it computes: the part that a compiler may key a cache by.</param>
/// <param name="Operands">What it reads, in the operator's order, relative to this layer.</param>
/// <param name="Sources">The weights and constants it reads: slots first (null where the operation has not the slot), then operands.</param>
/// <param name="Name">Its path.</param>
/// <param name="Anchor">Where it stands in the text.</param>
public readonly record struct Layer(
    Operation Operation,
    ImmutableArray<ValueRef> Operands,
    ImmutableArray<TensorSource?> Sources,
    LayerName Name,
    SourceAnchor Anchor)
{
    /// <summary>The path, <c>layer3/1/x/conv2</c>.</summary>
    public string Path => Name.Path;
}
