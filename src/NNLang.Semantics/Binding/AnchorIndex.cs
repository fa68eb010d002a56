using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>Finds where elements stand in a tree, many at once: one walk over declarations and statements. Immutable.</summary>
internal sealed class AnchorIndex
{
    private readonly Dictionary<GreenNode, int> _positions;

    private AnchorIndex(Dictionary<GreenNode, int> positions) => _positions = positions;

    /// <summary>Finds the given nodes: members, statements, headers.</summary>
    public static AnchorIndex Of(SyntaxTree tree, HashSet<GreenNode> wanted)
    {
        var positions = new Dictionary<GreenNode, int>(ReferenceEqualityComparer.Instance);
        if (wanted.Count > 0)
        {
            Walk(tree.GreenRoot, 0, wanted, positions);
        }

        return new AnchorIndex(positions);
    }

    /// <summary>The place as an absolute one; null if its anchor is not in the tree.</summary>
    public SyntaxLocation? Resolve(SyntaxLocation location) =>
        location.Anchor is null ? location
        : _positions.TryGetValue(location.Anchor, out var position) ? location with { Anchor = null, Span = location.Span.Moved(position) }
        : null;

    private static void Walk(GreenNode node, int position, HashSet<GreenNode> wanted, Dictionary<GreenNode, int> positions)
    {
        if (wanted.Contains(node))
        {
            positions.TryAdd(node, position);
        }

        if (!HoldsAnchors(node.Kind))
        {
            return;
        }

        foreach (var child in new GreenElements(node, position))
        {
            if (!child.Node.IsToken)
            {
                Walk(child.Node, child.Position, wanted, positions);
            }
        }
    }

    private static bool HoldsAnchors(SyntaxKind kind) => kind is SyntaxKind.File or SyntaxKind.BlockDeclaration or SyntaxKind.NetworkDeclaration
        or SyntaxKind.DeviceDeclaration or SyntaxKind.Body or SyntaxKind.Repeat or SyntaxKind.If or SyntaxKind.IfClause;
}
