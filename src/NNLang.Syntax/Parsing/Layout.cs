using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>
/// The layout step: from lines to tokens with trivia, balanced brackets and ends of elements. Its state is the stack of open brackets
/// and the token before. Text comes in pieces of whole lines, so that kept elements can stand between them.
/// </summary>
internal sealed class Layout
{
    private readonly TokenFactory factory;
    private readonly LineTokens line = new();
    private readonly List<SyntaxKind> open = [];
    private readonly int outer;

    // The token whose trailing trivia is not complete, and the trivia read since it.
    private int pendingIndex = -1;
    private SyntaxKind pendingKind;
    private int pendingLeading;
    private int pendingStart;
    private int pendingEnd;
    private int triviaStart;
    private string carried = string.Empty;
    private SyntaxKind previous = SyntaxKind.OpenBraceToken;

    /// <param name="factory">Makes the tokens.</param>
    /// <param name="inBraces">True where the text stands inside a pair of braces that is not part of it; its <c>{</c> comes first.</param>
    /// <param name="afterElement">True where the text begins right after a complete element.</param>
    public Layout(TokenFactory factory, bool inBraces, bool afterElement = false)
    {
        this.factory = factory;
        previous = afterElement ? SyntaxKind.EndOfElement : SyntaxKind.OpenBraceToken;
        if (inBraces)
        {
            Output.Add(SyntaxKind.OpenBraceToken, factory.Make(SyntaxKind.OpenBraceToken, [], "{", []));
            open.Add(SyntaxKind.OpenBraceToken);
            outer = 1;
        }
    }

    public TokenList Output { get; } = new();

    /// <summary>True where a line or a closing brace of the text closed the braces around it: it cannot stand there.</summary>
    public bool LeftBraces { get; private set; }

    /// <summary>True where a <c>(</c> or <c>[</c> is open above the innermost <c>{</c>.</summary>
    public bool InParentheses => open.Count > 0 && open[^1] != SyntaxKind.OpenBraceToken;

    /// <summary>How many brackets of the text itself are open.</summary>
    public int OpenBrackets => open.Count - outer;

    /// <summary>How many <c>{</c> of the text itself are open.</summary>
    public int OpenBraces
    {
        get
        {
            var braces = 0;
            for (var i = outer; i < open.Count; i++)
            {
                braces += open[i] == SyntaxKind.OpenBraceToken ? 1 : 0;
            }

            return braces;
        }
    }

    /// <summary>The trivia read since the last token's line ended: it belongs to the token to come.</summary>
    public string LeadingOfNext { get; private set; } = string.Empty;

    /// <summary>Lays out a piece of text that begins at a line's start (or is the first).</summary>
    public void Read(ReadOnlySpan<char> text)
    {
        carried = LeadingOfNext;
        triviaStart = -carried.Length;
        var at = 0;
        while (at < text.Length)
        {
            var next = line.Read(text, at);
            if (line.First is not null)
            {
                BeforeLine(line.Classify(), line.First.Value);
            }

            foreach (var token in line.Tokens)
            {
                if (Lexer.IsToken(token.Kind))
                {
                    Take(text, token.Kind, at, token.Length);
                }

                at += token.Length;
            }

            if (line.Tokens[^1].Kind == SyntaxKind.LineBreakTrivia)
            {
                Complete(text, next);
            }
        }

        Complete(text, text.Length);
        LeadingOfNext = Leading(text, triviaStart, text.Length);
    }

    /// <summary>Puts kept elements here. The trivia before them must have been taken into the first.</summary>
    public void ReadRun(GreenList run)
    {
        Output.AddRun(run);
        previous = SyntaxKind.EndOfElement;
        LeadingOfNext = string.Empty;
    }

    /// <summary>The token before, an end of element included; <c>{</c> at the start.</summary>
    public SyntaxKind Previous => previous;

