using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax;

/// <summary>
/// A green node seen from a root: it adds parent and position, is made on demand and costs 40 bytes. The root may be a whole file or
/// any single element (<see cref="Detached"/>): then positions are relative to that element, which is how anything that is kept
/// per green node, such as binding, sees it. Two views are equal where green node, position and root are the same.
/// </summary>
public abstract partial class SyntaxNode : IEquatable<SyntaxNode>
{
    private protected SyntaxNode(GreenNode green, SyntaxNode? parent, int position)
    {
        Green = green;
        Parent = parent;
        Position = position;
    }

    /// <summary>The node without its place; the key of everything that is remembered about it.</summary>
    public GreenNode Green { get; }

    /// <summary>The node around, or null for the root of the view. Lists are not nodes: an element's parent is the list's owner.</summary>
    public SyntaxNode? Parent { get; }

    /// <summary>Where the leading trivia begins, from the root's start.</summary>
    public int Position { get; }

    /// <summary>What it is.</summary>
    public SyntaxKind Kind => Green.Kind;

    /// <summary>The units with trivia.</summary>
    public TextSpan FullSpan => new(Position, Green.Width);

    /// <summary>The units without the trivia at both ends.</summary>
    public TextSpan Span
    {
        get
        {
            var leading = Green.LeadingWidth;
            return new TextSpan(Position + leading, Math.Max(0, Green.Width - leading - Green.TrailingWidth));
        }
    }

    /// <summary>The root of the view.</summary>
    public SyntaxNode Root
    {
        get
        {
            var node = this;
            while (node.Parent is { } parent)
            {
                node = parent;
            }

            return node;
        }
    }

    /// <summary>True where the node stands for something that is not in the text.</summary>
    public bool IsMissing => Green.Width == 0;

    /// <summary>True where the text below has a diagnostic of this room.</summary>
    public bool ContainsDiagnostics => Green.ContainsDiagnostics;

    /// <summary>
    /// The Markdown of the doc comment before the node, without slashes, lines joined by LF; null without one. A blank line detaches.
    /// </summary>
    public string? Documentation => SyntaxTrivia.DocumentationIn(Green.FirstToken()?.LeadingText ?? string.Empty);

    /// <summary>A view of a single green node: the root is that node, at position 0.</summary>
    public static SyntaxNode Detached(GreenNode green) => Create(green, null, 0);

    /// <summary>The nodes around, innermost first.</summary>
    public IEnumerable<SyntaxNode> Ancestors()
    {
        for (var node = Parent; node is not null; node = node.Parent)
        {
            yield return node;
        }
    }

    /// <summary>The nodes directly below, in order; the elements of lists among them.</summary>
    public IEnumerable<SyntaxNode> ChildNodes()
    {
        foreach (var child in new GreenElements(Green, Position))
        {
            if (!child.Node.IsToken)
            {
                yield return Create(child.Node, this, child.Position);
            }
        }
    }

    /// <summary>The tokens directly below, in order.</summary>
    public IEnumerable<SyntaxToken> ChildTokens()
    {
        foreach (var child in new GreenElements(Green, Position))
        {
            if (child.Node is GreenToken token)
            {
                yield return new SyntaxToken(this, token, child.Position);
            }
        }
    }

    /// <summary>All tokens below, in the order of the text, zero-width ones included.</summary>
    public IEnumerable<SyntaxToken> DescendantTokens()
    {
        foreach (var child in new GreenElements(Green, Position))
        {
            if (child.Node is GreenToken token)
            {
                yield return new SyntaxToken(this, token, child.Position);
                continue;
            }

            foreach (var inner in Create(child.Node, this, child.Position).DescendantTokens())
            {
                yield return inner;
            }
        }
    }

    /// <summary>All nodes below and this one, parents before children.</summary>
    public IEnumerable<SyntaxNode> DescendantsAndSelf()
    {
        yield return this;
        foreach (var child in ChildNodes())
        {
            foreach (var inner in child.DescendantsAndSelf())
            {
                yield return inner;
            }
        }
    }

    /// <summary>
    /// The token whose full span holds the position; at the end of the text the last one. O(depth + log n).
    /// </summary>
    public SyntaxToken FindToken(int position)
    {
        var node = this;
        while (true)
        {
            var last = default(GreenElement);
            foreach (var child in GreenElements.Around(node.Green, node.Position, position))
            {
                if (child.Node.Width > 0 || child.Node.Kind == SyntaxKind.EndOfFile)
                {
                    last = child;
                    if (position < child.Position + child.Node.Width)
                    {
                        break;
                    }
                }
            }

            if (last.Node is null)
            {
                return new SyntaxToken(node, null, position);
            }

            if (last.Node is GreenToken token)
            {
                return new SyntaxToken(node, token, last.Position);
            }

            node = Create(last.Node, node, last.Position);
        }
    }

