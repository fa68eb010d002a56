using System.Collections;
using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>
/// The children of a node that have a type. Views are made while enumerating; <see cref="Greens"/> gives the bare elements of a wide
/// list without allocating.
/// </summary>
/// <typeparam name="T">The type.</typeparam>
public readonly struct NodeList<T> : IEnumerable<T>
    where T : SyntaxNode
{
    private readonly SyntaxNode parent;
    private readonly GreenNode owner;
    private readonly int position;

    internal NodeList(SyntaxNode parent, GreenNode owner, int position)
    {
        this.parent = parent;
        this.owner = owner;
        this.position = position;
    }

    /// <summary>All green children with their places, in order; skipped tokens and, in small lists, punctuation among them.</summary>
    public GreenElements Greens => new(owner, position);

    /// <summary>How many there are. O(n).</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var child in Greens)
            {
                count += SyntaxFacts.CanBe<T>(child.Node.Kind) ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>
    /// The nodes as an array, tokens and skipped text left out, made from the array of an older list: what the lists share is copied as a block.
    /// O(changed) looks at nodes, O(n) copies of references.
    /// </summary>
    /// <param name="old">The older list.</param>
    /// <param name="oldNodes">Its nodes as an array.</param>
    /// <returns>The array; null if that cannot be done because one of the lists holds more than nodes.</returns>
    public GreenNode[]? NodesAfter(NodeList<T> old, GreenNode[] oldNodes)
    {
        if (owner is not GreenList list || old.owner is not GreenList oldList || oldList.Count != oldNodes.Length)
        {
            return null;
        }

        var (prefix, suffix) = GreenList.Shared(oldList, list);
        var nodes = new GreenNode[list.Count];
        for (var i = prefix; i < nodes.Length - suffix; i++)
        {
            var node = list.Element(i, out _);
            if (node.IsToken || node.Kind == SyntaxKind.SkippedTokens)
            {
                return null;
            }

            nodes[i] = node;
        }

        oldNodes.AsSpan(0, prefix).CopyTo(nodes);
        oldNodes.AsSpan(oldNodes.Length - suffix).CopyTo(nodes.AsSpan(nodes.Length - suffix));
        return nodes;
    }

    /// <summary>True where there are none.</summary>
    public bool IsEmpty => !GetEnumerator().MoveNext();

    /// <summary>The n-th, from 0. O(n).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public T this[int index]
    {
        get
        {
            var left = index;
            foreach (var child in Greens)
            {
                if (SyntaxFacts.CanBe<T>(child.Node.Kind) && left-- == 0)
                {
                    return (T)SyntaxNode.Create(child.Node, parent, child.Position);
                }
            }

            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    /// <summary>Begins the enumeration.</summary>
    public Enumerator GetEnumerator() => new(parent, Greens.GetEnumerator());

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Walks the nodes.</summary>
    public struct Enumerator : IEnumerator<T>
    {
        private readonly SyntaxNode parent;
        private GreenElements.Enumerator greens;

        internal Enumerator(SyntaxNode parent, GreenElements.Enumerator greens)
        {
            this.parent = parent;
            this.greens = greens;
            Current = null!;
        }

        /// <inheritdoc/>
        public T Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            while (greens.MoveNext())
            {
                if (SyntaxFacts.CanBe<T>(greens.Current.Node.Kind))
                {
                    Current = (T)SyntaxNode.Create(greens.Current.Node, parent, greens.Current.Position);
                    return true;
                }
            }

            return false;
        }

        /// <summary>Not supported.</summary>
        public readonly void Reset() => throw new NotSupportedException();

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
