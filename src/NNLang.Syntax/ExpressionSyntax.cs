using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>An expression.</summary>
public abstract class ExpressionSyntax : SyntaxNode
{
    private protected ExpressionSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }
}

/// <summary>Stands where an expression is required and none is written; the syntax error is told already.</summary>
public sealed class MissingExpressionSyntax : ExpressionSyntax
{
    internal MissingExpressionSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }
}

/// <summary>A term with annotations, and stages that its value goes through. A term with neither is not a pipeline.</summary>
public sealed class PipelineSyntax : ExpressionSyntax
{
    internal PipelineSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The term before the first stage.</summary>
    public ExpressionSyntax Term => Expression();

    /// <summary>The annotations of the term.</summary>
    public IEnumerable<AnnotationSyntax> TermAnnotations => ChildNodes().TakeWhile(n => n is not StageSyntax).OfType<AnnotationSyntax>();

    /// <summary>The stages, in order; an annotation belongs to the stage before it, see <see cref="StageSyntax.Annotations"/>.</summary>
    public NodeList<StageSyntax> Stages => Nodes<StageSyntax>();
}

/// <summary>What stands right of <c>|&gt;</c>, with its annotations.</summary>
public sealed class StageSyntax : SyntaxNode
{
    internal StageSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The operator, block or stage parameter.</summary>
    public QualifiedNameSyntax Callee => Required<QualifiedNameSyntax>(SyntaxKind.QualifiedName);

    /// <summary>The arguments, if parentheses are written.</summary>
    public ArgumentListSyntax? Arguments => Node<ArgumentListSyntax>();

    /// <summary>The annotations, in order.</summary>
    public NodeList<AnnotationSyntax> Annotations => Nodes<AnnotationSyntax>();
}

/// <summary><c>@label(arguments)</c>.</summary>
public sealed class AnnotationSyntax : SyntaxNode
{
    internal AnnotationSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The sign.</summary>
    public SyntaxToken At => Token(SyntaxKind.AtToken);

    /// <summary>The label.</summary>
    public SyntaxToken Label => Token(SyntaxFacts.IsLabel);

    /// <summary>The arguments, if parentheses are written.</summary>
    public ArgumentListSyntax? Arguments => Node<ArgumentListSyntax>();
}

/// <summary><c>left operator right</c>.</summary>
public sealed class BinarySyntax : ExpressionSyntax
{
    internal BinarySyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The left operand.</summary>
    public ExpressionSyntax Left => LeftOperand;

    /// <summary>The operator.</summary>
    public SyntaxToken Operator => Token(static _ => true);

    /// <summary>The right operand.</summary>
    public ExpressionSyntax Right => RightOperand;

    private ExpressionSyntax LeftOperand
    {
        get
        {
            foreach (var child in new GreenElements(Green, Position))
            {
                if (child.Node.IsToken)
                {
                    break;
                }

                if (SyntaxFacts.CanBe<ExpressionSyntax>(child.Node.Kind))
                {
                    return (ExpressionSyntax)Create(child.Node, this, child.Position);
                }
            }

            return MissingExpression();
        }
    }

    private ExpressionSyntax RightOperand => NodeAfter<ExpressionSyntax>(Operator.Kind) ?? MissingExpression();
}

/// <summary><c>-x</c>, <c>+x</c> or <c>not x</c>.</summary>
public sealed class UnarySyntax : ExpressionSyntax
{
    internal UnarySyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The operator.</summary>
    public SyntaxToken Operator => Token(static _ => true);

    /// <summary>The operand.</summary>
    public ExpressionSyntax Operand => Expression();
}

/// <summary><c>callee(arguments)</c>.</summary>
public sealed class CallSyntax : ExpressionSyntax
{
    internal CallSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>What is called.</summary>
    public ExpressionSyntax Callee => Expression();

    /// <summary>The arguments.</summary>
    public ArgumentListSyntax Arguments => Required<ArgumentListSyntax>(SyntaxKind.ArgumentList);
}

