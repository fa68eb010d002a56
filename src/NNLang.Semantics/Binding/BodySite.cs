using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Binding;

/// <summary>What kind of body it is.</summary>
internal enum BodyKind : byte
{
    Network,
    Block,
    Iteration,
    Branch,
}

/// <summary>Where a body stands: everything that binding it depends on besides its text and the facts before it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Outer">The names around it.</param>
/// <param name="Kind">What kind of body it is.</param>
/// <param name="Inherited">The annotations in force.</param>
/// <param name="Block">The block or network it belongs to; null for constants and headers.</param>
internal sealed record BodySite(BindingSession Session, IOuterScope Outer, BodyKind Kind, OperationAnnotations Inherited, BlockSymbol? Block);
