using System.Globalization;
using System.Text;

namespace NNLang.Syntax;

/// <summary>What is true of kinds and of the texts of tokens.</summary>
public static class SyntaxFacts
{
    /// <summary>True for tokens that can be a name: bare, quoted, contextual words, and broken names.</summary>
    public static bool IsName(SyntaxKind kind) => kind is SyntaxKind.NameToken or SyntaxKind.QuotedNameToken
        or SyntaxKind.WeightsKeyword or SyntaxKind.BlockKeyword or SyntaxKind.NetworkKeyword or SyntaxKind.DeviceKeyword
        or SyntaxKind.DimKeyword or SyntaxKind.BadNameToken or SyntaxKind.OpenQuotedNameToken;

    /// <summary>True for strings, broken ones too.</summary>
    public static bool IsString(SyntaxKind kind) =>
        kind is SyntaxKind.StringToken or SyntaxKind.BadStringToken or SyntaxKind.OpenStringToken;

    /// <summary>True for numbers, <c>inf</c>, <c>nan</c> and broken numbers.</summary>
    public static bool IsNumber(SyntaxKind kind) => kind is SyntaxKind.IntegerToken or SyntaxKind.FloatToken
        or SyntaxKind.QuantityToken or SyntaxKind.InfKeyword or SyntaxKind.NanKeyword or SyntaxKind.BadNumberToken;

    /// <summary>True for the words of the language, reserved and contextual.</summary>
    public static bool IsWord(SyntaxKind kind) => kind is >= SyntaxKind.ImportKeyword and <= SyntaxKind.NanKeyword;

    /// <summary>True for what may stand before a colon, after a dot and after <c>@</c>.</summary>
    public static bool IsLabel(SyntaxKind kind) => IsName(kind) || IsString(kind) || IsWord(kind);

    /// <summary>True for closing brackets.</summary>
    public static bool IsCloser(SyntaxKind kind) =>
        kind is SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken;

    /// <summary>True for <c>== != &lt; &lt;= &gt; &gt;=</c>.</summary>
    public static bool IsComparison(SyntaxKind kind) => kind is SyntaxKind.EqualsEqualsToken or SyntaxKind.NotEqualsToken
        or SyntaxKind.LessToken or SyntaxKind.LessOrEqualToken or SyntaxKind.GreaterToken or SyntaxKind.GreaterOrEqualToken;

    /// <summary>True for infix operators, <c>and</c> and <c>or</c> among them.</summary>
    public static bool IsInfix(SyntaxKind kind) => IsComparison(kind) || kind is SyntaxKind.PlusToken or SyntaxKind.MinusToken
        or SyntaxKind.StarToken or SyntaxKind.SlashToken or SyntaxKind.PercentToken or SyntaxKind.PowerToken
        or SyntaxKind.AndKeyword or SyntaxKind.OrKeyword;

