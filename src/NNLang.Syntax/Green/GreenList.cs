namespace NNLang.Syntax.Green;

/// <summary>
/// A list of members, statements or items as a wide persistent tree: leaves hold up to 64 elements, inner nodes up to 64 lists, and
/// all leaves lie at the same depth. Replacing elements copies one path.
/// </summary>
internal sealed class GreenList : GreenNode
{
    private const int Fanout = 64;
    private const int Sparse = 16;

    private readonly GreenNode[] children;
    private readonly byte levels;

    private GreenList(SyntaxKind kind, GreenNode[] children, byte levels)
        : base(kind)
    {
        this.children = children;
        this.levels = levels;
        var width = 0;
        var height = 0;
        var count = 0;
        var flags = GreenFlags.None;
        foreach (var child in children)
        {
            width += child.Width;
            // Inner levels are a storage matter and do not count, so that equal lists have equal heights.
            height = Math.Max(height, levels == 0 ? child.Height + 1 : child.Height);
            flags |= child.Flags;
            count += levels == 0 ? 1 : ((GreenList)child).Count;
        }

        Width = width;
        Height = Math.Max(height, 1);
        Flags = flags;
        Count = count;
    }

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>True where the children are lists, false where they are elements.</summary>
    public bool IsInner => levels > 0;

    public override int ChildCount => children.Length;

    public override GreenNode Child(int index) => children[index];

    /// <summary>The lists of an inner list, the elements of any other.</summary>
    public ReadOnlySpan<GreenNode> Children => children;

    /// <summary>A list of the elements. O(n).</summary>
    public static GreenList Create(SyntaxKind kind, ReadOnlySpan<GreenNode> elements)
    {
        if (elements.Length <= Fanout)
        {
            return new GreenList(kind, elements.ToArray(), 0);
        }

        return Grow(kind, Chunk(kind, elements, 0));
    }

    /// <summary>The element at an index and the offset of its start. O(log n).</summary>
    public GreenNode Element(int index, out int offset)
    {
        var list = this;
        offset = 0;
        while (list.levels > 0)
        {
            var i = 0;
            for (; ; i++)
            {
                var inner = (GreenList)list.children[i];
                if (index < inner.Count)
                {
                    break;
                }

                index -= inner.Count;
                offset += inner.Width;
            }

            list = (GreenList)list.children[i];
        }

        for (var i = 0; i < index; i++)
        {
            offset += list.children[i].Width;
        }

        return list.children[index];
    }

    /// <summary>
    /// The first element whose end lies after the offset, or <see cref="Count"/>; and where it starts. O(log n).
    /// </summary>
    public int IndexAt(int offset, out int start)
    {
        start = 0;
        if (offset >= Width)
        {
            start = Width;
            return Count;
        }

        var list = this;
        var index = 0;
        while (true)
        {
            var i = 0;
            while (start + list.children[i].Width <= offset)
            {
                start += list.children[i].Width;
                index += list.levels == 0 ? 1 : ((GreenList)list.children[i]).Count;
                i++;
            }

            if (list.levels == 0)
            {
                return index;
            }

            list = (GreenList)list.children[i];
        }
    }

    /// <summary>The list with a range of elements replaced. O(log n + changed).</summary>
    public GreenList Splice(int start, int count, ReadOnlySpan<GreenNode> items)
    {
        var nodes = SpliceCore(start, count, items);
        if (nodes.Length == 0)
        {
            return Create(Kind, []);
        }

        var result = nodes.Length == 1 ? (GreenList)nodes[0] : Grow(Kind, nodes);
        while (result is { levels: > 0, ChildCount: 1 })
        {
            result = (GreenList)result.children[0];
        }

        return result;
    }

    /// <summary>Some elements as a list of their own. O(log n).</summary>
    public GreenList Slice(int start, int count) => Splice(start + count, Count - start - count, []).Splice(0, start, []);

    /// <summary>
    /// How many elements two lists certainly share at their beginnings and at their ends: found by comparing the parts of the lists, so that
    /// some that are the same may be missed where parts were split. O(fan-out * height).
    /// </summary>
    public static (int Prefix, int Suffix) Shared(GreenList a, GreenList b)
    {
        if (ReferenceEquals(a, b))
        {
            return (a.Count, 0);
        }

        var prefix = SharedAtEnd(a, b, fromStart: true);
        return (prefix, Math.Min(SharedAtEnd(a, b, fromStart: false), Math.Min(a.Count, b.Count) - prefix));
    }

