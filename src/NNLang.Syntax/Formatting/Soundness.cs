using NNLang.Syntax.Green;

namespace NNLang.Syntax.Formatting;

/// <summary>Tells elements that can be laid out from those that keep their text.</summary>
internal static class Soundness
{
    /// <summary>True where the element itself, its nested elements not regarded, has no error and no skipped text.</summary>
    public static bool IsSound(GreenNode node)
    {
        if (!node.ContainsDiagnostics)
        {
            return true;
        }

        switch (node)
        {
            case GreenSkippedTokens:
                return false;
            case GreenList:
                return true;
            case GreenToken token:
                // What lacks its closing quote must stay the last of its line.
                return token.Kind is not (SyntaxKind.OpenStringToken or SyntaxKind.OpenQuotedNameToken)
                    && !token.IsMissing && IsPlain(token.LeadingText) && IsPlain(token.TrailingText);
        }

        for (var i = 0; i < node.ChildCount; i++)
        {
            if (!IsSound(node.Child(i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True where the elements nested in a node have no error either.</summary>
    public static bool IsSoundThroughout(GreenNode node)
    {
        if (node is GreenList)
        {
            for (var i = 0; i < node.ChildCount; i++)
            {
                if (node.Child(i) is var child && child.ContainsDiagnostics && !(child is GreenList ? IsSoundThroughout(child) : IsSound(child) && IsSoundThroughout(child)))
                {
                    return false;
                }
            }

            return true;
        }

        for (var i = 0; i < node.ChildCount; i++)
        {
            if (node.Child(i).ContainsDiagnostics && !IsSoundThroughout(node.Child(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlain(string trivia)
    {
        foreach (var piece in SyntaxTrivia.Split(trivia, 0))
        {
            if (piece.Kind is SyntaxKind.SkippedTokenTrivia or SyntaxKind.UnknownCharacterTrivia)
            {
                return false;
            }
        }

        return true;
    }
}
