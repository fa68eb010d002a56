using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Syntax.Green;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Schedules;

namespace NNLang.Workspaces.Features.Actions;

/// <summary>Remedies as edits of a text: whole statements move, with the comments that stand directly above them. Pure.</summary>
public static class RemedyEdits
{
    /// <summary>
    /// The edits; the default array where a statement is gone or shares its lines with something else.
    /// </summary>
    public static ImmutableArray<TextChange> Compute(SyntaxTree tree, TextRemedy remedy) => remedy switch
    {
        TextRemedy.Move move => Move(tree, move),
        TextRemedy.Reorder order => Reorder(tree, order),
        TextRemedy.RemoveAnnotation removal => Remove(tree, removal),
        _ => default,
    };

    private static ImmutableArray<TextChange> Move(SyntaxTree tree, TextRemedy.Move move)
    {
        if (LinesOf(tree, move.Statement) is not { } source || LinesOf(tree, move.Target) is not { } target || source.Touches(target) && source == target)
        {
            return default;
        }

        var place = move.Above ? target.Start : target.End;
        return source.Contains(place) && place != source.Start ? default
            : [new TextChange(new TextSpan(place, 0), tree.Text.ToString(source)), new TextChange(source, string.Empty)];
    }

    private static ImmutableArray<TextChange> Reorder(SyntaxTree tree, TextRemedy.Reorder order)
    {
        var texts = new List<TextSpan>();
        foreach (var statement in order.Statements)
        {
            if (LinesOf(tree, statement) is not { } lines)
            {
                return default;
            }

            texts.Add(lines);
        }

        var places = texts.Order(Comparer<TextSpan>.Create((a, b) => a.Start.CompareTo(b.Start))).ToList();
        var changes = ImmutableArray.CreateBuilder<TextChange>();
        for (var i = 0; i < places.Count; i++)
        {
            if (places[i] != texts[i])
            {
                changes.Add(new TextChange(places[i], tree.Text.ToString(texts[i])));
            }
        }

        return changes.ToImmutable();
    }

    private static ImmutableArray<TextChange> Remove(SyntaxTree tree, TextRemedy.RemoveAnnotation removal)
    {
        if (removal.Place.Anchor is not { } anchor || NodeOf(tree, anchor) is not { } statement)
        {
            return default;
        }

        var end = statement.Position + removal.Place.Span.End;
        var own = statement.DescendantsAndSelf().OfType<AnnotationSyntax>().Where(annotation => annotation.Label.ValueText == removal.Annotation).ToList();
        var found = own.FirstOrDefault(annotation => annotation.Span.Start >= end) ?? own.LastOrDefault();
        foreach (var around in found is null ? statement.Ancestors() : [])
        {
            found ??= around.ChildNodes().OfType<AnnotationSyntax>().FirstOrDefault(annotation => annotation.Label.ValueText == removal.Annotation);
        }

        if (found is null)
        {
            return default;
        }

        // The blanks before it go too, so that no two words end up apart.
        var start = found.Span.Start;
        while (start > 0 && tree.Text[start - 1] is ' ' or '\t')
        {
            start--;
        }

        return [new TextChange(TextSpan.FromBounds(start, found.Span.End), string.Empty)];
    }

    /// <summary>The lines of a statement with the comments directly above it; null where something else stands on them.</summary>
    private static TextSpan? LinesOf(SyntaxTree tree, GreenNode green)
    {
        if (NodeOf(tree, green) is not { } statement)
        {
            return null;
        }

        var text = tree.Text;
        var first = text.LineOf(statement.Span.Start);
        var last = text.LineOf(statement.Span.End);
        if (!IsBlank(text, text.LineStart(first), statement.Span.Start) || !IsBlankOrComment(text, statement.Span.End, text.Line(last).End))
        {
            return null;
        }

        while (first > 0 && text.LineStart(first - 1) >= statement.Position
            && text.ToString(text.Line(first - 1)).AsSpan().TrimStart().StartsWith("//"))
        {
            first--;
        }

        return TextSpan.FromBounds(text.LineStart(first), text.LineWithBreak(last).End);
    }

    private static SyntaxNode? NodeOf(SyntaxTree tree, GreenNode green)
    {
        if (tree.PositionOf(green) is not { } position)
        {
            return null;
        }

        var content = new TextSpan(position + green.LeadingWidth, Math.Max(0, green.Width - green.LeadingWidth - green.TrailingWidth));
        for (SyntaxNode? node = tree.Root.FindNode(content); node is not null; node = node.Parent)
        {
            if (ReferenceEquals(node.Green, green))
            {
                return node;
            }
        }

        return null;
    }

    private static bool IsBlank(SourceText text, int start, int end) =>
        text.ToString(TextSpan.FromBounds(start, end)).AsSpan().Trim().IsEmpty;

    private static bool IsBlankOrComment(SourceText text, int start, int end)
    {
        var rest = text.ToString(TextSpan.FromBounds(start, end)).AsSpan().Trim();
        return rest.IsEmpty || rest.StartsWith("//");
    }
}
