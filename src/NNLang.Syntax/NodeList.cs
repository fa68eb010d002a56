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
