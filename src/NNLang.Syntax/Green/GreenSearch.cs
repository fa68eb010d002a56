namespace NNLang.Syntax.Green;

/// <summary>Finds where nodes stand in a tree, many at once. Pure, thread-safe.</summary>
public static class GreenSearch
{
    /// <summary>
    /// The places of nodes that are known by identity. Nodes near the root are found first, by comparing references a wide list at a time; no
    /// further level is looked at once all are found. O(n) comparisons at worst.
    /// </summary>
    /// <param name="root">Where to look; it begins at 0.</param>
    /// <param name="wanted">The nodes to find.</param>
    /// <param name="holds">Whether a node of a kind may have wanted nodes below it.</param>
    /// <returns>The places of those found. A node that stands in several places is given the first on its level.</returns>
    public static Dictionary<GreenNode, int> Positions(GreenNode root, HashSet<GreenNode> wanted, Func<SyntaxKind, bool> holds)
    {
        var found = new Dictionary<GreenNode, int>(ReferenceEqualityComparer.Instance);
        if (wanted.Contains(root))
        {
            found.Add(root, 0);
        }

        var level = new List<(GreenNode Node, int Position)> { (root, 0) };
        while (level.Count > 0 && found.Count < wanted.Count)
        {
            foreach (var (node, position) in level)
            {
                Compare(node, position, wanted, found);
            }

            if (found.Count == wanted.Count)
            {
                break;
            }

            var next = new List<(GreenNode, int)>();
            foreach (var (node, position) in level)
            {
                foreach (var child in new GreenElements(node, position))
                {
                    if (holds(child.Node.Kind))
                    {
                        next.Add((child.Node, child.Position));
                    }
                }
            }

            level = next;
        }

        return found;
    }

    private static void Compare(GreenNode owner, int position, HashSet<GreenNode> wanted, Dictionary<GreenNode, int> found)
    {
        for (var i = 0; i < owner.ChildCount; i++)
        {
            var child = owner.Child(i);
            if (child is GreenList { IsInner: false } leaf)
            {
                CompareLeaf(leaf, position, wanted, found);
            }
            else if (child is GreenList inner)
            {
                Compare(inner, position, wanted, found);
            }
            else if (wanted.Contains(child))
            {
                found.TryAdd(child, position);
            }

            position += child.Width;
        }
    }

    private static void CompareLeaf(GreenList leaf, int position, HashSet<GreenNode> wanted, Dictionary<GreenNode, int> found)
    {
        // One wanted node is the common case of an edit; its reference is compared without touching the elements themselves.
        GreenNode? only = null;
        if (wanted.Count == 1)
        {
            foreach (var node in wanted)
            {
                only = node;
            }
        }

        var elements = leaf.Children;
        for (var i = 0; i < elements.Length; i++)
        {
            if (only is null ? wanted.Contains(elements[i]) : ReferenceEquals(elements[i], only))
            {
                found.TryAdd(elements[i], position + WidthOf(elements[..i]));
            }
        }
    }

    private static int WidthOf(ReadOnlySpan<GreenNode> elements)
    {
        var width = 0;
        foreach (var element in elements)
        {
            width += element.Width;
        }

        return width;
    }
}