    /// <summary>The innermost node whose full span holds the span. O(depth + log n).</summary>
    public SyntaxNode FindNode(TextSpan span)
    {
        var node = this;
        while (true)
        {
            SyntaxNode? inner = null;
            foreach (var child in GreenElements.Around(node.Green, node.Position, span.Start))
            {
                if (!child.Node.IsToken && child.Node.Width > 0 && new TextSpan(child.Position, child.Node.Width).Contains(span)
                    && (span.Length > 0 || span.Start < child.Position + child.Node.Width))
                {
                    inner = Create(child.Node, node, child.Position);
                    break;
                }

                if (child.Position > span.Start)
                {
                    break;
                }
            }

            if (inner is null)
            {
                return node;
            }

            node = inner;
        }
    }

    /// <inheritdoc/>
    public bool Equals(SyntaxNode? other) =>
        other is not null
        && (ReferenceEquals(this, other)
            || (ReferenceEquals(Green, other.Green) && Position == other.Position && ReferenceEquals(Root.Green, other.Root.Green)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SyntaxNode);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Green), Position);

    /// <summary>The text without the trivia at both ends.</summary>
    public override string ToString()
    {
        var leading = Green.LeadingWidth;
        return Green.ToString().Substring(leading, Span.Length);
    }

    /// <summary>The first child node of a type; its class decides.</summary>
    private protected T? Node<T>(int skip = 0)
        where T : SyntaxNode
    {
        foreach (var child in new GreenElements(Green, Position))
        {
            if (!child.Node.IsToken && SyntaxFacts.CanBe<T>(child.Node.Kind) && skip-- == 0)
            {
                return (T)Create(child.Node, this, child.Position);
            }
        }

        return null;
    }

    /// <summary>The first child node of a type after the first token of a kind.</summary>
    private protected T? NodeAfter<T>(SyntaxKind kind)
        where T : SyntaxNode
    {
        var after = false;
        foreach (var child in new GreenElements(Green, Position))
        {
            if (child.Node.IsToken)
            {
                after |= child.Node.Kind == kind;
            }
            else if (after && SyntaxFacts.CanBe<T>(child.Node.Kind))
            {
                return (T)Create(child.Node, this, child.Position);
            }
        }

        return null;
    }

    private protected ExpressionSyntax Expression(int skip = 0) => Node<ExpressionSyntax>(skip) ?? MissingExpression();

    private protected ExpressionSyntax MissingExpression() =>
        new MissingExpressionSyntax(GreenEmpty.Of(SyntaxKind.MissingExpression), this, FullSpan.End - Green.TrailingWidth);

    private protected T Required<T>(SyntaxKind kind, int skip = 0)
        where T : SyntaxNode =>
        Node<T>(skip) ?? (T)Create(GreenEmpty.Of(kind), this, FullSpan.End - Green.TrailingWidth);

    private protected SyntaxToken Token(SyntaxKind kind)
    {
        foreach (var child in new GreenElements(Green, Position))
        {
            if (child.Node.Kind == kind)
            {
                return new SyntaxToken(this, (GreenToken)child.Node, child.Position);
            }
        }

        return new SyntaxToken(this, null, FullSpan.End - Green.TrailingWidth);
    }

    /// <summary>The n-th direct token that a predicate takes.</summary>
    private protected SyntaxToken Token(Func<SyntaxKind, bool> wanted, int skip = 0)
    {
        foreach (var child in new GreenElements(Green, Position))
        {
            if (child.Node is GreenToken token && wanted(token.Kind) && skip-- == 0)
            {
                return new SyntaxToken(this, token, child.Position);
            }
        }

        return new SyntaxToken(this, null, FullSpan.End - Green.TrailingWidth);
    }

    /// <summary>The first name after the first token of a kind.</summary>
    private protected SyntaxToken NameAfter(SyntaxKind kind)
    {
        var after = false;
        foreach (var child in new GreenElements(Green, Position))
        {
            if (child.Node is GreenToken token)
            {
                if (after && SyntaxFacts.IsName(token.Kind))
                {
                    return new SyntaxToken(this, token, child.Position);
                }

                after |= token.Kind == kind;
            }
        }

        return new SyntaxToken(this, null, FullSpan.End - Green.TrailingWidth);
    }

    private protected NodeList<T> Nodes<T>()
        where T : SyntaxNode => new(this, Green, Position);

    /// <summary>The elements of the wide list of a kind below this node.</summary>
    private protected NodeList<T> WideList<T>(SyntaxKind kind)
        where T : SyntaxNode
    {
        var offset = 0;
        for (var i = 0; i < Green.ChildCount; i++)
        {
            if (Green.Child(i).Kind == kind)
            {
                return new NodeList<T>(this, Green.Child(i), Position + offset);
            }

            offset += Green.Child(i).Width;
        }

        return new NodeList<T>(this, GreenEmpty.Of(kind), Position + offset);
    }
}