    private static int SharedAtEnd(GreenList a, GreenList b, bool fromStart)
    {
        if (a.levels != b.levels)
        {
            return 0;
        }

        var shared = 0;
        var shorter = Math.Min(a.children.Length, b.children.Length);
        for (var i = 0; i < shorter; i++)
        {
            var left = a.children[fromStart ? i : a.children.Length - 1 - i];
            var right = b.children[fromStart ? i : b.children.Length - 1 - i];
            if (!ReferenceEquals(left, right))
            {
                return a.levels == 0 ? shared : shared + SharedAtEnd((GreenList)left, (GreenList)right, fromStart);
            }

            shared += a.levels == 0 ? 1 : ((GreenList)left).Count;
        }

        return shared;
    }

    /// <summary>The elements in order.</summary>
    public IEnumerable<GreenNode> Elements()
    {
        if (levels == 0)
        {
            foreach (var child in children)
            {
                yield return child;
            }

            yield break;
        }

        foreach (var child in children)
        {
            foreach (var element in ((GreenList)child).Elements())
            {
                yield return element;
            }
        }
    }

    private protected override ulong ComputeContentHash()
    {
        var hash = (ulong)Kind;
        foreach (var element in Elements())
        {
            hash = Mix(hash, element.ContentHash);
        }

        return hash;
    }

    private static GreenList Grow(SyntaxKind kind, GreenNode[] lists)
    {
        while (lists.Length > 1)
        {
            lists = Chunk(kind, lists, (byte)(((GreenList)lists[0]).levels + 1));
        }

        return (GreenList)lists[0];
    }

    private static GreenNode[] Chunk(SyntaxKind kind, ReadOnlySpan<GreenNode> nodes, byte levels)
    {
        var chunks = (nodes.Length + Fanout - 1) / Fanout;
        var result = new GreenNode[chunks];
        for (var i = 0; i < chunks; i++)
        {
            var from = (int)((long)nodes.Length * i / chunks);
            var to = (int)((long)nodes.Length * (i + 1) / chunks);
            result[i] = new GreenList(kind, nodes[from..to].ToArray(), levels);
        }

        return result;
    }

    private GreenNode[] SpliceCore(int start, int count, ReadOnlySpan<GreenNode> items)
    {
        if (levels == 0)
        {
            var elements = new GreenNode[children.Length - count + items.Length];
            children.AsSpan(0, start).CopyTo(elements);
            items.CopyTo(elements.AsSpan(start));
            children.AsSpan(start + count).CopyTo(elements.AsSpan(start + items.Length));
            return elements.Length == 0 ? [] : Chunk(Kind, elements, 0);
        }

        var result = new List<GreenNode>(children.Length + 1);
        var inserted = false;
        var at = 0;
        foreach (var child in children)
        {
            var inner = (GreenList)child;
            var from = Math.Max(start, at);
            var to = Math.Min(start + count, at + inner.Count);
            var hosts = !inserted && start >= at && (start < at + inner.Count || (start == at + inner.Count && ReferenceEquals(child, children[^1])));
            if (hosts || from < to)
            {
                result.AddRange(inner.SpliceCore(from - at, Math.Max(0, to - from), hosts ? items : []));
                inserted |= hosts;
            }
            else
            {
                result.Add(inner);
            }

            at += inner.Count;
        }

        MergeSparse(result);
        return result.Count == 0 ? [] : Chunk(Kind, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(result), levels);
    }

    private void MergeSparse(List<GreenNode> lists)
    {
        for (var i = 0; i + 1 < lists.Count; i++)
        {
            var a = (GreenList)lists[i];
            var b = (GreenList)lists[i + 1];
            if ((a.children.Length < Sparse || b.children.Length < Sparse) && a.children.Length + b.children.Length <= Fanout)
            {
                lists[i] = new GreenList(Kind, [.. a.children, .. b.children], a.levels);
                lists.RemoveAt(i + 1);
                i--;
            }
        }
    }
}
