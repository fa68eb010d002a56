using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Workspaces.Features.Actions;

/// <summary>The edit that gives a symbolic dimension of a network a value. Pure.</summary>
public static class DimensionBinding
{
    /// <summary>
    /// The change that makes a dimension 1: its <c>dim</c> gets the value, or a <c>dim</c> becomes the first line of the body. Null if there is
    /// no such network or its body is not open.
    /// </summary>
    public static TextChange? Compute(SyntaxTree tree, string network, string dimension)
    {
        var declaration = tree.Root.Members.OfType<NetworkDeclarationSyntax>().FirstOrDefault(candidate => candidate.Name.ValueText == network);
        if (declaration is null || declaration.Body.OpenBrace.IsMissing)
        {
            return null;
        }

        foreach (var entry in declaration.DescendantsAndSelf().OfType<DimEntrySyntax>())
        {
            if (entry.Name.ValueText == dimension)
            {
                return entry.Value is { } value && value.Span.Length > 0
                    ? new TextChange(value.Span, "1")
                    : new TextChange(new TextSpan(entry.Name.Span.End, 0), " = 1");
            }
        }

        var brace = declaration.Body.OpenBrace.Span.End;
        var indent = IndentOf(tree.Text, declaration.Span.Start);
        var statement = "dim " + SyntaxFacts.WriteName(dimension) + " = 1";

        // A body on the line of its brace goes on behind the new line.
        var goesOn = tree.Text.ToString(TextSpan.FromBounds(brace, tree.Text.Line(tree.Text.LineOf(brace)).End)).Trim() is { Length: > 0 } rest && !rest.StartsWith("//", StringComparison.Ordinal);
        var inner = !goesOn && declaration.Body.Statements.FirstOrDefault() is { } first ? IndentOf(tree.Text, first.Span.Start) : indent + "  ";
        return new TextChange(new TextSpan(brace, 0), $"\n{inner}{statement}" + (goesOn ? $"\n{indent} " : ""));
    }

    private static string IndentOf(SourceText source, int position)
    {
        var text = source.ToString(source.Line(source.LineOf(position)));
        return text[..(text.Length - text.TrimStart().Length)];
    }
}
