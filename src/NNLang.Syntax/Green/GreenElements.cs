using System.Runtime.CompilerServices;

namespace NNLang.Syntax.Green;

/// <summary>
/// The children of a green node with their places, the elements of wide lists among them and the lists themselves not. Enumerating
/// allocates nothing.
/// </summary>
/// <param name="Owner">The node, or a list.</param>
/// <param name="Position">Where it begins.</param>
public readonly record struct GreenElements(GreenNode Owner, int Position)
{
    /// <summary>Begins the enumeration.</summary>
    public Enumerator GetEnumerator() => new(Owner, Position);

    /// <summary>The children from the first that may hold a position on; wide lists are entered there in O(log n).</summary>
    internal static Tail Around(GreenNode owner, int position, int wanted) => new(owner, position, wanted);

    /// <summary>The children from a place on.</summary>
    internal readonly record struct Tail(GreenNode Owner, int Position, int Wanted)
    {
        public Enumerator GetEnumerator() => new(Owner, Position, Wanted);
    }

    /// <summary>Walks the children.</summary>
    public struct Enumerator
    {
        private Levels levels;
        private int depth;
        private int position;

        internal Enumerator(GreenNode owner, int position)
        {
            this.position = position;
            levels[0] = new Level(owner, 0);
        }

        internal Enumerator(GreenNode owner, int position, int wanted)
            : this(owner, position)
        {
            // Everything that ends before the wanted place is passed over, a level at a time.
            while (true)
            {
                ref var level = ref levels[depth];
                var count = level.Node.ChildCount;
                while (level.Next < count && this.position + level.Node.Child(level.Next).Width < wanted)
                {
                    this.position += level.Node.Child(level.Next++).Width;
                }

                if (level.Next >= count || level.Node.Child(level.Next) is not GreenList list)
                {
                    return;
                }

                level.Next++;
                levels[++depth] = new Level(list, 0);
            }
        }

        /// <summary>The child reached.</summary>
        public GreenElement Current { get; private set; }

        /// <summary>Goes to the next child.</summary>
        public bool MoveNext()
        {
            while (true)
            {
                ref var level = ref levels[depth];
                if (level.Next >= level.Node.ChildCount)
                {
                    if (depth == 0)
                    {
                        return false;
                    }

                    depth--;
                    continue;
                }

                var child = level.Node.Child(level.Next++);
                if (child is GreenList list)
                {
                    levels[++depth] = new Level(list, 0);
                    continue;
                }

                Current = new GreenElement(child, position);
                position += child.Width;
                return true;
            }
        }
    }

    private struct Level(GreenNode node, int next)
    {
        public readonly GreenNode Node = node;
        public int Next = next;
    }

    /// <summary>One level per height of a wide list: 64 to the tenth elements are more than an int counts.</summary>
    [InlineArray(10)]
    private struct Levels
    {
        private Level first;
    }
}
