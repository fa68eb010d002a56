using System.Text;
using NNLang.Syntax.Text;

namespace NNLang.Syntax;

/// <summary>A piece of what stands between tokens: blanks, a line break, a comment, or something skipped.</summary>
/// <param name="Kind">What it is; <see cref="SyntaxKind.SkippedTokenTrivia"/> for brackets without partner and semicolons.</param>
/// <param name="Text">The text as written.</param>
/// <param name="Position">Where it begins.</param>
public readonly record struct SyntaxTrivia(SyntaxKind Kind, string Text, int Position)
{
    /// <summary>The units.</summary>
    public TextSpan Span => new(Position, Text.Length);

    /// <summary>Cuts the trivia of a token into its pieces. Pieces are lexed on demand: a token keeps only the text.</summary>
    internal static IEnumerable<SyntaxTrivia> Split(string text, int position)
    {
        var at = 0;
        while (at < text.Length)
        {
            var raw = Lexer.Next(text, at);
            var kind = raw.Kind is >= SyntaxKind.DocCommentTrivia and <= SyntaxKind.UnknownCharacterTrivia
                ? raw.Kind
                : SyntaxKind.SkippedTokenTrivia;
            yield return new SyntaxTrivia(kind, text.Substring(at, raw.Length), position + at);
            at += raw.Length;
        }
    }

    /// <summary>The doc comment that a leading trivia holds for its token, or null.</summary>
    internal static string? DocumentationIn(string leading)
    {
        if (!leading.Contains("///", StringComparison.Ordinal))
        {
            return null;
        }

        var lines = new StringBuilder();
        var any = false;
        var blank = false;
        foreach (var piece in Split(leading, 0))
        {
            switch (piece.Kind)
            {
                case SyntaxKind.DocCommentTrivia:
                    var content = piece.Text.AsSpan(3).TrimEnd();
                    content = content.StartsWith(" ") ? content[1..] : content;
                    lines.Append(any ? "\n" : string.Empty).Append(content);
                    any = true;
                    blank = false;
                    break;
                case SyntaxKind.LineBreakTrivia when blank:
                    lines.Clear();
                    any = false;
                    break;
                case SyntaxKind.LineBreakTrivia:
                    blank = true;
                    break;
                case SyntaxKind.SpaceTrivia:
                    break;
                default:
                    blank = false;
                    break;
            }
        }

        return any ? lines.ToString() : null;
    }
}
