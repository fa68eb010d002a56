using NNLang.Syntax.Green;

namespace NNLang.Syntax.Formatting;

/// <summary>Which tokens of a line stand apart, and how a token is written.</summary>
internal static class Spacing
{
    /// <summary>True where one blank stands between two tokens that follow each other.</summary>
    public static bool Between(GreenToken before, SyntaxKind beforeParent, GreenToken token, SyntaxKind parent)
    {
        switch (before.Kind)
        {
            case SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.DotToken or SyntaxKind.AtToken:
            case SyntaxKind.MinusToken or SyntaxKind.PlusToken when beforeParent == SyntaxKind.Unary:
            case SyntaxKind.StarToken when beforeParent == SyntaxKind.Dimension:
            case SyntaxKind.ColonToken when beforeParent == SyntaxKind.Subscript:
                return false;
        }

        return token.Kind switch
        {
            SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CommaToken or SyntaxKind.DotToken
                or SyntaxKind.QuestionToken or SyntaxKind.ColonToken => false,
            SyntaxKind.OpenParenToken => parent is SyntaxKind.Parenthesized or SyntaxKind.ImportDeclaration or SyntaxKind.Results,
            SyntaxKind.OpenBracketToken => parent == SyntaxKind.List,
            _ => true,
        };
    }

    /// <summary>The token's text; a quoted name that needs no backticks loses them.</summary>
    public static string TextOf(GreenToken token)
    {
        if (token.Kind != SyntaxKind.QuotedNameToken)
        {
            return token.Text;
        }

        var name = SyntaxFacts.ValueOf(token.Kind, token.Text);
        return SyntaxFacts.IsBareName(name) && SyntaxFacts.WordKind(name) is null ? name : token.Text;
    }
}
