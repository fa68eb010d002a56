using NNLang.Semantics.Graph;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Assembly;

/// <summary>A problem that only the expanded network shows.</summary>
/// <param name="Descriptor">The code.</param>
/// <param name="Anchor">The operation concerned.</param>
/// <param name="Span">The place in its statement; null for the operation itself.</param>
/// <param name="Message">The first line.</param>
/// <param name="Help">The second line.</param>
internal sealed record AssemblyProblem(
    DiagnosticDescriptor Descriptor, SourceAnchor Anchor, TextSpan? Span, string Message, string Help)
{
    /// <summary>Other operations that explain it.</summary>
    public IReadOnlyList<(SourceAnchor Anchor, string Message)> Related { get; init; } = [];
}

/// <summary>Turns the key that a path gives into the key of the weights in force (maps, several declarations).</summary>
internal interface IWeightKeys
{
    /// <summary>The key to read; the same for the same arguments as long as the object lives.</summary>
    string Resolve(string key, bool isMapped);
}
