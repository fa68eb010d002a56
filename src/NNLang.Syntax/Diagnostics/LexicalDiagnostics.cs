using System.Globalization;
using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Diagnostics;

/// <summary>What single tokens and their trivia have to be told, with the edits that repair it.</summary>
internal static class LexicalDiagnostics
{
    /// <summary>Adds what a flagged token says.</summary>
    /// <param name="token">The token.</param>
    /// <param name="position">Where its leading trivia begins, absolute.</param>
    /// <param name="tight">True where nothing but the token before stands right before it.</param>
    /// <param name="result">Where to.</param>
    public static void Add(GreenToken token, int position, bool tight, List<Diagnostic> result)
    {
        AddTrivia(token, token.LeadingText, position, isLeading: true, result);
        AddToken(token, position + token.LeadingText.Length, tight, result);
        AddTrivia(token, token.TrailingText, position + token.LeadingText.Length + token.Text.Length, isLeading: false, result);
    }

    private static SyntaxLocation At(int position, int length) => SyntaxLocation.Absolute(new TextSpan(position, length));

    private static Diagnostic Fixable(DiagnosticDescriptor descriptor, SyntaxLocation location, string fix, params ReadOnlySpan<object?> arguments) =>
        descriptor.At(location, arguments).WithFix(CodeFix.Replace($"Write {Short(fix)}", location, fix));

