using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>What may stand in a file: a declaration, a section (<c>fault</c>), or a statement.</summary>
public abstract class MemberSyntax : SyntaxNode
{
    private protected MemberSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }
}

/// <summary><c>import "x.nn"</c>, with an alias or a list of names.</summary>
public sealed class ImportDeclarationSyntax : MemberSyntax
{
    internal ImportDeclarationSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The string that names the file.</summary>
    public SyntaxToken Path => Token(SyntaxFacts.IsString);

    /// <summary>The alias after <c>as</c>; missing without one.</summary>
    public SyntaxToken Alias => NameAfter(SyntaxKind.AsKeyword);

    /// <summary>The parenthesis before the names; missing where the file is imported as a whole.</summary>
    public SyntaxToken OpenParen => Token(SyntaxKind.OpenParenToken);

    /// <summary>The imported names.</summary>
    public NodeList<ImportedNameSyntax> Names => Nodes<ImportedNameSyntax>();
}

/// <summary><c>a</c> or <c>a as b</c>.</summary>
public sealed class ImportedNameSyntax : SyntaxNode
{
    internal ImportedNameSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName);

    /// <summary>The name it gets here; missing without <c>as</c>.</summary>
    public SyntaxToken Alias => NameAfter(SyntaxKind.AsKeyword);
}

/// <summary><c>weights "f.safetensors" { .. }</c> or <c>weights seeded(1)</c>.</summary>
public sealed class WeightsDeclarationSyntax : MemberSyntax
{
    internal WeightsDeclarationSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.WeightsKeyword);

    /// <summary>A <see cref="StringSyntax"/> or a <see cref="CallSyntax"/>.</summary>
    public ExpressionSyntax Source => Expression();

    /// <summary>The map of keys, if any.</summary>
    public WeightsMapSyntax? Map => Node<WeightsMapSyntax>();
}

/// <summary>The map of default keys to the file's keys.</summary>
public sealed class WeightsMapSyntax : SyntaxNode
{
    internal WeightsMapSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The opening brace.</summary>
    public SyntaxToken OpenBrace => Token(SyntaxKind.OpenBraceToken);

    /// <summary>The entries: label is the key, value the key in the file.</summary>
    public NodeList<FieldSyntax> Fields => WideList<FieldSyntax>(SyntaxKind.FieldList);

    /// <summary>The closing brace.</summary>
    public SyntaxToken CloseBrace => Token(SyntaxKind.CloseBraceToken);
}

/// <summary>A block or a network.</summary>
public abstract class CallableDeclarationSyntax : MemberSyntax
{
    private protected CallableDeclarationSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName, 1);

    /// <summary>The parameters.</summary>
    public ParameterListSyntax Parameters => Required<ParameterListSyntax>(SyntaxKind.ParameterList);

    /// <summary>The declared results, if any.</summary>
    public ResultsSyntax? Results => Node<ResultsSyntax>();

    /// <summary>The annotations, in order.</summary>
    public NodeList<AnnotationSyntax> Annotations => Nodes<AnnotationSyntax>();

    /// <summary>The statements.</summary>
    public BodySyntax Body => Required<BodySyntax>(SyntaxKind.Body);
}

/// <summary><c>block f(..) { .. }</c>.</summary>
public sealed class BlockDeclarationSyntax : CallableDeclarationSyntax
{
    internal BlockDeclarationSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.BlockKeyword);
}

/// <summary><c>network n(..) { .. }</c>.</summary>
public sealed class NetworkDeclarationSyntax : CallableDeclarationSyntax
{
    internal NetworkDeclarationSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.NetworkKeyword);
}

/// <summary><c>device d { .. }</c> or <c>device d = base with { .. }</c>.</summary>
public sealed class DeviceDeclarationSyntax : MemberSyntax
{
    internal DeviceDeclarationSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.DeviceKeyword);

    /// <summary>The name.</summary>
    public SyntaxToken Name => NameAfter(SyntaxKind.DeviceKeyword);

    /// <summary>The device it is derived from, if any.</summary>
    public QualifiedNameSyntax? Base => Node<QualifiedNameSyntax>();

    /// <summary>The annotations, in order.</summary>
    public NodeList<AnnotationSyntax> Annotations => Nodes<AnnotationSyntax>();

    /// <summary>The items.</summary>
    public ItemsSyntax Items => Required<ItemsSyntax>(SyntaxKind.Items);
}
