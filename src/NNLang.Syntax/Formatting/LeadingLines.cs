namespace NNLang.Syntax.Formatting;

/// <summary>The comment lines before a token and the blank lines around them.</summary>
internal sealed class LeadingLines
{
    public LeadingLines(string leading)
    {
        var blanks = 0;
        var first = true;
        var lineHasComment = false;
        foreach (var piece in SyntaxTrivia.Split(leading, 0))
        {
            switch (piece.Kind)
            {
                case SyntaxKind.SpaceTrivia:
                    break;
                case SyntaxKind.LineBreakTrivia:
                    blanks += lineHasComment ? 0 : 1;
                    lineHasComment = false;
                    break;
                default:
                    BlankFirst |= first && blanks > 0;
                    Comments.Add((CommentText(piece), !first && blanks > 0));
                    first = false;
                    blanks = 0;
                    lineHasComment = true;
                    break;
            }
        }

        BlankLast = blanks > 0;
        BlankFirst |= first && blanks > 0;
    }

    /// <summary>The comments, each with whether a blank line parts it from the one before.</summary>
    public List<(string Text, bool BlankBefore)> Comments { get; } = [];

    /// <summary>True where a blank line comes before everything.</summary>
    public bool BlankFirst { get; }

    /// <summary>True where a blank line parts the last comment from the token.</summary>
    public bool BlankLast { get; }

    /// <summary>A comment as it is written: one blank after its slashes, none behind it.</summary>
    public static string CommentText(SyntaxTrivia comment)
    {
        var text = comment.Text.TrimEnd();
        var slashes = comment.Kind switch { SyntaxKind.CommentTrivia => 2, SyntaxKind.DocCommentTrivia => 3, _ => text.Length };
        return text.Length > slashes && text[slashes] is not (' ' or '\t' or '/') ? text.Insert(slashes, " ") : text;
    }

    /// <summary>Where the first line that is not blank begins.</summary>
    public static int TextStart(string leading)
    {
        var start = 0;
        for (var i = 0; i < leading.Length && (char.IsWhiteSpace(leading[i]) || leading[i] == '\uFEFF'); i++)
        {
            if (leading[i] is '\n' or '\r')
            {
                start = i + 1;
            }
        }

        return start;
    }
}