    private static string Short(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 39), "…");

    private static void AddToken(GreenToken token, int at, bool tight, List<Diagnostic> result)
    {
        var text = token.Text;
        var whole = At(at, text.Length);
        switch (token.Kind)
        {
            case SyntaxKind.AndKeyword or SyntaxKind.OrKeyword or SyntaxKind.NotKeyword when text is "&&" or "||" or "!":
                var word = text switch { "&&" => "and", "||" => "or", _ => "not" };
                var spaced = (tight && text != "!" ? " " : string.Empty) + word + (token.TrailingText.Length == 0 ? " " : string.Empty);
                result.Add(SyntaxDiagnostics.OperatorSpelling.At(whole, text, word).WithFix(CodeFix.Replace($"Write {word}", whole, spaced)));
                break;
            case SyntaxKind.BadNumberToken:
                var number = SyntaxDiagnostics.BadNumber.At(whole, Short(text));
                result.Add(RepairNumber(text) is { } repaired ? number.WithFix(CodeFix.Replace($"Write {repaired}", whole, repaired)) : number);
                break;
            case SyntaxKind.BadNameToken:
                result.Add(Fixable(SyntaxDiagnostics.NonAsciiName, whole, $"`{text}`", Short(text), Short($"`{text}`")));
                break;
            case SyntaxKind.BadStringToken:
                var quoted = SyntaxFacts.WriteString(SyntaxFacts.ValueOf(token.Kind, text));
                result.Add(Fixable(SyntaxDiagnostics.SingleQuotes, whole, quoted, Short(quoted)));
                break;
            case SyntaxKind.OpenStringToken:
                var end = at + ContentEnd(text, ")],}");
                result.Add(SyntaxDiagnostics.OpenString.At(whole)
                    .WithFix(CodeFix.Replace("Close the string", At(end, 0), text[..1])));
                break;
            case SyntaxKind.OpenQuotedNameToken:
                var assign = text.IndexOf(" =", StringComparison.Ordinal);
                var stop = at + (assign > 1 ? assign : ContentEnd(text, ")],}("));
                result.Add(SyntaxDiagnostics.OpenQuotedName.At(whole).WithFix(CodeFix.Replace("Close the name", At(stop, 0), "`")));
                break;
            case SyntaxKind.QuotedNameToken when text.Length == 2:
                result.Add(SyntaxDiagnostics.EmptyQuotedName.At(whole));
                break;
        }

        if (token.Kind is SyntaxKind.StringToken or SyntaxKind.QuotedNameToken)
        {
            AddEscapes(text, at, result);
        }
    }

    private static void AddEscapes(string text, int at, List<Diagnostic> result)
    {
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] != '\\')
            {
                continue;
            }

            var length = SyntaxFacts.EscapeLength(text, i);
            if (length == 0)
            {
                result.Add(SyntaxDiagnostics.UnknownEscape.At(At(at + i, 2), text.Substring(i, 2))
                    .WithFix(CodeFix.Replace("Write a backslash", At(at + i, 1), "\\\\")));
                length = 2;
            }

            i += length - 1;
        }
    }

    /// <summary>Where an unclosed string most likely ends: before closing punctuation and blanks at the line's end.</summary>
    private static int ContentEnd(string text, string punctuation)
    {
        var end = text.Length;
        while (end > 1 && (punctuation.Contains(text[end - 1], StringComparison.Ordinal) || char.IsWhiteSpace(text[end - 1])))
        {
            end--;
        }

        return end;
    }

    private static string? RepairNumber(string text)
    {
        var candidate = text.StartsWith('.') ? "0" + text : text.EndsWith('.') ? text + "0" : null;
        if (candidate is not null)
        {
            return Lexer.Next(candidate, 0) is { Kind: SyntaxKind.FloatToken } raw && raw.Length == candidate.Length ? candidate : null;
        }

        var sizes = text.Split('x');
        return sizes.Length > 1 && sizes.All(s => s.Length > 0 && s.All(char.IsAsciiDigit)) ? $"[{string.Join(", ", sizes)}]" : null;
    }

    private static void AddTrivia(GreenToken token, string trivia, int position, bool isLeading, List<Diagnostic> result)
    {
        if (trivia.AsSpan().IndexOfAnyExcept(' ', '\n') < 0)
        {
            return;
        }

        var at = 0;
        while (at < trivia.Length)
        {
            var raw = Lexer.Next(trivia, at);
            var text = trivia.Substring(at, raw.Length);
            var location = At(position + at, raw.Length);
            switch (raw.Kind)
            {
                case SyntaxKind.BadCommentTrivia:
                    var content = text.StartsWith('#') ? text.TrimStart('#') : text[2..].TrimEnd() is var inner && inner.EndsWith("*/", StringComparison.Ordinal) ? inner[..^2] : text[2..];
                    var comment = ("// " + content.Trim()).TrimEnd();
                    result.Add(Fixable(SyntaxDiagnostics.CommentKind, location, comment, Short(comment)));
                    break;
                case SyntaxKind.SemicolonToken:
                    var rest = trivia.AsSpan(at + 1).TrimStart(" \t;");
                    var isLast = rest.Length > 0 ? rest[0] is '\n' or '\r' or '/' or '#' : isLeading;
                    result.Add(SyntaxDiagnostics.Semicolon.At(location)
                        .WithFix(CodeFix.Replace(isLast ? "Remove ';'" : "Break the line", location, isLast ? string.Empty : "\n")));
                    break;
                case SyntaxKind.UnknownCharacterTrivia:
                    result.Add(SyntaxDiagnostics.StrayCharacter.At(location, Show(text[0])).WithFix(CodeFix.Replace("Remove it", location, string.Empty)));
                    break;
            }

            at += raw.Length;
        }

        AddDetached(token, trivia, position, isLeading, result);
    }

    private static string Show(char unit) =>
        char.IsControl(unit) || unit == '\uFFFF' ? "U+" + ((int)unit).ToString("X4", CultureInfo.InvariantCulture) : unit.ToString();

    /// <summary>
    /// Doc comments that no token follows at once. The first comment of a file, with a blank line behind it, describes the file.
    /// </summary>
    private static void AddDetached(GreenToken token, string trivia, int position, bool isLeading, List<Diagnostic> result)
    {
        var start = -1;
        var end = 0;
        var breaks = 0;
        var onlyBlanks = position == 0 && isLeading;
        var describesFile = false;
        for (var at = 0; at < trivia.Length;)
        {
            var raw = Lexer.Next(trivia, at);
            switch (raw.Kind)
            {
                case SyntaxKind.DocCommentTrivia:
                    if (start < 0)
                    {
                        start = at;
                        describesFile = onlyBlanks;
                    }

                    end = at + raw.Length;
                    breaks = 0;
                    break;
                case SyntaxKind.LineBreakTrivia:
                    if (++breaks > 1 && start >= 0)
                    {
                        Report(describesFile);
                    }

                    break;
                case SyntaxKind.SpaceTrivia:
                    break;
                default:
                    breaks = 0;
                    break;
            }

            onlyBlanks &= raw.Kind is SyntaxKind.SpaceTrivia or SyntaxKind.LineBreakTrivia;
            at += raw.Length;
        }

        if (start >= 0 && (!isLeading || SyntaxFacts.IsCloser(token.Kind) || token.Kind == SyntaxKind.EndOfFile))
        {
            Report(describesFile);
        }

        void Report(bool isAllowed)
        {
            if (!isAllowed)
            {
                result.Add(SyntaxDiagnostics.DetachedDocumentation.At(At(position + start, end - start)));
            }

            start = -1;
        }
    }
}
