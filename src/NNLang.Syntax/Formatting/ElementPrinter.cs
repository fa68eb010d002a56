using System.Text;
using NNLang.Syntax.Green;

namespace NNLang.Syntax.Formatting;

/// <summary>Prints one element: tokens with the blanks between them, and groups broken into lines where they must be.</summary>
internal sealed partial class ElementPrinter(bool flat = false)
{
    private const int Width = 120;
    private const int Step = 2;

    private readonly StringBuilder output = new();
    private int lineStart;
    private int lineIndent;
    private int continuation;
    private string? trailingComment;
    private GreenToken? previous;
    private SyntaxKind previousParent;
    private bool glue;
    private bool skipLeading;

    private int Column => output.Length - lineStart;

    /// <summary>True where a blank line is to come before the next line.</summary>
    public bool BlankPending { get; set; }

    /// <summary>Begins a line, after a blank one if wanted.</summary>
    public void Line(int indent, bool blank)
    {
        EndLine();
        if (blank || BlankPending)
        {
            output.Append(output.Length > 0 ? "\n" : string.Empty);
        }

        BlankPending = false;
        output.Append(' ', indent);
        lineStart = output.Length - indent;
        lineIndent = indent;
        continuation = indent + Step;
        previous = null;
    }

    /// <summary>Appends text as it is; its line breaks become LF.</summary>
    public void Raw(string text)
    {
        output.Append(text.ReplaceLineEndings("\n").Replace('\r', '\n'));
        previous = null;
    }

    /// <summary>Prints an element whose comments before it are printed already.</summary>
    public void Element(GreenNode element, int indent)
    {
        lineIndent = indent;
        continuation = indent + Step;
        skipLeading = true;
        previous = null;
        Print(element, SyntaxKind.File);
    }

    /// <summary>The text, ended by one break.</summary>
    public string Finish()
    {
        EndLine();
        return output.ToString();
    }

    private void EndLine()
    {
        if (trailingComment is not null)
        {
            output.Append("  ").Append(trailingComment);
            trailingComment = null;
        }

        var end = output.Length;
        while (end > lineStart && output[end - 1] is ' ' or '\t')
        {
            end--;
        }

        output.Length = end;
        if (output.Length > 0 && output[^1] != '\n')
        {
            output.Append('\n');
        }
    }

    private void Break(int indent)
    {
        EndLine();
        output.Append(' ', indent);
        lineStart = output.Length - indent;
        lineIndent = indent;
        previous = null;
    }

    private bool Fits(GreenNode node) => Column + 1 + FlatWidth(node) <= Width;

    private static int FlatWidth(GreenNode node)
    {
        var measure = new ElementPrinter(flat: true) { skipLeading = true };
        measure.Print(node, SyntaxKind.File);
        return measure.output.Length;
    }

    private static bool HasBreak(string trivia) => trivia.AsSpan().IndexOfAny('\n', '\r') >= 0;

    /// <summary>True where a child begins a line in the text as it is.</summary>
    private static bool StartsLine(GreenNode node, int child) =>
        child > 0 && HasBreak(node.Child(child - 1).LastToken()?.TrailingText ?? string.Empty);

    private void Print(GreenNode node, SyntaxKind parent)
    {
        switch (node.Kind)
        {
            case SyntaxKind.ArgumentList or SyntaxKind.List or SyntaxKind.ParameterList:
                PrintGroup(node);
                break;
            case SyntaxKind.Pipeline:
                PrintPipeline(node);
                break;
            case SyntaxKind.Binary:
                PrintBinary(node, outerBroken: false);
                break;
            case SyntaxKind.Branch:
                PrintBranch(node);
                break;
            case SyntaxKind.Return:
                PrintSeries(node);
                break;
            case SyntaxKind.If:
                PrintIf(node);
                break;
            case SyntaxKind.Body or SyntaxKind.Items or SyntaxKind.WeightsMap:
                PrintBraces(node, parent, mayStayOnLine: true);
                break;
            default:
                if (node is GreenToken token)
                {
                    Emit(token, parent);
                }
                else
                {
                    PrintChildren(node);
                }

                break;
        }
    }

