using System.Collections.Immutable;

namespace NNLang.Syntax.Diagnostics;

/// <summary>The codes of this room: characters and tokens, brackets and syntax, nesting.</summary>
public static class SyntaxDiagnostics
{
    /// <summary>NN1001: A string ends on the line where it begins; there are no multi-line strings.</summary>
    public static readonly DiagnosticDescriptor OpenString = DiagnosticDescriptor.Declare(
        1001,
        DiagnosticSeverity.Error,
        "The string has no closing '\"'.",
        "Close it on the same line.",
        "A string ends on the line where it begins; there are no multi-line strings. An unclosed string takes the rest of its line and nothing more.");

    /// <summary>NN1002: A name in backticks ends on the line where it begins.</summary>
    public static readonly DiagnosticDescriptor OpenQuotedName = DiagnosticDescriptor.Declare(
        1002,
        DiagnosticSeverity.Error,
        "The quoted name has no closing '`'.",
        "Close it on the same line.",
        "A name in backticks ends on the line where it begins. An unclosed one takes the rest of its line.");

    /// <summary>NN1003: Two backticks with nothing between them are no name.</summary>
    public static readonly DiagnosticDescriptor EmptyQuotedName = DiagnosticDescriptor.Declare(
        1003,
        DiagnosticSeverity.Error,
        "A quoted name must not be empty.",
        "Write a name between the backticks.",
        "Two backticks with nothing between them are no name.");

    /// <summary>NN1004: Strings and quoted names know six escapes and `\u{HEX}` for a Unicode scalar value.</summary>
    public static readonly DiagnosticDescriptor UnknownEscape = DiagnosticDescriptor.Declare(
        1004,
        DiagnosticSeverity.Error,
        "'{0}' is not an escape.",
        "Use \\` \\\" \\\\ \\n \\r \\t or \\u{{HEX}}.",
        "Strings and quoted names know six escapes and `\\u{HEX}` for a Unicode scalar value. A backslash before anything else is an error.");

    /// <summary>NN1005: Floats need digits on both sides of the point or an exponent: `1.</summary>
    public static readonly DiagnosticDescriptor BadNumber = DiagnosticDescriptor.Declare(
        1005,
        DiagnosticSeverity.Error,
        "'{0}' is not a number.",
        "Write digits on both sides of the point; units follow without a space.",
        "Floats need digits on both sides of the point or an exponent: `1.0`, `0.5`, `1e-5`. Sizes are lists: `[3, 3]`, not `3x3`. Units are `Hz`, `s`, `B`, `Bps` with a prefix, and `cy`.");

    /// <summary>NN1006: Single quotes are not used in NNLang.</summary>
    public static readonly DiagnosticDescriptor SingleQuotes = DiagnosticDescriptor.Declare(
        1006,
        DiagnosticSeverity.Error,
        "Strings stand in double quotes.",
        "Write {0}.",
        "Single quotes are not used in NNLang.");

    /// <summary>NN1007: `#` and `/*` begin a comment in other languages.</summary>
    public static readonly DiagnosticDescriptor CommentKind = DiagnosticDescriptor.Declare(
        1007,
        DiagnosticSeverity.Error,
        "Comments begin with '//'.",
        "Write {0}.",
        "`#` and `/*` begin a comment in other languages. Here they are read as one to the end of the line, so that nothing else breaks.");

    /// <summary>NN1008: The logical operators are words: `and`, `or`, `not`.</summary>
    public static readonly DiagnosticDescriptor OperatorSpelling = DiagnosticDescriptor.Declare(
        1008,
        DiagnosticSeverity.Error,
        "'{0}' is written '{1}'.",
        "Write '{1}'.",
        "The logical operators are words: `and`, `or`, `not`.");

    /// <summary>NN1009: A semicolon is read as the end of the element.</summary>
    public static readonly DiagnosticDescriptor Semicolon = DiagnosticDescriptor.Declare(
        1009,
        DiagnosticSeverity.Error,
        "Statements end with their line, not with ';'.",
        "Remove it, or put the next statement on a line of its own.",
        "A semicolon is read as the end of the element.");

    /// <summary>NN1010: `x += e` is read as `x = x + (e)`.</summary>
    public static readonly DiagnosticDescriptor CompoundAssignment = DiagnosticDescriptor.Declare(
        1010,
        DiagnosticSeverity.Error,
        "'{0}' does not exist: names are bound, not changed.",
        "Write {1}.",
        "`x += e` is read as `x = x + (e)`. A name may be bound again; values never change.");

    /// <summary>NN1011: The character belongs to no token and is passed over.</summary>
    public static readonly DiagnosticDescriptor StrayCharacter = DiagnosticDescriptor.Declare(
        1011,
        DiagnosticSeverity.Error,
        "'{0}' means nothing here.",
        "Remove it.",
        "The character belongs to no token and is passed over.");

    /// <summary>NN1012: `name = value` begins a statement, and that is what lets the compiler recover after an unclosed call.</summary>
    public static readonly DiagnosticDescriptor NamedWithAssign = DiagnosticDescriptor.Declare(
        1012,
        DiagnosticSeverity.Error,
        "Arguments are named with ':', not '='.",
        "Write {0}: {1}.",
        "`name = value` begins a statement, and that is what lets the compiler recover after an unclosed call. In calls it is `name: value`.");

