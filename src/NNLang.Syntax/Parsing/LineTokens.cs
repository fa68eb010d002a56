namespace NNLang.Syntax.Parsing;

/// <summary>The tokens of one line, trivia among them, and its class. The buffer is used again for the next line.</summary>
internal sealed class LineTokens
{
    private RawToken[] tokens = new RawToken[64];
    private int count;

    public ReadOnlySpan<RawToken> Tokens => tokens.AsSpan(0, count);

    /// <summary>Lexes the line that begins at a position; returns where the next begins.</summary>
    public int Read(ReadOnlySpan<char> text, int at)
    {
        count = 0;
        while (at < text.Length)
        {
            var token = Lexer.Next(text, at);
            if (count == tokens.Length)
            {
                Array.Resize(ref tokens, count * 2);
            }

            tokens[count++] = token;
            at += token.Length;
            if (token.Kind == SyntaxKind.LineBreakTrivia)
            {
                break;
            }
        }

        return at;
    }

    /// <summary>The first token that is not trivia, or null.</summary>
    public SyntaxKind? First
    {
        get
        {
            var index = Next(-1);
            return index < 0 ? null : tokens[index].Kind;
        }
    }

    /// <summary>The class of a line that has a token; a function of the line alone.</summary>
    public LineClass Classify()
    {
        var first = Next(-1);
        var second = Next(first);
        var kind = tokens[first].Kind;
        switch (kind)
        {
            case SyntaxKind.ImportKeyword:
                return KindAt(second) == SyntaxKind.ColonToken ? LineClass.Plain : LineClass.Member;
            case SyntaxKind.WeightsKeyword or SyntaxKind.BlockKeyword or SyntaxKind.NetworkKeyword or SyntaxKind.DeviceKeyword
                when SyntaxFacts.IsName(KindAt(second)) || SyntaxFacts.IsString(KindAt(second)):
                return LineClass.Member;
            case SyntaxKind.ReturnKeyword or SyntaxKind.RepeatKeyword or SyntaxKind.AssertKeyword:
                return KindAt(second) == SyntaxKind.ColonToken ? LineClass.Plain : LineClass.Statement;
            case SyntaxKind.ElseKeyword or SyntaxKind.AndKeyword or SyntaxKind.OrKeyword:
                return KindAt(second) == SyntaxKind.ColonToken ? LineClass.Plain : LineClass.Continuation;
            case SyntaxKind.PipeToken or SyntaxKind.AtToken or SyntaxKind.ArrowToken or SyntaxKind.OpenBraceToken:
                return LineClass.Continuation;
            case var other when SyntaxFacts.IsName(other):
                return ClassifyName(kind, first, second);
            default:
                return SyntaxFacts.IsInfix(kind) ? LineClass.Continuation : LineClass.Plain;
        }
    }

    private LineClass ClassifyName(SyntaxKind kind, int first, int second)
    {
        if (SyntaxFacts.IsName(KindAt(second)))
        {
            return kind == SyntaxKind.DimKeyword || HasOpenBrace(second) ? LineClass.Statement : LineClass.Plain;
        }

        var after = second;
        var targets = 1;
        while (KindAt(after) == SyntaxKind.CommaToken && SyntaxFacts.IsName(KindAt(Next(after))))
        {
            after = Next(Next(after));
            targets++;
        }

        if (KindAt(after) is not (SyntaxKind.AssignToken or SyntaxKind.CompoundAssignToken))
        {
            return LineClass.Plain;
        }

        // A named argument in Python's spelling: kernel=3, on a line of its own.
        return targets == 1 && LastKind() == SyntaxKind.CommaToken ? LineClass.Plain : LineClass.Statement;
    }

    private SyntaxKind KindAt(int index) => index < 0 ? SyntaxKind.EndOfElement : tokens[index].Kind;

    private int Next(int index)
    {
        if (index < -1)
        {
            return -2;
        }

        for (index++; index < count; index++)
        {
            if (Lexer.IsToken(tokens[index].Kind))
            {
                return index;
            }
        }

        return -2;
    }

    private SyntaxKind LastKind()
    {
        for (var i = count - 1; i >= 0; i--)
        {
            if (Lexer.IsToken(tokens[i].Kind))
            {
                return tokens[i].Kind;
            }
        }

        return SyntaxKind.EndOfElement;
    }

    private bool HasOpenBrace(int from)
    {
        for (var i = from; i >= 0 && i < count; i++)
        {
            if (tokens[i].Kind == SyntaxKind.OpenBraceToken)
            {
                return true;
            }
        }

        return false;
    }
}
