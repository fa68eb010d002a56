using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>What may stand in a body. At file level a binding is a constant; anything else is NN2007.</summary>
public abstract class StatementSyntax : MemberSyntax
{
    private protected StatementSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }
}

/// <summary>Statements in braces.</summary>
public sealed class BodySyntax : SyntaxNode
{
    internal BodySyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The opening brace.</summary>
    public SyntaxToken OpenBrace => Token(SyntaxKind.OpenBraceToken);

    /// <summary>The statements, a wide list.</summary>
    public NodeList<StatementSyntax> Statements => WideList<StatementSyntax>(SyntaxKind.StatementList);

    /// <summary>The closing brace.</summary>
    public SyntaxToken CloseBrace => Token(SyntaxKind.CloseBraceToken);
}

/// <summary><c>a, b = e</c>.</summary>
public sealed class BindingSyntax : StatementSyntax
{
    internal BindingSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The bound names, in order; <c>_</c> discards.</summary>
    public IEnumerable<SyntaxToken> Targets => ChildTokens().Where(t => SyntaxFacts.IsName(t.Kind));

    /// <summary><c>=</c>, or <c>+=</c> and its like (NN1010), which mean <c>a = a + (e)</c>.</summary>
    public SyntaxToken Assign => Token(k => k is SyntaxKind.AssignToken or SyntaxKind.CompoundAssignToken);

    /// <summary>The value.</summary>
    public ExpressionSyntax Value => Expression();
}

/// <summary><c>return e</c> or <c>return a: e, b: f</c>.</summary>
public sealed class ReturnSyntax : StatementSyntax
{
    internal ReturnSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.ReturnKeyword);

    /// <summary>The values.</summary>
    public NodeList<ReturnedSyntax> Values => Nodes<ReturnedSyntax>();
}

/// <summary>One returned value.</summary>
public sealed class ReturnedSyntax : SyntaxNode
{
    internal ReturnedSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name; missing without one.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName);

    /// <summary>The value.</summary>
    public ExpressionSyntax Value => Expression();
}

/// <summary><c>repeat n as i { .. }</c>.</summary>
public sealed class RepeatSyntax : StatementSyntax
{
    internal RepeatSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.RepeatKeyword);

    /// <summary>How often, or the list to go through.</summary>
    public ExpressionSyntax Count => Expression();

    /// <summary>The index; missing without <c>as</c>.</summary>
    public SyntaxToken Index => NameAfter(SyntaxKind.AsKeyword);

    /// <summary>The annotations, in order.</summary>
    public NodeList<AnnotationSyntax> Annotations => Nodes<AnnotationSyntax>();

    /// <summary>The statements.</summary>
    public BodySyntax Body => Required<BodySyntax>(SyntaxKind.Body);
}

/// <summary><c>if c { .. } else if d { .. } else { .. }</c>.</summary>
public sealed class IfSyntax : StatementSyntax
{
    internal IfSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The branches, in order; <c>else</c> last.</summary>
    public NodeList<IfClauseSyntax> Clauses => Nodes<IfClauseSyntax>();
}

/// <summary>One branch of an <c>if</c> statement.</summary>
public sealed class IfClauseSyntax : SyntaxNode
{
    internal IfClauseSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>True for the branch without condition.</summary>
    public bool IsElse => Token(SyntaxKind.IfKeyword).Green is null;

    /// <summary>The condition; null for <c>else</c>.</summary>
    public ExpressionSyntax? Condition => IsElse ? null : Expression();

    /// <summary>The statements.</summary>
    public BodySyntax Body => Required<BodySyntax>(SyntaxKind.Body);
}

/// <summary><c>assert c, "text"</c>.</summary>
public sealed class AssertSyntax : StatementSyntax
{
    internal AssertSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.AssertKeyword);

    /// <summary>The condition.</summary>
    public ExpressionSyntax Condition => Expression();

    /// <summary>The text; missing without one.</summary>
    public SyntaxToken Message => Token(SyntaxFacts.IsString);
}

/// <summary><c>dim N = 1, H = 224</c>.</summary>
public sealed class DimSyntax : StatementSyntax
{
    internal DimSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The keyword.</summary>
    public SyntaxToken Keyword => Token(SyntaxKind.DimKeyword);

    /// <summary>The dimensions.</summary>
    public NodeList<DimEntrySyntax> Entries => Nodes<DimEntrySyntax>();
}

/// <summary>One dimension and its default.</summary>
public sealed class DimEntrySyntax : SyntaxNode
{
    internal DimEntrySyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName);

    /// <summary>The default, if any.</summary>
    public ExpressionSyntax? Value => Node<ExpressionSyntax>();
}

/// <summary>A bare expression as a statement (NN2008).</summary>
public sealed class EvaluatingSyntax : StatementSyntax
{
    internal EvaluatingSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The expression.</summary>
    public ExpressionSyntax Value => Expression();
}