    /// <summary>NN1013: Bare names are ASCII; any other name stands in backticks.</summary>
    public static readonly DiagnosticDescriptor NonAsciiName = DiagnosticDescriptor.Declare(
        1013,
        DiagnosticSeverity.Error,
        "'{0}' has letters beyond ASCII.",
        "Put it in backticks: {1}.",
        "Bare names are ASCII; any other name stands in backticks.");

    /// <summary>NN1014: A `///` comment describes the member, parameter, statement, item or field that follows it with no blank line between.</summary>
    public static readonly DiagnosticDescriptor DetachedDocumentation = DiagnosticDescriptor.Declare(
        1014,
        DiagnosticSeverity.Hint,
        "This doc comment belongs to nothing.",
        "Put it right before what it describes, or write '//'.",
        "A `///` comment describes the member, parameter, statement, item or field that follows it with no blank line between.");

    /// <summary>NN1020: A bracket that is still open where the next statement or member begins is closed there, so that it never swallows the file.</summary>
    public static readonly DiagnosticDescriptor Unclosed = DiagnosticDescriptor.Declare(
        1020,
        DiagnosticSeverity.Error,
        "'{0}' is not closed.",
        "Write its '{1}'.",
        "A bracket that is still open where the next statement or member begins is closed there, so that it never swallows the file. For `{` the place is the innermost pair whose `}` is missing by indentation.");

    /// <summary>NN1021: A closing bracket without partner is passed over.</summary>
    public static readonly DiagnosticDescriptor UnexpectedCloser = DiagnosticDescriptor.Declare(
        1021,
        DiagnosticSeverity.Error,
        "'{0}' closes nothing.",
        "Remove it, or open it before.",
        "A closing bracket without partner is passed over. For `}` the place is the first one that stands right of what it closes.");

    /// <summary>NN1030: A value was expected.</summary>
    public static readonly DiagnosticDescriptor ExpectedExpression = DiagnosticDescriptor.Declare(
        1030,
        DiagnosticSeverity.Error,
        "An expression is missing before {0}.",
        "Write a value, a name or a call.",
        "A value was expected.");

    /// <summary>NN1031: A name was expected.</summary>
    public static readonly DiagnosticDescriptor ExpectedName = DiagnosticDescriptor.Declare(
        1031,
        DiagnosticSeverity.Error,
        "A name is missing before {0}.",
        "Write a name; other than ASCII letters, digits and '_' in backticks.",
        "A name was expected.");

    /// <summary>NN1032: A type was expected.</summary>
    public static readonly DiagnosticDescriptor ExpectedType = DiagnosticDescriptor.Declare(
        1032,
        DiagnosticSeverity.Error,
        "A type is missing before {0}.",
        "Write a type, as in f32[N, C].",
        "A type was expected.");

    /// <summary>NN1033: A body in braces was expected.</summary>
    public static readonly DiagnosticDescriptor ExpectedBody = DiagnosticDescriptor.Declare(
        1033,
        DiagnosticSeverity.Error,
        "'{{' is missing before {0}.",
        "Write the body in braces.",
        "A body in braces was expected.");

    /// <summary>NN1034: Something follows a complete statement on its line.</summary>
    public static readonly DiagnosticDescriptor ExpectedEndOfLine = DiagnosticDescriptor.Declare(
        1034,
        DiagnosticSeverity.Error,
        "The statement is complete before {0}.",
        "Put what follows on a line of its own.",
        "Something follows a complete statement on its line.");

    /// <summary>NN1035: No rule of the language takes this token at this place.</summary>
    public static readonly DiagnosticDescriptor UnexpectedToken = DiagnosticDescriptor.Declare(
        1035,
        DiagnosticSeverity.Error,
        "{0} cannot stand here.",
        "Remove it, or complete what is before it.",
        "No rule of the language takes this token at this place.");

    /// <summary>NN1036: `a &lt; b &lt; c` is written `a &lt; b and b &lt; c`.</summary>
    public static readonly DiagnosticDescriptor ChainedComparison = DiagnosticDescriptor.Declare(
        1036,
        DiagnosticSeverity.Error,
        "Comparisons do not chain.",
        "Write two of them joined by 'and'.",
        "`a < b < c` is written `a < b and b < c`.");

    /// <summary>NN8004: At least 256 brackets may be nested and 1,000 operators may follow each other.</summary>
    public static readonly DiagnosticDescriptor TooDeep = DiagnosticDescriptor.Declare(
        8004,
        DiagnosticSeverity.Error,
        "Brackets or operators are nested too deep before {0}.",
        "Bind a part of it to a name of its own.",
        "At least 256 brackets may be nested and 1,000 operators may follow each other. What is deeper is passed over; the statements around it are not harmed.");

    /// <summary>All of them, by code.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        OpenString,
        OpenQuotedName,
        EmptyQuotedName,
        UnknownEscape,
        BadNumber,
        SingleQuotes,
        CommentKind,
        OperatorSpelling,
        Semicolon,
        CompoundAssignment,
        StrayCharacter,
        NamedWithAssign,
        NonAsciiName,
        DetachedDocumentation,
        Unclosed,
        UnexpectedCloser,
        ExpectedExpression,
        ExpectedName,
        ExpectedType,
        ExpectedBody,
        ExpectedEndOfLine,
        UnexpectedToken,
        ChainedComparison,
        TooDeep,
    ];
}
