using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>
/// Makes green tokens and gives one object for equal ones seen shortly before. Flags are a function of the token's texts alone.
/// </summary>
internal sealed class TokenFactory
{
    private static readonly GreenToken[] MissingClosers = [.. Enumerable.Range(0, 128)
        .Select(k => new GreenToken((SyntaxKind)k, string.Empty, string.Empty, string.Empty, BracketFlags((SyntaxKind)k)))];

    private static readonly string?[] FixedTexts = MakeFixedTexts();

    private readonly GreenToken?[] recent;
    private readonly string?[] texts;

    /// <param name="slots">A power of two: how many tokens are remembered.</param>
    public TokenFactory(int slots)
    {
        recent = new GreenToken?[slots];
        texts = new string?[slots];
    }

    /// <summary>The zero-width closing bracket of a kind.</summary>
    public static GreenToken MissingCloser(SyntaxKind kind) => MissingClosers[(int)kind];

    public GreenToken Make(SyntaxKind kind, ReadOnlySpan<char> leading, ReadOnlySpan<char> text, ReadOnlySpan<char> trailing)
    {
        var hash = Hash(Hash(Hash((uint)kind, leading), text), trailing);
        ref var slot = ref recent[hash & (uint)(recent.Length - 1)];
        if (slot is { } known && known.Kind == kind && text.SequenceEqual(known.Text)
            && trailing.SequenceEqual(known.TrailingText) && leading.SequenceEqual(known.LeadingText))
        {
            return known;
        }

        var fixedText = FixedTexts[(int)kind];
        var made = new GreenToken(
            kind,
            Text(leading),
            fixedText is not null && text.SequenceEqual(fixedText) ? fixedText : Text(text),
            Text(trailing),
            FlagsOf(kind, leading, text, trailing));
        slot = made;
        return made;
    }

    private static GreenFlags BracketFlags(SyntaxKind closer) =>
        closer == SyntaxKind.CloseBraceToken ? GreenFlags.Bracket | GreenFlags.Brace : GreenFlags.Bracket;

    private static uint Hash(uint hash, ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 0x01000193u;
        }

        hash = (hash ^ 0xFFFF) * 0x01000193u;
        return hash ^ (hash >> 15);
    }

    private string Text(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
        {
            return string.Empty;
        }

        if (text.Length > 40)
        {
            return text.ToString();
        }

        ref var slot = ref texts[Hash(0x811C9DC5u, text) & (uint)(texts.Length - 1)];
        if (slot is null || !text.SequenceEqual(slot))
        {
            slot = text.ToString();
        }

        return slot;
    }

    private static GreenFlags FlagsOf(SyntaxKind kind, ReadOnlySpan<char> leading, ReadOnlySpan<char> text, ReadOnlySpan<char> trailing)
    {
        var flags = IsUnsound(kind, text) ? GreenFlags.Lexical : GreenFlags.None;
        flags |= TriviaFlags(leading, kind, isLeading: true) | TriviaFlags(trailing, kind, isLeading: false);
        return flags;
    }

    private static bool IsUnsound(SyntaxKind kind, ReadOnlySpan<char> text) => kind switch
    {
        >= SyntaxKind.CompoundAssignToken and <= SyntaxKind.OpenQuotedNameToken => true,
        SyntaxKind.AndKeyword or SyntaxKind.OrKeyword or SyntaxKind.NotKeyword => !char.IsAsciiLetter(text[0]),
        SyntaxKind.QuotedNameToken => text.Length == 2 || HasBadEscape(text),
        SyntaxKind.StringToken => HasBadEscape(text),
        _ => false,
    };

    private static bool HasBadEscape(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('\\'); at >= 0 && at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                var length = SyntaxFacts.EscapeLength(text, at);
                if (length == 0)
                {
                    return true;
                }

                at += length - 1;
            }
        }

        return false;
    }

    private static GreenFlags TriviaFlags(ReadOnlySpan<char> trivia, SyntaxKind owner, bool isLeading)
    {
        var flags = GreenFlags.None;
        var documented = false;
        var breaks = 0;
        for (var at = 0; at < trivia.Length;)
        {
            var raw = Lexer.Next(trivia, at);
            at += raw.Length;
            switch (raw.Kind)
            {
                case SyntaxKind.SpaceTrivia:
                    break;
                case SyntaxKind.LineBreakTrivia:
                    breaks++;
                    flags |= documented && breaks > 1 ? GreenFlags.Lexical : GreenFlags.None;
                    break;
                case SyntaxKind.DocCommentTrivia:
                    documented = true;
                    breaks = 0;
                    flags |= GreenFlags.Comment | (isLeading ? GreenFlags.None : GreenFlags.Lexical);
                    break;
                case SyntaxKind.CommentTrivia:
                    breaks = 0;
                    flags |= GreenFlags.Comment;
                    break;
                case SyntaxKind.BadCommentTrivia:
                    breaks = 0;
                    flags |= GreenFlags.Comment | GreenFlags.Lexical;
                    break;
                case SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken:
                    breaks = 0;
                    flags |= BracketFlags(raw.Kind);
                    break;
                default:
                    breaks = 0;
                    flags |= GreenFlags.Lexical;
                    break;
            }
        }

        if (documented && (SyntaxFacts.IsCloser(owner) || owner == SyntaxKind.EndOfFile))
        {
            flags |= GreenFlags.Lexical;
        }

        return flags;
    }

    private static string?[] MakeFixedTexts()
    {
        var result = new string?[128];
        foreach (var kind in Enum.GetValues<SyntaxKind>())
        {
            if (kind is > SyntaxKind.EndOfElement and <= SyntaxKind.NanKeyword)
            {
                result[(int)kind] = kind.ToString()[..^"Keyword".Length].ToLowerInvariant();
            }
        }

        string[] operators =
        [
            "|>", "->", "...", "**", "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",", ":", ".", "@", "?", ";",
        ];
        foreach (var text in operators)
        {
            result[(int)Lexer.Next(text, 0).Kind] = text;
        }

        return result;
    }
}
