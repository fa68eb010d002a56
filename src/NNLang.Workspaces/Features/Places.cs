using NNLang.Syntax;

namespace NNLang.Workspaces.Features;

/// <summary>Words at places of a text.</summary>
internal static class Places
{
    /// <summary>The token at a place, or where that says nothing the one that ends there: a cursor stands between two.</summary>
    public static SyntaxToken WordAt(SyntaxNode root, int position)
    {
        var token = root.FindToken(position);
        if (token.Span.Contains(position) && IsWord(token))
        {
            return token;
        }

        var before = position > 0 ? root.FindToken(position - 1) : token;
        return before.Span.End == position && IsWord(before) ? before : token.Span.Contains(position) ? token : default;
    }

    private static bool IsWord(SyntaxToken token) => SyntaxFacts.IsLabel(token.Kind) || SyntaxFacts.IsNumber(token.Kind);
}
