using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>Parameters in parentheses.</summary>
public sealed class ParameterListSyntax : SyntaxNode
{
    internal ParameterListSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The opening parenthesis.</summary>
    public SyntaxToken OpenParen => Token(SyntaxKind.OpenParenToken);

    /// <summary>The parameters.</summary>
    public NodeList<ParameterSyntax> Parameters => Nodes<ParameterSyntax>();

    /// <summary>The closing parenthesis.</summary>
    public SyntaxToken CloseParen => Token(SyntaxKind.CloseParenToken);
}

/// <summary><c>name: type = default @annotation</c>.</summary>
public sealed class ParameterSyntax : SyntaxNode
{
    internal ParameterSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName);

    /// <summary>The type, if written.</summary>
    public TypeSyntax? Type => Node<TypeSyntax>();

    /// <summary>The default, if any.</summary>
    public ExpressionSyntax? Default => NodeAfter<ExpressionSyntax>(SyntaxKind.AssignToken);

    /// <summary>The annotations, in order.</summary>
    public NodeList<AnnotationSyntax> Annotations => Nodes<AnnotationSyntax>();
}

/// <summary><c>-&gt;</c> and one type, or named types in parentheses.</summary>
public sealed class ResultsSyntax : SyntaxNode
{
    internal ResultsSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The arrow.</summary>
    public SyntaxToken Arrow => Token(SyntaxKind.ArrowToken);

    /// <summary>The results; one that stands without parentheses is one as well.</summary>
    public NodeList<ResultSyntax> Results => Nodes<ResultSyntax>();
}

/// <summary>One result: a type, perhaps with a name.</summary>
public sealed class ResultSyntax : SyntaxNode
{
    internal ResultSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name; missing without one.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName);

    /// <summary>The type.</summary>
    public TypeSyntax Type => Required<TypeSyntax>(SyntaxKind.Type);
}

/// <summary>A type: <c>f32[N, C]</c>, <c>u8(scale: 0.1)[N]</c>, <c>int</c>, <c>stage[]</c>, <c>tensor?</c>.</summary>
public sealed class TypeSyntax : SyntaxNode
{
    internal TypeSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The element type, element variable or kind of value.</summary>
    public QualifiedNameSyntax Name => Required<QualifiedNameSyntax>(SyntaxKind.QualifiedName);

    /// <summary>The arguments of a quantised type, if any.</summary>
    public ArgumentListSyntax? Arguments => Node<ArgumentListSyntax>();

    /// <summary>The dimensions, if brackets are written.</summary>
    public DimensionListSyntax? Dimensions => Node<DimensionListSyntax>();

    /// <summary>The mark of an optional value; missing without one.</summary>
    public SyntaxToken Question => Token(SyntaxKind.QuestionToken);
}

/// <summary>Dimensions in brackets.</summary>
public sealed class DimensionListSyntax : SyntaxNode
{
    internal DimensionListSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The opening bracket.</summary>
    public SyntaxToken OpenBracket => Token(SyntaxKind.OpenBracketToken);

    /// <summary>The dimensions.</summary>
    public NodeList<DimensionSyntax> Dimensions => Nodes<DimensionSyntax>();

    /// <summary>The closing bracket.</summary>
    public SyntaxToken CloseBracket => Token(SyntaxKind.CloseBracketToken);
}

/// <summary>One dimension: an expression, or <c>*B</c> for any number of them.</summary>
public sealed class DimensionSyntax : SyntaxNode
{
    internal DimensionSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The star; missing for an expression.</summary>
    public SyntaxToken Star => Token(SyntaxKind.StarToken);

    /// <summary>The name after the star.</summary>
    public SyntaxToken VariadicName => NameAfter(SyntaxKind.StarToken);

    /// <summary>The expression; null after a star.</summary>
    public ExpressionSyntax? Value => Node<ExpressionSyntax>();
}
