namespace NNLang.Syntax.Green;

/// <summary>A node with a fixed array of children.</summary>
internal class GreenBranch : GreenNode
{
    private readonly GreenNode[] children;
    private readonly GreenFlags own;

    public GreenBranch(SyntaxKind kind, params GreenNode[] children)
        : this(kind, GreenFlags.None, children)
    {
    }

    /// <param name="kind">The kind.</param>
    /// <param name="own">What the node has beside what its children have.</param>
    /// <param name="children">The children, in order; the array belongs to the node from now on.</param>
    public GreenBranch(SyntaxKind kind, GreenFlags own, GreenNode[] children)
        : base(kind)
    {
        this.children = children;
        this.own = own;
        var width = 0;
        var height = 0;
        var flags = own;
        foreach (var child in children)
        {
            width += child.Width;
            height = Math.Max(height, child.Height);
            flags |= child.Flags;
        }

        Width = width;
        Height = height + 1;
        Flags = flags;
    }

    public override int ChildCount => children.Length;

    public ReadOnlySpan<GreenNode> Children => children;

    /// <summary>What the node has beside what its children have.</summary>
    public GreenFlags OwnFlags => own;

    public override GreenNode Child(int index) => children[index];

    /// <summary>The same node with one child replaced.</summary>
    public GreenBranch With(int index, GreenNode child)
    {
        var copy = (GreenNode[])children.Clone();
        copy[index] = child;
        return Rebuild(copy);
    }

    /// <summary>The same node with one child more.</summary>
    public GreenBranch Append(GreenNode child) => Rebuild([.. children, child]);

    protected virtual GreenBranch Rebuild(GreenNode[] newChildren) => new(Kind, own, newChildren);

    private protected override ulong ComputeContentHash()
    {
        var hash = (ulong)Kind;
        foreach (var child in children)
        {
            hash = Mix(hash, child.ContentHash);
        }

        return hash;
    }
}
