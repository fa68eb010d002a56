using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

/// <summary>A block or network of the file: its header as declared. Immutable, thread-safe.</summary>
internal sealed class BlockSymbol
{
    private BlockSymbol(CallableDeclarationSyntax declaration)
    {
        Declaration = declaration.Green;
        Name = declaration.Name.ValueText;
        IsNetwork = declaration is NetworkDeclarationSyntax;
        // Header parts are seen detached, so that what is kept about them survives edits of the body.
        Parameters = (ParameterListSyntax)SyntaxNode.Detached(declaration.Parameters.Green);
        Results = declaration.Results is { } results ? (ResultsSyntax)SyntaxNode.Detached(results.Green) : null;
        Body = declaration.Body.Green;
        Annotations = [.. declaration.Annotations.Select(annotation => (AnnotationSyntax)SyntaxNode.Detached(annotation.Green))];
        ParameterSymbols = [.. Parameters.Parameters.Select(ParameterSymbol.Of)];
    }

    public GreenNode Declaration { get; }

    public string Name { get; }

    public bool IsNetwork { get; }

    public ParameterListSyntax Parameters { get; }

    public ResultsSyntax? Results { get; }

    public GreenNode Body { get; }

    public ImmutableArray<AnnotationSyntax> Annotations { get; }

    public ImmutableArray<ParameterSymbol> ParameterSymbols { get; }

    public static BlockSymbol Of(CallableDeclarationSyntax declaration) => new(declaration);

    /// <summary>Whether callers see the same.</summary>
    public bool HasSameHeader(BlockSymbol other) =>
        Name == other.Name && IsNetwork == other.IsNetwork && ReferenceEquals(Parameters.Green, other.Parameters.Green)
        && ReferenceEquals(Results?.Green, other.Results?.Green) && HasSameAnnotations(other);

    public ParameterSymbol? Find(string name)
    {
        foreach (var parameter in ParameterSymbols)
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }

        return null;
    }

    private bool HasSameAnnotations(BlockSymbol other)
    {
        if (Annotations.Length != other.Annotations.Length)
        {
            return false;
        }

        for (var i = 0; i < Annotations.Length; i++)
        {
            if (!ReferenceEquals(Annotations[i].Green, other.Annotations[i].Green))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The kinds of parameters.</summary>
internal enum ParameterKind : byte
{
    Tensor,
    Int,
    Real,
    Bool,
    Text,
    Type,
    Stage,
}

/// <summary>A parameter of a block or network.</summary>
/// <param name="Syntax">The declaration, in a detached parameter list.</param>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="IsList">Whether it takes a list of them.</param>
/// <param name="Length">For lists: the number of elements an int is repeated to; 0 for any.</param>
/// <param name="IsOptional">Whether it may be none.</param>
/// <param name="HasShape">For tensors: whether a type with dimensions is declared.</param>
internal sealed record ParameterSymbol(
    ParameterSyntax Syntax, string Name, ParameterKind Kind, bool IsList, ExpressionSyntax? Length, bool IsOptional, bool HasShape)
{
    public bool IsTensor => Kind == ParameterKind.Tensor && !IsList;

    public ExpressionSyntax? Default => Syntax.Default;

    public bool IsRequired => Syntax.Default is null && !IsOptional;

    /// <summary>What it is in messages.</summary>
    public string KindText => Kind switch
    {
        ParameterKind.Tensor => "tensor",
        ParameterKind.Int => "int",
        ParameterKind.Real => "float",
        ParameterKind.Bool => "bool",
        ParameterKind.Text => "string",
        ParameterKind.Type => "type",
        _ => "stage",
    } + (IsList ? "[]" : string.Empty);

    public static ParameterSymbol Of(ParameterSyntax syntax)
    {
        var name = syntax.Name.ValueText;
        if (syntax.Type is not { } type)
        {
            return new ParameterSymbol(syntax, name, KindOfDefault(syntax.Default), syntax.Default is ListSyntax, null, syntax.Default is LiteralSyntax { Literal.Kind: SyntaxKind.NoneKeyword }, false);
        }

        var word = type.Name.Name.ValueText;
        var optional = !type.Question.IsMissing;
        ParameterKind? kind = word switch
        {
            "int" => ParameterKind.Int,
            "float" => ParameterKind.Real,
            "bool" when type.Dimensions is null => ParameterKind.Bool,
            "string" => ParameterKind.Text,
            "type" => ParameterKind.Type,
            "stage" => ParameterKind.Stage,
            _ => null,
        };
        if (kind is not null)
        {
            ExpressionSyntax? length = null;
            foreach (var dimension in type.Dimensions.OrNone())
            {
                length = dimension.Value;
            }

            return new ParameterSymbol(syntax, name, kind.Value, type.Dimensions is not null, length, optional, false);
        }

        if (word == "tensor")
        {
            return new ParameterSymbol(syntax, name, ParameterKind.Tensor, type.Dimensions is not null, null, optional, false);
        }

        return new ParameterSymbol(syntax, name, ParameterKind.Tensor, false, null, optional, type.Dimensions is not null);
    }

    private static ParameterKind KindOfDefault(ExpressionSyntax? value) => value switch
    {
        NumberSyntax { Value.IsInteger: true } => ParameterKind.Int,
        NumberSyntax => ParameterKind.Real,
        UnarySyntax unary => KindOfDefault(unary.Operand),
        StringSyntax => ParameterKind.Text,
        LiteralSyntax { Literal.Kind: SyntaxKind.TrueKeyword or SyntaxKind.FalseKeyword } => ParameterKind.Bool,
        NameSyntax name => ElementTypes.Parse(name.Name.ValueText) is not null ? ParameterKind.Type : ParameterKind.Stage,
        CallSyntax => ParameterKind.Stage,
        BinarySyntax => ParameterKind.Int,
        ListSyntax list when !list.Elements.IsEmpty => KindOfDefault(list.Elements[0]),
        _ => ParameterKind.Tensor,
    };
}