    private void PrintChildren(GreenNode node)
    {
        for (var i = 0; i < node.ChildCount; i++)
        {
            // The comma behind an item is the list's business.
            if (node.Child(i).Kind == SyntaxKind.CommaToken && IsItem(node.Kind) && i == node.ChildCount - 1)
            {
                KeepComment((GreenToken)node.Child(i));
                continue;
            }

            Print(node.Child(i), node.Kind);
        }
    }

    private static bool IsItem(SyntaxKind kind) =>
        kind is SyntaxKind.Field or SyntaxKind.Constant or SyntaxKind.Section or SyntaxKind.Group;

    private void KeepComment(GreenToken token)
    {
        if (!flat && CommentIn(token.TrailingText) is { } comment)
        {
            trailingComment = trailingComment is null ? comment : trailingComment + " " + comment;
        }
    }

    private static string? CommentIn(string trivia)
    {
        foreach (var piece in SyntaxTrivia.Split(trivia, 0))
        {
            if (piece.Kind is SyntaxKind.CommentTrivia or SyntaxKind.DocCommentTrivia or SyntaxKind.BadCommentTrivia)
            {
                return LeadingLines.CommentText(piece);
            }
        }

        return null;
    }

    private void Emit(GreenToken token, SyntaxKind parent)
    {
        if (!flat)
        {
            var leading = skipLeading ? null : new LeadingLines(token.LeadingText);
            if (leading is { Comments.Count: > 0 })
            {
                foreach (var (comment, _) in leading.Comments)
                {
                    if (Column > lineIndent)
                    {
                        Break(continuation);
                    }

                    output.Append(comment);
                    Break(continuation);
                }
            }
            else if (trailingComment is not null && token.Kind != SyntaxKind.CommaToken)
            {
                Break(continuation);
            }
        }

        skipLeading = false;
        if (previous is not null && !glue && Spacing.Between(previous, previousParent, token, parent))
        {
            output.Append(' ');
        }

        glue = false;
        output.Append(Spacing.TextOf(token));
        previous = token;
        previousParent = parent;
        KeepComment(token);
    }

    private void PrintGroup(GreenNode node)
    {
        var count = node.ChildCount;
        var opener = (GreenToken)node.Child(0);
        var closer = node.Child(count - 1) as GreenToken;
        var broken = !flat && count > 2 && (HasBreak(opener.TrailingText) || HasComment(node) || !Fits(node));
        var indent = lineIndent;
        var outer = continuation;
        Emit(opener, node.Kind);
        for (var i = 1; i < count - 1; i++)
        {
            if (node.Child(i) is GreenToken { Kind: SyntaxKind.CommaToken } comma)
            {
                if (broken || i < count - 2)
                {
                    Emit(comma, node.Kind);
                }

                continue;
            }

            if (broken)
            {
                BreakBefore(node.Child(i), indent + Step);
            }

            Print(node.Child(i), node.Kind);
            if (broken && i == count - 2)
            {
                output.Append(',');
            }
        }

        if (broken)
        {
            continuation = indent + Step;
            if (closer is not null)
            {
                CommentLines(closer, indent + Step);
            }

            Break(indent);
        }

        continuation = outer;
        if (closer is not null)
        {
            skipLeading = true;
            Emit(closer, node.Kind);
        }
    }

    /// <summary>Breaks before a node and prints the comments before it on lines of their own.</summary>
    private void BreakBefore(GreenNode node, int indent)
    {
        continuation = indent + Step;
        if (node.FirstToken() is { } first)
        {
            CommentLines(first, indent);
        }

        Break(indent);
        skipLeading = true;
    }

    private void CommentLines(GreenToken token, int indent)
    {
        foreach (var (comment, _) in new LeadingLines(token.LeadingText).Comments)
        {
            Break(indent);
            output.Append(comment);
        }
    }

    private static bool HasComment(GreenNode node)
    {
        if ((node.Flags & GreenFlags.Comment) == 0)
        {
            return false;
        }

        var last = node.ChildCount - 1;
        for (var i = 0; i < last; i++)
        {
            var isOwnLeading = i == 0 && node.Child(0) is GreenToken opener && CommentIn(opener.TrailingText) is null;
            if (!isOwnLeading && (node.Child(i).Flags & GreenFlags.Comment) != 0)
            {
                return true;
            }
        }

        return node.Child(last) is not GreenToken closer || CommentIn(closer.LeadingText) is not null;
    }

