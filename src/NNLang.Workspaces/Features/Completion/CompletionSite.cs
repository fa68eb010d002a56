using NNLang.Syntax;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features.Completion;

/// <summary>What is around the word that is being typed.</summary>
internal sealed class CompletionSite
{
    public CompletionSite(Document document, int start)
    {
        Start = start;
        var text = document.Text;
        Line = text.LineOf(start);
        var before = text.ToString(Syntax.Text.TextSpan.FromBounds(text.LineStart(Line), start));
        var trimmed = before.TrimEnd();
        IsInComment = before.Contains("//", StringComparison.Ordinal) && !before.Contains('"', StringComparison.Ordinal);
        IsAtLineStart = trimmed.Length == 0;
        IsAfterPipe = trimmed.EndsWith("|>", StringComparison.Ordinal);
        Before = before.Length > 0 ? before[^1] : '\0';
        var token = document.Tree.Root.FindToken(Math.Max(0, start - before.Length + trimmed.Length - 1));
        for (var node = token.Parent; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case ArgumentListSyntax list when Arguments is null && Annotation is null && Holds(list, start):
                    if (list.Parent is AnnotationSyntax annotation)
                    {
                        Annotation = annotation;
                    }
                    else
                    {
                        Arguments = list;
                    }

                    break;
                case ArgumentSyntax { Separator.IsMissing: false } argument when Arguments is null && start >= argument.Separator.Span.End:
                    Label ??= argument.Label.ValueText;
                    break;
                case TypeSyntax when Arguments is null:
                    IsInType = true;
                    break;
                case ParameterSyntax when Arguments is null && trimmed.EndsWith(':'):
                    IsInType = true;
                    break;
                case CallableDeclarationSyntax declaration:
                    Declaration ??= start <= declaration.Span.End || declaration.Body.CloseBrace.IsMissing ? declaration : null;
                    break;
            }
        }
    }

    /// <summary>Where the word begins.</summary>
    public int Start { get; }

    /// <summary>Its line.</summary>
    public int Line { get; }

    /// <summary>The unit before the word; 0 at a line's start.</summary>
    public char Before { get; }

    public bool IsInComment { get; }

    /// <summary>Whether nothing stands before it on its line.</summary>
    public bool IsAtLineStart { get; }

    public bool IsAfterPipe { get; }

    /// <summary>Whether it is part of a type.</summary>
    public bool IsInType { get; }

    /// <summary>The annotation whose arguments it is among.</summary>
    public AnnotationSyntax? Annotation { get; }

    /// <summary>The innermost arguments it is among.</summary>
    public ArgumentListSyntax? Arguments { get; }

    /// <summary>The label before it.</summary>
    public string? Label { get; }

    /// <summary>The block or network around it.</summary>
    public CallableDeclarationSyntax? Declaration { get; }

    private static bool Holds(ArgumentListSyntax list, int position) =>
        position >= list.OpenParen.Span.End && (list.CloseParen.IsMissing || position <= list.CloseParen.Span.Start);
}
