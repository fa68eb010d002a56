using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Workspaces.Features;

/// <summary>What a token means, for colouring. The order is the legend that the server announces.</summary>
public enum TokenClass : byte
{
    /// <summary>A keyword.</summary>
    Keyword,
    /// <summary>An operator or block that is called.</summary>
    Function,
    /// <summary>A tensor or compile-time value.</summary>
    Variable,
    /// <summary>A parameter of a block or network.</summary>
    Parameter,
    /// <summary>The label of an argument or field.</summary>
    Property,
    /// <summary>An element type.</summary>
    Type,
    /// <summary>A number or quantity.</summary>
    Number,
    /// <summary>A string.</summary>
    String,
    /// <summary>A comment.</summary>
    Comment,
    /// <summary>An annotation.</summary>
    Decorator,
    /// <summary>A network, block or device where it is declared.</summary>
    Class,
    /// <summary>A dimension in a type.</summary>
    TypeParameter,
}

/// <summary>A classified token.</summary>
/// <param name="Span">Where it is.</param>
/// <param name="Class">What it means.</param>
/// <param name="IsDeclaration">Whether a name is bound here.</param>
public readonly record struct ClassifiedToken(TextSpan Span, TokenClass Class, bool IsDeclaration);

/// <summary>Classifies the tokens of a range by their place in the tree. Pure; O(tokens of the range + depth).</summary>
public static class SemanticTokens
{
    /// <summary>The classified tokens whose full span touches the range, in order of the text.</summary>
    public static ImmutableArray<ClassifiedToken> Classify(SyntaxNode root, TextSpan range)
    {
        var tokens = ImmutableArray.CreateBuilder<ClassifiedToken>();
        Collect(root, range, tokens);
        return tokens.ToImmutable();
    }

    private static void Collect(SyntaxNode node, TextSpan range, ImmutableArray<ClassifiedToken>.Builder tokens)
    {
        var pending = node.ChildTokens().GetEnumerator();
        var hasToken = pending.MoveNext();
        foreach (var child in node.ChildNodes())
        {
            while (hasToken && pending.Current.Position < child.Position)
            {
                Add(pending.Current, range, tokens);
                hasToken = pending.MoveNext();
            }

            if (child.FullSpan.End > range.Start && child.Position < range.End)
            {
                Collect(child, range, tokens);
            }
        }

        while (hasToken)
        {
            Add(pending.Current, range, tokens);
            hasToken = pending.MoveNext();
        }
    }

    private static void Add(SyntaxToken token, TextSpan range, ImmutableArray<ClassifiedToken>.Builder tokens)
    {
        if (token.FullSpan.End < range.Start || token.Position > range.End)
        {
            return;
        }

        AddComments(token.LeadingTrivia, tokens);
        if (token.Span.Length > 0 && Classify(token) is var (kind, declares))
        {
            tokens.Add(new ClassifiedToken(token.Span, kind, declares));
        }

        AddComments(token.TrailingTrivia, tokens);
    }

    private static void AddComments(IEnumerable<SyntaxTrivia> trivia, ImmutableArray<ClassifiedToken>.Builder tokens)
    {
        foreach (var piece in trivia)
        {
            if (piece.Kind is SyntaxKind.CommentTrivia or SyntaxKind.DocCommentTrivia or SyntaxKind.BadCommentTrivia)
            {
                tokens.Add(new ClassifiedToken(piece.Span, TokenClass.Comment, false));
            }
        }
    }

    private static (TokenClass Class, bool Declares)? Classify(SyntaxToken token)
    {
        if (SyntaxFacts.IsNumber(token.Kind))
        {
            return (TokenClass.Number, false);
        }

        return (token.Parent, token.Kind) switch
        {
            (ArgumentSyntax argument, _) when argument.Label.Position == token.Position && !argument.Separator.IsMissing => (TokenClass.Property, false),
            (FieldSyntax field, _) when field.Label.Position == token.Position => (TokenClass.Property, false),
            (AnnotationSyntax, _) => (TokenClass.Decorator, false),
            (MemberAccessSyntax access, _) when access.Label.Position == token.Position => (TokenClass.Property, false),
            (_, SyntaxKind.StringToken or SyntaxKind.BadStringToken or SyntaxKind.OpenStringToken) => (TokenClass.String, false),
            (CallableDeclarationSyntax member, _) when member.Name.Position == token.Position => (TokenClass.Class, true),
            (DeviceDeclarationSyntax device, _) when device.Name.Position == token.Position => (TokenClass.Class, true),
            (SectionSyntax section, _) when section.SectionKind.Position == token.Position => (TokenClass.Keyword, false),
            (GroupSyntax, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Keyword, false),
            (SectionSyntax, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Class, true),
            (ParameterSyntax, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Parameter, true),
            (BindingSyntax or DimEntrySyntax or RepeatSyntax or ConstantSyntax, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Variable, true),
            (ReturnedSyntax or ResultSyntax, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Property, false),
            (QualifiedNameSyntax { Parent: StageSyntax }, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Function, false),
            (QualifiedNameSyntax { Parent: TypeSyntax }, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Type, false),
            (QualifiedNameSyntax { Parent: DeviceDeclarationSyntax }, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.Class, false),
            (DimensionSyntax, _) when SyntaxFacts.IsName(token.Kind) => (TokenClass.TypeParameter, false),
            (NameSyntax { Parent: CallSyntax call } name, _) when call.Callee.Position == name.Position => (TokenClass.Function, false),
            (NameSyntax { Parent: DimensionSyntax }, _) => (TokenClass.TypeParameter, false),
            (NameSyntax, _) => (TokenClass.Variable, false),
            _ when SyntaxFacts.IsWord(token.Kind) => (TokenClass.Keyword, false),
            _ => null,
        };
    }
}