    private void PrintPipeline(GreenNode node)
    {
        var broken = false;
        if (!flat)
        {
            for (var i = 0; i < node.ChildCount; i++)
            {
                broken |= node.Child(i).Kind == SyntaxKind.PipeToken && StartsLine(node, i);
            }

            broken |= !Fits(node);
        }

        var indent = lineIndent + Step;
        var outer = continuation;
        for (var i = 0; i < node.ChildCount; i++)
        {
            var child = node.Child(i);
            if (broken && child.Kind == SyntaxKind.PipeToken)
            {
                BreakBefore(child, indent);
            }

            Print(child, node.Kind);
        }

        continuation = outer;
    }

    private void PrintBinary(GreenNode node, bool outerBroken)
    {
        var at = 0;
        while (!node.Child(at).IsToken)
        {
            at++;
        }

        var operation = (GreenToken)node.Child(at);
        var logical = operation.Kind is SyntaxKind.AndKeyword or SyntaxKind.OrKeyword;
        var broken = !flat && (StartsLine(node, at) || (logical && (outerBroken || !Fits(node))));
        var indent = lineIndent + Step;
        var left = node.Child(0);
        var outer = continuation;
        if (left.Kind == SyntaxKind.Binary)
        {
            PrintBinary(left, broken);
        }
        else
        {
            Print(left, node.Kind);
        }

        if (broken)
        {
            // A chain of operators keeps one indentation.
            BreakBefore(operation, left.Kind == SyntaxKind.Binary && lineIndent == indent ? lineIndent : indent);
        }

        var tight = operation.Kind == SyntaxKind.PowerToken && node.ChildCount == 3 && IsAtom(left) && IsAtom(node.Child(2));
        glue = tight;
        Emit(operation, node.Kind);
        for (var i = at + 1; i < node.ChildCount; i++)
        {
            glue = tight;
            Print(node.Child(i), node.Kind);
        }

        continuation = outer;
    }

    private static bool IsAtom(GreenNode node) => node.Kind is SyntaxKind.Name or SyntaxKind.Number or SyntaxKind.Literal;

    private void PrintBranch(GreenNode node)
    {
        var opener = (GreenToken)node.Child(0);
        var closer = node.Child(node.ChildCount - 1);
        var broken = !flat && (HasBreak(opener.TrailingText) || StartsLine(node, node.ChildCount - 1) || HasComment(node) || !Fits(node));
        var indent = lineIndent;
        var outer = continuation;
        Emit(opener, node.Kind);
        for (var i = 1; i < node.ChildCount - 1; i++)
        {
            if (broken && i == 1)
            {
                BreakBefore(node.Child(i), indent + Step);
            }

            Print(node.Child(i), node.Kind);
        }

        if (broken)
        {
            if (closer is GreenToken last)
            {
                CommentLines(last, indent + Step);
            }

            Break(indent);
            skipLeading = true;
        }

        continuation = outer;
        Print(closer, node.Kind);
    }

    /// <summary>
    /// Returned values: the second and later ones on lines of their own where a comma ends a line. The dimensions of <c>dim</c> stay on
    /// one line: <c>H = 224</c> at a line's start would be a statement.
    /// </summary>
    private void PrintSeries(GreenNode node)
    {
        var broken = false;
        for (var i = 0; !flat && i < node.ChildCount - 1; i++)
        {
            broken |= node.Child(i) is GreenToken { Kind: SyntaxKind.CommaToken } comma && HasBreak(comma.TrailingText);
        }

        broken |= !flat && !Fits(node) && node.ChildCount > 2;
        var indent = lineIndent + Step;
        var outer = continuation;
        for (var i = 0; i < node.ChildCount; i++)
        {
            if (broken && i > 0 && node.Child(i - 1).Kind == SyntaxKind.CommaToken)
            {
                BreakBefore(node.Child(i), indent);
            }

            Print(node.Child(i), node.Kind);
        }

        continuation = outer;
    }
}
