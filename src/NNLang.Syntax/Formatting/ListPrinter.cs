using NNLang.Syntax.Green;

namespace NNLang.Syntax.Formatting;

/// <summary>Prints the elements of a list one a line, with their comments and blank lines.</summary>
internal sealed class ListPrinter(ElementPrinter printer)
{
    /// <summary>Prints elements and the comments before what closes the list.</summary>
    public void Print(GreenList list, GreenToken? closer, int indent, bool isFile)
    {
        GreenNode? before = null;
        var joins = false;
        var elements = list.Elements().ToArray();
        for (var i = 0; i < elements.Length; i++)
        {
            var element = elements[i];
            var next = i + 1 < elements.Length ? elements[i + 1] : null;
            var joinsNext = next is { Kind: SyntaxKind.SkippedTokens } && !EndsLine(element);
            var isSound = Soundness.IsSound(element) && !joinsNext && !joins;
            if (joins)
            {
                printer.Raw(element.ToString().TrimEnd('\r', '\n'));
            }
            else if (element.Width > 0)
            {
                Separate(before, element, isFile, isSound, indent);
                if (isSound)
                {
                    printer.Element(element, indent);
                }
                else
                {
                    printer.Raw(Verbatim(element, joinsNext));
                }
            }

            joins = joinsNext;
            before = element.Width > 0 ? element : before;
        }

        if (closer is not null)
        {
            var lines = new LeadingLines(closer.LeadingText);
            PrintComments(lines, before is not null && lines.BlankFirst, indent);
        }
    }

    private static bool EndsLine(GreenNode node) =>
        node.LastToken(static t => t.Width > 0)?.TrailingText is { Length: > 0 } trailing && trailing[^1] is '\n' or '\r';

    /// <summary>The text of an element that is not laid out: from its first line's start, without the last break.</summary>
    private static string Verbatim(GreenNode element, bool joinsNext)
    {
        var text = element.ToString();
        var start = LeadingLines.TextStart(element.FirstToken(static t => t.Width > 0)?.LeadingText ?? string.Empty);
        text = text[start..];
        return joinsNext ? text : text.TrimEnd('\r', '\n');
    }

    private static int RunOf(GreenNode element) => element.Kind switch
    {
        SyntaxKind.ImportDeclaration => 1,
        SyntaxKind.WeightsDeclaration => 2,
        SyntaxKind.Binding => 3,
        _ => 0,
    };

    private void Separate(GreenNode? before, GreenNode element, bool isFile, bool isSound, int indent)
    {
        var lines = new LeadingLines(element.FirstToken(static t => t.Width > 0)?.LeadingText ?? string.Empty);
        var blank = lines.BlankFirst;
        if (before is null)
        {
            blank = false;
        }
        else if (isFile && isSound && !(RunOf(element) != 0 && RunOf(element) == RunOf(before)))
        {
            blank = true;
        }

        if (isSound)
        {
            PrintComments(lines, blank, indent);
            printer.Line(indent, lines.BlankLast && lines.Comments.Count > 0);
        }
        else
        {
            // A verbatim text brings its own indentation and comments.
            printer.Line(0, blank);
        }
    }

    private void PrintComments(LeadingLines lines, bool blank, int indent)
    {
        foreach (var (comment, blankBefore) in lines.Comments)
        {
            printer.Line(indent, blank || blankBefore);
            printer.Raw(comment);
            blank = false;
        }

        if (lines.Comments.Count == 0 && blank)
        {
            printer.BlankPending = true;
        }
    }
}