    /// <summary>True where the text is a name without backticks.</summary>
    public static bool IsBareName(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] == '_') || WordKind(text) is not null and not (
            SyntaxKind.WeightsKeyword or SyntaxKind.BlockKeyword or SyntaxKind.NetworkKeyword or SyntaxKind.DeviceKeyword
            or SyntaxKind.DimKeyword))
        {
            return false;
        }

        foreach (var unit in text)
        {
            if (!char.IsAsciiLetterOrDigit(unit) && unit != '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A name as it is written: bare where it can be, else in backticks with escapes.</summary>
    public static string WriteName(string name) => IsBareName(name) ? name : Quote(name, '`');

    /// <summary>A string as it is written: in double quotes with escapes.</summary>
    public static string WriteString(string value) => Quote(value, '"');

    /// <summary>The kind of a reserved or contextual word, or null for any other text.</summary>
    public static SyntaxKind? WordKind(ReadOnlySpan<char> text) => text switch
    {
        "import" => SyntaxKind.ImportKeyword,
        "weights" => SyntaxKind.WeightsKeyword,
        "block" => SyntaxKind.BlockKeyword,
        "network" => SyntaxKind.NetworkKeyword,
        "device" => SyntaxKind.DeviceKeyword,
        "return" => SyntaxKind.ReturnKeyword,
        "repeat" => SyntaxKind.RepeatKeyword,
        "if" => SyntaxKind.IfKeyword,
        "else" => SyntaxKind.ElseKeyword,
        "assert" => SyntaxKind.AssertKeyword,
        "dim" => SyntaxKind.DimKeyword,
        "as" => SyntaxKind.AsKeyword,
        "with" => SyntaxKind.WithKeyword,
        "and" => SyntaxKind.AndKeyword,
        "or" => SyntaxKind.OrKeyword,
        "not" => SyntaxKind.NotKeyword,
        "true" => SyntaxKind.TrueKeyword,
        "false" => SyntaxKind.FalseKeyword,
        "none" => SyntaxKind.NoneKeyword,
        "inf" => SyntaxKind.InfKeyword,
        "nan" => SyntaxKind.NanKeyword,
        _ => null,
    };

    /// <summary>
    /// The content of a name or string token, without quotes and escapes; any other token's text. An unknown escape stands for the
    /// character after the backslash.
    /// </summary>
    public static string ValueOf(SyntaxKind kind, string text)
    {
        if (kind is not (SyntaxKind.QuotedNameToken or SyntaxKind.OpenQuotedNameToken) && !IsString(kind))
        {
            return text;
        }

        var closed = kind is SyntaxKind.QuotedNameToken or SyntaxKind.StringToken or SyntaxKind.BadStringToken;
        var content = text.AsSpan(1, text.Length - (closed ? 2 : 1));
        return content.Contains('\\') ? Unescape(content) : content.ToString();
    }

    /// <summary>True where nodes of the kind are instances of a class.</summary>
    internal static bool CanBe<T>(SyntaxKind kind)
        where T : SyntaxNode => Kinds<T>.Table[(int)kind];

    /// <summary>The length of the escape that begins with the backslash at an index; 0 where it is none.</summary>
    internal static int EscapeLength(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length)
        {
            return 0;
        }

        switch (text[at + 1])
        {
            case '`' or '"' or '\\' or 'n' or 'r' or 't':
                return 2;
            case 'u' when at + 2 < text.Length && text[at + 2] == '{':
                var end = text[(at + 3)..].IndexOf('}');
                return end is > 0 and <= 6
                    && int.TryParse(text.Slice(at + 3, end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var scalar)
                    && Rune.IsValid(scalar)
                    ? end + 4
                    : 0;
            default:
                return 0;
        }
    }

    private static string Unescape(ReadOnlySpan<char> content)
    {
        var result = new StringBuilder(content.Length);
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] != '\\' || i + 1 == content.Length)
            {
                result.Append(content[i]);
                continue;
            }

            var length = EscapeLength(content, i);
            if (length > 2)
            {
                var scalar = int.Parse(content.Slice(i + 3, length - 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                result.Append(new Rune(scalar).ToString());
                i += length - 1;
                continue;
            }

            result.Append(content[i + 1] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            i++;
        }

        return result.ToString();
    }

    private static string Quote(string value, char quote)
    {
        var result = new StringBuilder(value.Length + 2).Append(quote);
        foreach (var unit in value)
        {
            _ = unit switch
            {
                '\\' => result.Append("\\\\"),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                _ when unit == quote => result.Append('\\').Append(unit),
                _ => result.Append(unit),
            };
        }

        return result.Append(quote).ToString();
    }

    private static class Kinds<T>
        where T : SyntaxNode
    {
        public static readonly bool[] Table = [.. Enumerable.Range(0, (int)Enum.GetValues<SyntaxKind>().Max() + 1)
            .Select(k => SyntaxNode.TypeOf((SyntaxKind)k) is { } type && typeof(T).IsAssignableFrom(type))];
    }
}
