using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>Tokens that no rule took, from a syntax error to the end of its element. Semantics passes over them.</summary>
public sealed class SkippedTokensSyntax : SyntaxNode
{
    internal SkippedTokensSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }
}