    /// <summary>What a line does before its first token.</summary>
    public void BeforeLine(LineClass lineClass, SyntaxKind first)
    {
        switch (lineClass)
        {
            case LineClass.Member:
                LeftBraces |= outer > 0;
                while (open.Count > outer)
                {
                    CloseOne();
                }

                End();
                break;
            case LineClass.Statement:
                CloseParentheses();
                End();
                break;
            case LineClass.Plain when first != SyntaxKind.CloseBraceToken && !InParentheses && previous != SyntaxKind.CommaToken:
                End();
                break;
        }
    }

    /// <summary>Closes everything, ends the last element, and adds the closing brace or the end of the text.</summary>
    public void Finish(GreenToken? endOfFile)
    {
        while (open.Count > outer)
        {
            CloseOne();
        }

        End();
        if (outer > 0)
        {
            Output.Add(SyntaxKind.CloseBraceToken, factory.Make(SyntaxKind.CloseBraceToken, [], "}", []));
        }

        Output.Add(SyntaxKind.EndOfFile, endOfFile);
    }

    private void Take(ReadOnlySpan<char> text, SyntaxKind kind, int at, int length)
    {
        switch (kind)
        {
            case SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken:
                open.Add(kind);
                Emit(text, kind, at, length);
                break;
            case SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken:
                var partner = kind == SyntaxKind.CloseParenToken ? SyntaxKind.OpenParenToken : SyntaxKind.OpenBracketToken;
                var index = open.Count - 1;
                while (index >= outer && open[index] != SyntaxKind.OpenBraceToken && open[index] != partner)
                {
                    index--;
                }

                if (index < outer || open[index] != partner)
                {
                    break;
                }

                while (open.Count - 1 > index)
                {
                    CloseOne();
                }

                open.RemoveAt(index);
                Emit(text, kind, at, length);
                break;
            case SyntaxKind.CloseBraceToken:
                CloseParentheses();
                End();
                if (open.Count == outer)
                {
                    LeftBraces |= outer > 0;
                    break;
                }

                open.RemoveAt(open.Count - 1);
                Emit(text, kind, at, length);
                break;
            case SyntaxKind.SemicolonToken:
                CloseParentheses();
                End();
                break;
            default:
                Emit(text, kind, at, length);
                break;
        }
    }

    private void Emit(ReadOnlySpan<char> text, SyntaxKind kind, int at, int length)
    {
        Complete(text, at);
        pendingIndex = Output.Count;
        pendingKind = kind;
        pendingLeading = triviaStart;
        pendingStart = at;
        pendingEnd = at + length;
        triviaStart = at + length;
        previous = kind;
        Output.Add(kind, null);
    }

    /// <summary>Everything up to a place belongs to the last token; what follows is trivia of the next.</summary>
    private void Complete(ReadOnlySpan<char> text, int at)
    {
        if (pendingIndex < 0)
        {
            return;
        }

        var leading = pendingLeading < 0
            ? Leading(text, pendingLeading, pendingStart)
            : text[pendingLeading..pendingStart];
        Output.Set(pendingIndex, factory.Make(pendingKind, leading, text[pendingStart..pendingEnd], text[pendingEnd..at]));
        pendingIndex = -1;
        triviaStart = at;
    }

    private string Leading(ReadOnlySpan<char> text, int from, int to) =>
        from < 0 ? string.Concat(carried.AsSpan(carried.Length + from), text[..to]) : text[from..to].ToString();

    private void End()
    {
        if (previous is not (SyntaxKind.OpenBraceToken or SyntaxKind.EndOfElement))
        {
            Output.Add(SyntaxKind.EndOfElement, null);
            previous = SyntaxKind.EndOfElement;
        }
    }

    private void CloseParentheses()
    {
        while (open.Count > outer && InParentheses)
        {
            CloseOne();
        }
    }

    private void CloseOne()
    {
        var kind = open[^1] switch
        {
            SyntaxKind.OpenParenToken => SyntaxKind.CloseParenToken,
            SyntaxKind.OpenBracketToken => SyntaxKind.CloseBracketToken,
            _ => SyntaxKind.CloseBraceToken,
        };
        open.RemoveAt(open.Count - 1);
        if (kind == SyntaxKind.CloseBraceToken)
        {
            End();
        }

        previous = kind;
        Output.Add(kind, TokenFactory.MissingCloser(kind));
    }
}