/// <summary><c>x[a, b:c, ...]</c>.</summary>
public sealed class IndexSyntax : ExpressionSyntax
{
    internal IndexSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>What is indexed.</summary>
    public ExpressionSyntax Target => Expression();

    /// <summary>The subscripts.</summary>
    public NodeList<SubscriptSyntax> Subscripts => Nodes<SubscriptSyntax>();
}

/// <summary><c>x.label</c>.</summary>
public sealed class MemberAccessSyntax : ExpressionSyntax
{
    internal MemberAccessSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The value or alias.</summary>
    public ExpressionSyntax Target => Expression();

    /// <summary>The dot.</summary>
    public SyntaxToken Dot => Token(SyntaxKind.DotToken);

    /// <summary>The label.</summary>
    public SyntaxToken Label => Token(SyntaxFacts.IsLabel);
}

/// <summary>A name that is read; <c>_</c> is the placeholder.</summary>
public sealed class NameSyntax : ExpressionSyntax
{
    internal NameSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The name.</summary>
    public SyntaxToken Name => Token(SyntaxFacts.IsName);
}

/// <summary>A number, <c>inf</c> or <c>nan</c>.</summary>
public sealed class NumberSyntax : ExpressionSyntax
{
    internal NumberSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The number as written.</summary>
    public SyntaxToken Literal => Token(static _ => true);

    /// <summary>The number's value and unit.</summary>
    public NumberValue Value => NumberValue.Parse(Literal.Kind, Literal.Text);
}

/// <summary>A string.</summary>
public sealed class StringSyntax : ExpressionSyntax
{
    internal StringSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The string as written.</summary>
    public SyntaxToken Literal => Token(static _ => true);

    /// <summary>The string without quotes and escapes.</summary>
    public string Value => Literal.ValueText;
}

/// <summary><c>true</c>, <c>false</c> or <c>none</c>.</summary>
public sealed class LiteralSyntax : ExpressionSyntax
{
    internal LiteralSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The word.</summary>
    public SyntaxToken Literal => Token(static _ => true);
}

/// <summary><c>(e)</c>.</summary>
public sealed class ParenthesizedSyntax : ExpressionSyntax
{
    internal ParenthesizedSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The expression.</summary>
    public ExpressionSyntax Inner => Expression();
}

/// <summary><c>[a, b]</c>.</summary>
public sealed class ListSyntax : ExpressionSyntax
{
    internal ListSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The elements.</summary>
    public NodeList<ExpressionSyntax> Elements => Nodes<ExpressionSyntax>();
}

/// <summary><c>if c { a } else { b }</c>.</summary>
public sealed class ConditionalSyntax : ExpressionSyntax
{
    internal ConditionalSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The branches, in order; <c>else</c> last.</summary>
    public NodeList<ConditionalClauseSyntax> Clauses => Nodes<ConditionalClauseSyntax>();
}

/// <summary>One branch of a conditional expression.</summary>
public sealed class ConditionalClauseSyntax : SyntaxNode
{
    internal ConditionalClauseSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>True for the branch without condition.</summary>
    public bool IsElse => Token(SyntaxKind.IfKeyword).Green is null;

    /// <summary>The condition; null for <c>else</c>.</summary>
    public ExpressionSyntax? Condition => IsElse ? null : Expression();

    /// <summary>The value.</summary>
    public ExpressionSyntax Value => Required<BranchSyntax>(SyntaxKind.Branch).Value;
}

/// <summary>The braces around a value.</summary>
public sealed class BranchSyntax : SyntaxNode
{
    internal BranchSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The opening brace.</summary>
    public SyntaxToken OpenBrace => Token(SyntaxKind.OpenBraceToken);

    /// <summary>The value.</summary>
    public ExpressionSyntax Value => Expression();

    /// <summary>The closing brace.</summary>
    public SyntaxToken CloseBrace => Token(SyntaxKind.CloseBraceToken);
}
