namespace NNLang.Syntax.Parsing;

/// <summary>
/// The lexer, by hand: one call, one token, no state, no allocation. It takes the longest match and, among equals, the rule that comes
/// first in <c>grammar/NNLangLexer.g4</c>, which stays the definition; a test compares the two on text of every kind.
/// </summary>
internal static class Lexer
{
    private const byte Letter = 1;
    private const byte Digit = 2;
    private const byte Blank = 4;

    private static ReadOnlySpan<byte> Classes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0,
        0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1,
        0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
    ];

    /// <summary>The token that begins at a position before the text's end.</summary>
    public static RawToken Next(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        var first = rest[0];
        if (first < 128)
        {
            var type = Classes[first];
            if (type == Letter)
            {
                return Word(rest);
            }

            if (type == Digit)
            {
                return Number(rest);
            }

            return type == Blank ? Blanks(rest) : Punctuation(rest);
        }

        if (IsBlank(first))
        {
            return Blanks(rest);
        }

        return IsForeign(first) ? new RawToken(SyntaxKind.BadNameToken, ForeignName(rest)) : new RawToken(SyntaxKind.UnknownCharacterTrivia, 1);
    }

    /// <summary>True for tokens that the layout step and the parser see; the others are trivia.</summary>
    public static bool IsToken(SyntaxKind kind) => kind < SyntaxKind.DocCommentTrivia;

    private static bool IsWordUnit(char unit) => unit < 128 && (Classes[unit] & (Letter | Digit)) != 0;

    private static bool IsBlank(char unit) => unit < 128 ? Classes[unit] == Blank : unit is '\u00A0' or '\uFEFF';

    /// <summary>Beyond ASCII, neither a blank nor the one unit that is no character.</summary>
    private static bool IsForeign(char unit) => unit >= 128 && unit is not ('\u00A0' or '\uFEFF' or '\uFFFF');

    private static bool IsDigit(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length && char.IsAsciiDigit(text[at]);

    private static char At(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length ? text[at] : '\0';

    private static int WordLength(ReadOnlySpan<char> text, int from)
    {
        var at = from;
        while (at < text.Length && IsWordUnit(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int ForeignName(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length && (IsWordUnit(text[at]) || IsForeign(text[at])))
        {
            at++;
        }

        return at;
    }

    private static RawToken Word(ReadOnlySpan<char> text)
    {
        var length = WordLength(text, 1);
        if (length < text.Length && IsForeign(text[length]))
        {
            return new RawToken(SyntaxKind.BadNameToken, ForeignName(text));
        }

        // The longest word has seven letters.
        var kind = length <= 7 ? SyntaxFacts.WordKind(text[..length]) : null;
        return new RawToken(kind ?? SyntaxKind.NameToken, length);
    }

    private static RawToken Blanks(ReadOnlySpan<char> text)
    {
        var length = 1;
        while (length < text.Length && IsBlank(text[length]))
        {
            length++;
        }

        return new RawToken(SyntaxKind.SpaceTrivia, length);
    }

    /// <summary>Digits and underscores after a first digit; the index behind them.</summary>
    private static int Digits(ReadOnlySpan<char> text, int at)
    {
        at++;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return at;
    }

    private static RawToken Number(ReadOnlySpan<char> text)
    {
        var end = Digits(text, 0);
        var best = new RawToken(SyntaxKind.IntegerToken, end);
        if (text[0] == '0' && At(text, 1) is 'x' or 'X')
        {
            var hex = 2;
            while (hex < text.Length && (char.IsAsciiHexDigit(text[hex]) || text[hex] == '_'))
            {
                hex++;
            }

            if (hex > 2)
            {
                best = new RawToken(SyntaxKind.IntegerToken, hex);
            }
        }

        var isFloat = false;
        if (At(text, end) == '.' && IsDigit(text, end + 1))
        {
            end = Digits(text, end + 1);
            isFloat = true;
        }

        var bareExponent = 0;
        if (At(text, end) is 'e' or 'E')
        {
            var sign = At(text, end + 1) is '+' or '-' ? 1 : 0;
            bareExponent = sign == 1 ? end + 2 : 0;
            if (IsDigit(text, end + 1 + sign))
            {
                end = Digits(text, end + 1 + sign);
                isFloat = true;
            }
        }

        if (isFloat && end > best.Length)
        {
            best = new RawToken(SyntaxKind.FloatToken, end);
        }

        var unit = UnitLength(text[end..]);
        if (unit > 0 && end + unit > best.Length)
        {
            best = new RawToken(SyntaxKind.QuantityToken, end + unit);
        }

        var bad = Math.Max(BadNumber(text, 1), bareExponent);
        if (bad > best.Length)
        {
            best = new RawToken(SyntaxKind.BadNumberToken, bad);
        }

        var foreign = ForeignName(text);
        return foreign > best.Length ? new RawToken(SyntaxKind.BadNameToken, foreign) : best;
    }

    private static int BadNumber(ReadOnlySpan<char> text, int from)
    {
        var end = WordLength(text, from);
        return At(text, end) == '.' ? WordLength(text, end + 1) : end;
    }

    private static int UnitLength(ReadOnlySpan<char> text)
    {
        switch (At(text, 0))
        {
            case 'H' when At(text, 1) == 'z':
                return 2;
            case 's':
                return 1;
            case 'B':
                return text.StartsWith("Bps") ? 3 : 1;
            case 'c' when At(text, 1) == 'y':
                return 2;
            case 'n' or 'u' or 'm' when At(text, 1) == 's':
                return 2;
            case var prefix and ('k' or 'M' or 'G' or 'T' or 'K'):
                var rest = text[1..];
                if (prefix != 'K' && rest.StartsWith("Bps"))
                {
                    return 4;
                }

                if (At(rest, 0) == 'i' && At(rest, 1) == 'B' && prefix != 'k')
                {
                    return 3;
                }

                if (At(rest, 0) == 'B' && prefix != 'K')
                {
                    return 2;
                }

                return prefix is 'k' or 'M' or 'G' && rest.StartsWith("Hz") ? 3 : 0;
            default:
                return 0;
        }
    }

    private static RawToken Punctuation(ReadOnlySpan<char> text)
    {
        var next = At(text, 1);
        switch (text[0])
        {
            case '\n':
                return new RawToken(SyntaxKind.LineBreakTrivia, 1);
            case '\r':
                return new RawToken(SyntaxKind.LineBreakTrivia, next == '\n' ? 2 : 1);
            case '(':
                return new RawToken(SyntaxKind.OpenParenToken, 1);
            case ')':
                return new RawToken(SyntaxKind.CloseParenToken, 1);
            case '[':
                return new RawToken(SyntaxKind.OpenBracketToken, 1);
            case ']':
                return new RawToken(SyntaxKind.CloseBracketToken, 1);
            case '{':
                return new RawToken(SyntaxKind.OpenBraceToken, 1);
            case '}':
                return new RawToken(SyntaxKind.CloseBraceToken, 1);
            case ',':
                return new RawToken(SyntaxKind.CommaToken, 1);
            case ':':
                return new RawToken(SyntaxKind.ColonToken, 1);
            case '@':
                return new RawToken(SyntaxKind.AtToken, 1);
            case '?':
                return new RawToken(SyntaxKind.QuestionToken, 1);
            case ';':
                return new RawToken(SyntaxKind.SemicolonToken, 1);
            case '=':
                return Pair(next == '=', SyntaxKind.EqualsEqualsToken, SyntaxKind.AssignToken);
            case '<':
                return Pair(next == '=', SyntaxKind.LessOrEqualToken, SyntaxKind.LessToken);
            case '>':
                return Pair(next == '=', SyntaxKind.GreaterOrEqualToken, SyntaxKind.GreaterToken);
            case '!':
                return Pair(next == '=', SyntaxKind.NotEqualsToken, SyntaxKind.NotKeyword);
            case '+':
                return Pair(next == '=', SyntaxKind.CompoundAssignToken, SyntaxKind.PlusToken);
            case '%':
                return new RawToken(SyntaxKind.PercentToken, 1);
            case '-':
                return next == '>' ? new RawToken(SyntaxKind.ArrowToken, 2) : Pair(next == '=', SyntaxKind.CompoundAssignToken, SyntaxKind.MinusToken);
            case '*':
                return next == '*' ? new RawToken(SyntaxKind.PowerToken, 2) : Pair(next == '=', SyntaxKind.CompoundAssignToken, SyntaxKind.StarToken);
            case '|':
                return next == '>' ? new RawToken(SyntaxKind.PipeToken, 2) : Pair(next == '|', SyntaxKind.OrKeyword, SyntaxKind.UnknownCharacterTrivia);
            case '&':
                return Pair(next == '&', SyntaxKind.AndKeyword, SyntaxKind.UnknownCharacterTrivia);
            case '.':
                return Dot(text, next);
            case '/':
                return Slash(text, next);
            case '#':
                return new RawToken(SyntaxKind.BadCommentTrivia, ToLineEnd(text));
            case '`':
                return Quoted(text, '`', SyntaxKind.QuotedNameToken, SyntaxKind.OpenQuotedNameToken);
            case '"':
                return Quoted(text, '"', SyntaxKind.StringToken, SyntaxKind.OpenStringToken);
            case '\'':
                return Quoted(text, '\'', SyntaxKind.BadStringToken, SyntaxKind.OpenStringToken);
            default:
                return new RawToken(SyntaxKind.UnknownCharacterTrivia, 1);
        }
    }

    private static RawToken Pair(bool two, SyntaxKind pair, SyntaxKind single) => two ? new RawToken(pair, 2) : new RawToken(single, 1);

    private static RawToken Dot(ReadOnlySpan<char> text, char next)
    {
        if (char.IsAsciiDigit(next))
        {
            return new RawToken(SyntaxKind.BadNumberToken, BadNumber(text, 2));
        }

        return next == '.' && At(text, 2) == '.' ? new RawToken(SyntaxKind.EllipsisToken, 3) : new RawToken(SyntaxKind.DotToken, 1);
    }

    private static RawToken Slash(ReadOnlySpan<char> text, char next) => next switch
    {
        '/' when At(text, 2) == '/' => new RawToken(SyntaxKind.DocCommentTrivia, ToLineEnd(text)),
        '/' => new RawToken(SyntaxKind.CommentTrivia, ToLineEnd(text)),
        '*' => new RawToken(SyntaxKind.BadCommentTrivia, ToLineEnd(text)),
        '=' => new RawToken(SyntaxKind.CompoundAssignToken, 2),
        _ => new RawToken(SyntaxKind.SlashToken, 1),
    };

    private static int ToLineEnd(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('\r', '\n');
        return end < 0 ? text.Length : end;
    }

    private static RawToken Quoted(ReadOnlySpan<char> text, char quote, SyntaxKind closed, SyntaxKind open)
    {
        var at = 1;
        while (at < text.Length && text[at] is not ('\r' or '\n'))
        {
            if (text[at] == quote)
            {
                return new RawToken(closed, at + 1);
            }

            // A backslash takes the next unit with it, unless the line ends there.
            at += text[at] == '\\' && at + 1 < text.Length && text[at + 1] is not ('\r' or '\n') ? 2 : 1;
        }

        return new RawToken(open, at);
    }
}
