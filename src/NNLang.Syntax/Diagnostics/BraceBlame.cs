using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Diagnostics;

/// <summary>
/// Tells curly braces without partner, at the place that indentation makes likely: indentation decides about the blame, never about the
/// tree. What a member line begins is judged alone, because such a line closes everything before it.
/// </summary>
internal sealed class BraceBlame
{
    private readonly List<Diagnostic> found = [];
    private readonly List<Opener> open = [];
    private Opener? suspectOpener;
    private int? suspectCloser;
    private int column;
    private int lineIndent;
    private bool lineHasToken;
    private bool skipLeading;

    /// <summary>The diagnostics of the whole file, in no order. O(n) where a brace lacks its partner, else O(members).</summary>
    public static List<Diagnostic> Of(GreenNode file)
    {
        var blame = new BraceBlame();
        if ((file.Flags & GreenFlags.Brace) == 0)
        {
            return blame.found;
        }

        var run = new List<GreenElement>();
        var flagged = false;
        var atLineStart = true;
        foreach (var element in new GreenElements(file, 0))
        {
            flagged |= (element.Node.Flags & GreenFlags.Brace) != 0;
            if (atLineStart && BeginsMember(element.Node))
            {
                // What was skipped before the member line belongs to what the line ends.
                blame.Judge(run, element, flagged);
                run.Clear();
                flagged = (element.Node.Flags & GreenFlags.Brace) != 0;
            }

            run.Add(element);
            if (element.Node.Width > 0)
            {
                atLineStart = element.Node.LastToken(static t => t.Width > 0)!.TrailingText is { Length: > 0 } trailing && trailing[^1] is '\n' or '\r';
            }
        }

        blame.Judge(run, null, flagged);
        return blame.found;
    }

    private static bool BeginsMember(GreenNode element)
    {
        SyntaxKind? first = null;
        foreach (var token in Tokens(element))
        {
            if (first is null)
            {
                first = token.Kind;
                var lastBreak = token.LeadingText.AsSpan().LastIndexOfAny('\n', '\r');
                if (!token.LeadingText.AsSpan(lastBreak + 1).IsWhiteSpace() || first is not (SyntaxKind.ImportKeyword or SyntaxKind.WeightsKeyword or SyntaxKind.BlockKeyword
                    or SyntaxKind.NetworkKeyword or SyntaxKind.DeviceKeyword))
                {
                    return false;
                }

                continue;
            }

            return first == SyntaxKind.ImportKeyword
                ? token.Kind != SyntaxKind.ColonToken
                : SyntaxFacts.IsName(token.Kind) || SyntaxFacts.IsString(token.Kind);
        }

        return first == SyntaxKind.ImportKeyword;
    }

    private static IEnumerable<GreenToken> Tokens(GreenNode node)
    {
        if (node is GreenToken token)
        {
            yield return token;
            yield break;
        }

        for (var i = 0; i < node.ChildCount; i++)
        {
            foreach (var inner in Tokens(node.Child(i)))
            {
                yield return inner;
            }
        }
    }

    private void Judge(List<GreenElement> run, GreenElement? next, bool flagged)
    {
        if (!flagged || run.Count == 0)
        {
            return;
        }

        open.Clear();
        suspectOpener = null;
        suspectCloser = null;
        column = 0;
        lineIndent = 0;
        lineHasToken = false;
        // The trivia before a run was judged with the run before it, but for the very first.
        skipLeading = run[0].Position > 0;
        foreach (var element in run)
        {
            Walk(element.Node, element.Position);
        }

        if (next is { } member)
        {
            Trivia(member.Node.FirstToken()!.LeadingText, member.Position);
        }
    }

    private void Walk(GreenNode node, int position)
    {
        if (node is GreenToken token)
        {
            if (skipLeading)
            {
                column = token.LeadingText.Length - token.LeadingText.AsSpan().LastIndexOfAny('\n', '\r') - 1;
                skipLeading = false;
            }
            else
            {
                Trivia(token.LeadingText, position);
            }

            Token(token, position + token.LeadingText.Length);
            Trivia(token.TrailingText, position + token.LeadingText.Length + token.Text.Length);
            return;
        }

        for (var i = 0; i < node.ChildCount; i++)
        {
            Walk(node.Child(i), position);
            position += node.Child(i).Width;
        }
    }

    private void Trivia(string text, int position)
    {
        for (var at = 0; at < text.Length;)
        {
            var raw = Lexer.Next(text, at);
            if (raw.Kind == SyntaxKind.LineBreakTrivia)
            {
                column = 0;
                lineHasToken = false;
            }
            else
            {
                if (Lexer.IsToken(raw.Kind))
                {
                    Reach();
                    if (raw.Kind == SyntaxKind.CloseBraceToken)
                    {
                        var place = suspectCloser ?? position + at;
                        suspectCloser = null;
                        var location = SyntaxLocation.Absolute(new TextSpan(place, 1));
                        found.Add(SyntaxDiagnostics.UnexpectedCloser.At(location, "}").WithFix(CodeFix.Replace("Remove '}'", location, string.Empty)));
                    }
                }

                column += raw.Length;
            }

            at += raw.Length;
        }
    }

    /// <summary>Notes the indentation where a token is the first of its line; true if so.</summary>
    private bool Reach()
    {
        if (lineHasToken)
        {
            return false;
        }

        lineHasToken = true;
        lineIndent = column;
        return true;
    }

    private void Token(GreenToken token, int position)
    {
        var isFirst = token.Text.Length > 0 && Reach();
        if (token.Kind == SyntaxKind.OpenBraceToken)
        {
            open.Add(new Opener(position, lineIndent));
        }
        else if (token.Kind == SyntaxKind.CloseBraceToken && open.Count > 0)
        {
            var opener = open[^1];
            open.RemoveAt(open.Count - 1);
            if (token.IsMissing)
            {
                var place = suspectOpener ?? opener;
                suspectOpener = null;
                found.Add(SyntaxDiagnostics.Unclosed.At(SyntaxLocation.Absolute(new TextSpan(place.Position, 1)), "{", "}"));
            }
            else if (isFirst && column < opener.Indent)
            {
                suspectOpener ??= opener;
            }
            else if (isFirst && column > opener.Indent)
            {
                suspectCloser ??= position;
            }

            if (open.Count == 0)
            {
                suspectOpener = null;
            }
        }

        column += token.Text.Length;
    }

    private readonly record struct Opener(int Position, int Indent);
}
