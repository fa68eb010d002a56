
namespace NNLang.Semantics.Graph;

/// <summary>
/// Where a layer stands, relative to its innermost statement: survives every edit that keeps the statement. A snapshot of the text
/// turns it into lines and columns. Thread-safe.
/// </summary>
/// <param name="Statement">The green node of the innermost statement; unique within a tree.</param>
/// <param name="Span">The operation inside the statement: callee to closing parenthesis.</param>
/// <param name="Call">The anchor of the block call or <c>repeat</c> this layer was expanded from; null at the network's level.</param>
public sealed record SourceAnchor(GreenNode Statement, TextSpan Span, SourceAnchor? Call);
