using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Workspaces.Features;

/// <summary>Lines that can be folded.</summary>
/// <param name="StartLine">The first line, which stays visible, from 0.</param>
/// <param name="EndLine">The last line that is hidden.</param>
/// <param name="IsComment">Whether it is a run of comment lines.</param>
public readonly record struct FoldingRange(int StartLine, int EndLine, bool IsComment);

/// <summary>Folds bodies, items, multi-line argument lists and runs of comment lines. Pure; O(tree).</summary>
public static class FoldingRanges
{
    /// <summary>All ranges of more than one line, ordered by their start.</summary>
    public static ImmutableArray<FoldingRange> Compute(FileSyntax file, SourceText text)
    {
        var ranges = new List<FoldingRange>();
        foreach (var node in file.DescendantsAndSelf())
        {
            var (open, close) = node switch
            {
                BodySyntax body => (body.OpenBrace, body.CloseBrace),
                ItemsSyntax items => (items.OpenBrace, items.CloseBrace),
                ArgumentListSyntax arguments => (arguments.OpenParen, arguments.CloseParen),
                ParameterListSyntax parameters => (parameters.OpenParen, parameters.CloseParen),
                WeightsMapSyntax map => (map.OpenBrace, map.CloseBrace),
                _ => default,
            };
            if (open.Green is not null && close.Green is not null)
            {
                Add(text.LineOf(open.Span.Start), text.LineOf(close.Span.Start) - 1, false, ranges);
            }
        }

        AddComments(file, text, ranges);
        ranges.Sort((a, b) => a.StartLine != b.StartLine ? a.StartLine.CompareTo(b.StartLine) : b.EndLine.CompareTo(a.EndLine));
        return [.. ranges];
    }

    private static void AddComments(FileSyntax file, SourceText text, List<FoldingRange> ranges)
    {
        var first = -1;
        var last = -2;
        foreach (var token in file.DescendantTokens())
        {
            foreach (var trivia in token.LeadingTrivia)
            {
                if (trivia.Kind is not (SyntaxKind.CommentTrivia or SyntaxKind.DocCommentTrivia))
                {
                    continue;
                }

                var line = text.LineOf(trivia.Span.Start);
                if (line != last + 1)
                {
                    Add(first, last, true, ranges);
                    first = line;
                }

                last = line;
            }
        }

        Add(first, last, true, ranges);
    }

    private static void Add(int start, int end, bool comment, List<FoldingRange> ranges)
    {
        if (start >= 0 && end > start)
        {
            ranges.Add(new FoldingRange(start, end, comment));
        }
    }
}
