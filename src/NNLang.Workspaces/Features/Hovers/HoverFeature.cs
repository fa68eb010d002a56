using NNLang.Operators;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>What a hover shows.</summary>
/// <param name="Span">What it is about.</param>
/// <param name="Markdown">The text.</param>
public sealed record HoverText(TextSpan Span, string Markdown);

/// <summary>What is known about the word at a place. Pure; it never schedules: figures are those of the last schedule.</summary>
public static class HoverFeature
{
    /// <summary>The hover of a place; null where there is nothing to say.</summary>
    public static HoverText? Compute(Document document, WorkspaceSettings settings, int position)
    {
        var token = Places.WordAt(document.Tree.Root, position);
        if (token.Parent is not { } parent || token.Span.Length == 0)
        {
            return null;
        }

        var markdown = parent switch
        {
            StringSyntax or FieldSyntax when WeightHover.Describe(document, parent, token) is { } weights => weights,
            AnnotationSyntax annotation => AnnotationHover.Describe(document, settings, annotation),
            ArgumentSyntax { Parent.Parent: AnnotationSyntax annotation } => AnnotationHover.Describe(document, settings, annotation),
            NameSyntax { Parent: ArgumentSyntax { Parent.Parent: AnnotationSyntax annotation } } => AnnotationHover.Describe(document, settings, annotation),
            ArgumentSyntax argument when argument.Label.Position == token.Position => AttributeHover.Describe(document, settings, argument),
            QualifiedNameSyntax { Parent: StageSyntax stage } name => Call(document, settings, name.Name.ValueText, stage, token),
            NameSyntax { Parent: CallSyntax call } name when call.Callee.Position == name.Position => Call(document, settings, name.Name.ValueText, call, token),
            BinarySyntax or UnarySyntax when StatementSite.Of(document.Compilation, parent) is { } site => OperationHover.Describe(document, settings, site, token),
            BindingSyntax when SyntaxFacts.IsName(token.Kind) => ValueHover.Describe(document, settings, parent, token),
            NameSyntax or DimEntrySyntax or ParameterSyntax or DimensionSyntax => ValueHover.Describe(document, settings, parent, token),
            QualifiedNameSyntax { Parent: DeviceDeclarationSyntax } => DeclarationHover.Device(document, token.ValueText),
            DeviceDeclarationSyntax or SectionSyntax or CallableDeclarationSyntax when SyntaxFacts.IsName(token.Kind) =>
                DeclarationHover.Describe(document, parent, token),
            FieldSyntax field when field.Label.Position == token.Position => field.Documentation,
            _ => null,
        };
        return string.IsNullOrEmpty(markdown) ? null : new HoverText(token.Span, markdown);
    }

    private static string? Call(Document document, WorkspaceSettings settings, string name, SyntaxNode call, SyntaxToken token)
    {
        if (DeclarationHover.Find(document, name) is { } declaration)
        {
            return BlockHover.Describe(document, settings, declaration, call);
        }

        return StatementSite.Of(document.Compilation, call) is { } site && OperationHover.Describe(document, settings, site, token) is { } found
            ? found
            : OperatorCatalogue.Find(name) is { } op ? OperatorHover.Describe(op) : null;
    }
}
