using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Diagnostics;

/// <summary>
/// A place in a text. Relative to a green node it stays true while other elements are edited, so that what was computed for an
/// element can be kept with it; <see cref="SyntaxTree.Resolve(SyntaxLocation)"/> gives the absolute span.
/// </summary>
/// <param name="Anchor">The node whose full start (its trivia included) is position 0, or null for an absolute span.</param>
/// <param name="Span">The units, relative to the anchor.</param>
/// <param name="File">The workspace path of another file, or null for the file that is compiled.</param>
public readonly record struct SyntaxLocation(GreenNode? Anchor, TextSpan Span, string? File = null)
{
    /// <summary>An absolute place in the file that is compiled.</summary>
    public static SyntaxLocation Absolute(TextSpan span) => new(null, span);

    /// <summary>The place of a node without its trivia, relative to the root of its view: the tree, or the detached element.</summary>
    public static SyntaxLocation Of(SyntaxNode node)
    {
        var root = node.Root;
        return new SyntaxLocation(root.Green, node.Span.Moved(-root.Position));
    }

    /// <summary>The place of a token without its trivia, relative to the root of its view.</summary>
    public static SyntaxLocation Of(SyntaxToken token) =>
        token.Parent is { } parent
            ? new SyntaxLocation(parent.Root.Green, token.Span.Moved(-parent.Root.Position))
            : new SyntaxLocation(null, token.Span);
}
