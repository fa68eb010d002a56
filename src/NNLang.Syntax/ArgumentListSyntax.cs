using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>Arguments in parentheses.</summary>
public sealed class ArgumentListSyntax : SyntaxNode
{
    internal ArgumentListSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The opening parenthesis.</summary>
    public SyntaxToken OpenParen => Token(SyntaxKind.OpenParenToken);

    /// <summary>The arguments, in order.</summary>
    public NodeList<ArgumentSyntax> Arguments => Nodes<ArgumentSyntax>();

    /// <summary>The closing parenthesis.</summary>
    public SyntaxToken CloseParen => Token(SyntaxKind.CloseParenToken);
}

/// <summary><c>value</c> or <c>label: value</c>.</summary>
public sealed class ArgumentSyntax : SyntaxNode
{
    internal ArgumentSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The label; missing for a positional argument.</summary>
    public SyntaxToken Label => Token(SyntaxFacts.IsLabel);

    /// <summary>The colon, or the <c>=</c> of NN1012; missing for a positional argument.</summary>
    public SyntaxToken Separator => Token(k => k is SyntaxKind.ColonToken or SyntaxKind.AssignToken);

    /// <summary>The value.</summary>
    public ExpressionSyntax Value => Expression();
}

/// <summary>An index, a slice <c>a:b:c</c>, or <c>...</c>.</summary>
public sealed class SubscriptSyntax : SyntaxNode
{
    internal SubscriptSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The dots that stand for all axes left over; missing otherwise.</summary>
    public SyntaxToken Ellipsis => Token(SyntaxKind.EllipsisToken);

    /// <summary>True where a colon is written.</summary>
    public bool IsSlice => Token(SyntaxKind.ColonToken).Green is not null;

    /// <summary>The index, or the slice's start; null where it is left out.</summary>
    public ExpressionSyntax? Start => Part(0);

    /// <summary>The slice's end, exclusive; null where it is left out.</summary>
    public ExpressionSyntax? End => Part(1);

    /// <summary>The slice's step; null where it is left out.</summary>
    public ExpressionSyntax? Step => Part(2);

    private ExpressionSyntax? Part(int colons)
    {
        var seen = 0;
        foreach (var child in new GreenElements(Green, Position))
        {
            if (child.Node.Kind == SyntaxKind.ColonToken)
            {
                seen++;
            }
            else if (seen == colons && SyntaxFacts.CanBe<ExpressionSyntax>(child.Node.Kind))
            {
                return (ExpressionSyntax)Create(child.Node, this, child.Position);
            }
        }

        return null;
    }
}

/// <summary><c>name</c> or <c>alias.name</c>.</summary>
public sealed class QualifiedNameSyntax : SyntaxNode
{
    internal QualifiedNameSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The alias; missing without one.</summary>
    public SyntaxToken Qualifier => Token(SyntaxKind.DotToken).Green is null ? new SyntaxToken(this, null, Position) : Token(SyntaxFacts.IsName);

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxKind.DotToken).Green is null ? Token(SyntaxFacts.IsName) : NameAfter(SyntaxKind.DotToken);
}
