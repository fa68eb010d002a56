using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>What may stand in a device or section. A section may stand in a file as well.</summary>
public abstract class ItemSyntax : MemberSyntax
{
    private protected ItemSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The comma behind it, if any.</summary>
    public SyntaxToken Comma => Token(SyntaxKind.CommaToken);
}

/// <summary>Items in braces.</summary>
public sealed class ItemsSyntax : SyntaxNode
{
    internal ItemsSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The opening brace.</summary>
    public SyntaxToken OpenBrace => Token(SyntaxKind.OpenBraceToken);

    /// <summary>The items, a wide list.</summary>
    public NodeList<ItemSyntax> Items => WideList<ItemSyntax>(SyntaxKind.ItemList);

    /// <summary>The closing brace.</summary>
    public SyntaxToken CloseBrace => Token(SyntaxKind.CloseBraceToken);
}

/// <summary><c>label: value</c>.</summary>
public sealed class FieldSyntax : ItemSyntax
{
    internal FieldSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The label: a name, a word or a string.</summary>
    public SyntaxToken Label => Token(SyntaxFacts.IsLabel);

    /// <summary>The value.</summary>
    public ExpressionSyntax Value => Expression();
}

/// <summary><c>name = value</c> in a device or section.</summary>
public sealed class ConstantSyntax : ItemSyntax
{
    internal ConstantSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName);

    /// <summary>The value.</summary>
    public ExpressionSyntax Value => Expression();
}

/// <summary><c>kind name(parameters) as alias { .. }</c>.</summary>
public sealed class SectionSyntax : ItemSyntax
{
    internal SectionSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The kind: <c>engine</c>, <c>memory</c>, <c>fault</c> and so on.</summary>
    public SyntaxToken SectionKind => Token(SyntaxFacts.IsName);

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName, 1);

    /// <summary>The parameters, if any.</summary>
    public ParameterListSyntax? Parameters => Node<ParameterListSyntax>();

    /// <summary>The name after <c>as</c>; missing without one.</summary>
    public SyntaxToken Alias => NameAfter(SyntaxKind.AsKeyword);

    /// <summary>The annotations, in order.</summary>
    public NodeList<AnnotationSyntax> Annotations => Nodes<AnnotationSyntax>();

    /// <summary>The items.</summary>
    public ItemsSyntax Items => Required<ItemsSyntax>(SyntaxKind.Items);
}

/// <summary><c>kind { .. }</c>.</summary>
public sealed class GroupSyntax : ItemSyntax
{
    internal GroupSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The kind: <c>peak</c>, <c>tables</c>, <c>issue</c> and so on.</summary>
    public SyntaxToken GroupKind => Token(SyntaxFacts.IsName);

    /// <summary>The annotations, in order.</summary>
    public NodeList<AnnotationSyntax> Annotations => Nodes<AnnotationSyntax>();

    /// <summary>The items.</summary>
    public ItemsSyntax Items => Required<ItemsSyntax>(SyntaxKind.Items);
}
