using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>Finds where elements stand in a tree, many at once: one walk over declarations and statements. Immutable.</summary>
internal sealed class AnchorIndex
{
    private readonly Dictionary<GreenNode, int> _positions;

    private AnchorIndex(Dictionary<GreenNode, int> positions) => _positions = positions;

    /// <summary>Finds the given nodes: members, statements, headers.</summary>
    public static AnchorIndex Of(SyntaxTree tree, HashSet<GreenNode> wanted) =>
        new(wanted.Count == 0 ? [] : GreenSearch.Positions(tree.GreenRoot, wanted, HoldsAnchors));

    /// <summary>The place as an absolute one; null if its anchor is not in the tree.</summary>
    public SyntaxLocation? Resolve(SyntaxLocation location) =>
        location.Anchor is null ? location
        : _positions.TryGetValue(location.Anchor, out var position) ? location with { Anchor = null, Span = location.Span.Moved(position) }
        : null;

    private static bool HoldsAnchors(SyntaxKind kind) => kind is SyntaxKind.File or SyntaxKind.BlockDeclaration or SyntaxKind.NetworkDeclaration
        or SyntaxKind.DeviceDeclaration or SyntaxKind.Body or SyntaxKind.Repeat or SyntaxKind.If or SyntaxKind.IfClause;
}
