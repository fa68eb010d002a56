using Antlr4.Runtime;
using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Generated;
using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>
/// Panic mode: the first unexpected token of a list element is one error, and the parser goes on at the element's end, or at the body of what
/// the error stands in the header of. Nothing is inserted and nothing deleted inside an element.
/// </summary>
internal sealed class PanicErrorStrategy : IAntlrErrorStrategy
{
    private bool recovering;
    private GreenSyntaxError? pending;

    public void Reset(Parser recognizer)
    {
        recovering = false;
        pending = null;
    }

    public bool InErrorRecoveryMode(Parser recognizer) => recovering;

    public void ReportMatch(Parser recognizer) => recovering = false;

    public void ReportError(Parser recognizer, RecognitionException e)
    {
        var parser = (NNLangParserBase)recognizer;
        if (!recovering)
        {
            Report(parser, DescriptorFor(parser, e));
        }
    }

    public void Recover(Parser recognizer, RecognitionException e)
    {
        var parser = (NNLangParserBase)recognizer;
        var top = parser.Top;
        if (!NNLangParserBase.IsBraces(top.Rule) || !HasTakenBrace(parser, top))
        {
            Skip(parser, Header(parser, self: false), pastEnds: false);
            return;
        }

        // A rule that has taken its brace takes the partner too, or the levels of list and parser part.
        Skip(parser, null, pastEnds: true);
        if (parser.Stream.Current == SyntaxKind.CloseBraceToken)
        {
            parser.Consume();
        }
    }

    public IToken RecoverInline(Parser recognizer)
    {
        var parser = (NNLangParserBase)recognizer;
        var rule = parser.Top.Rule;
        if (NNLangParserBase.IsBraces(rule) && Expects(parser, SyntaxKind.OpenBraceToken) && BodyFollows(parser))
        {
            ReportError(parser, new InputMismatchException(parser));
            Skip(parser, Header(parser, self: true), pastEnds: false);
            parser.MoveFrameStart();
            recovering = false;
            return parser.Consume();
        }

        if (rule is NNLangParser.RULE_file or NNLangParser.RULE_body && Expects(parser, SyntaxKind.EndOfElement))
        {
            ReportError(parser, new InputMismatchException(parser));
            Skip(parser, null, pastEnds: false);
            if (parser.Stream.Current == SyntaxKind.EndOfElement)
            {
                recovering = false;
                return parser.Consume();
            }
        }

        if (rule == NNLangParser.RULE_deviceDeclaration && BodyFollows(parser))
        {
            // Only 'with' can be lacking in this header; the items are parsed all the same.
            ReportError(parser, new InputMismatchException(parser));
            Skip(parser, Header(parser, self: true), pastEnds: false);
            return recognizer.CurrentToken;
        }

        throw new InputMismatchException(parser);
    }

    public void Sync(Parser recognizer)
    {
        var parser = (NNLangParserBase)recognizer;
        var rule = parser.Top.Rule;
        if (!NNLangParserBase.IsList(rule))
        {
            return;
        }

        // An element that cannot begin is one error and is skipped.
        while (true)
        {
            var kind = parser.Stream.Current;
            var endIsFine = rule is NNLangParser.RULE_items or NNLangParser.RULE_weightsMap;
            if (kind is SyntaxKind.EndOfFile or SyntaxKind.CloseBraceToken || (kind == SyntaxKind.EndOfElement && endIsFine))
            {
                return;
            }

            if (parser.Atn.NextTokens(parser.Atn.states[parser.State]).Contains((int)kind))
            {
                return;
            }

            if (!recovering)
            {
                Report(parser, SyntaxDiagnostics.UnexpectedToken);
            }

            Skip(parser, null, pastEnds: false);
            if (parser.Stream.Current == SyntaxKind.EndOfElement)
            {
                parser.Consume();
                recovering = false;
            }
        }
    }

    private static bool Expects(NNLangParserBase parser, SyntaxKind kind)
    {
        var transition = parser.Atn.states[parser.State].Transition(0);
        return transition.Label?.Contains((int)kind) == true;
    }

    private static bool HasTakenBrace(NNLangParserBase parser, NNLangParserBase.Frame frame) =>
        parser.Builder.Count > frame.Start && parser.Builder[frame.Start].Kind == SyntaxKind.OpenBraceToken;

    /// <summary>The innermost rule that has a header and a body, if the error lies in the header; else null.</summary>
    private static NNLangParserBase.Frame? Header(NNLangParserBase parser, bool self)
    {
        var frames = parser.Frames;
        for (var i = frames.Length - 1; i >= 0; i--)
        {
            switch (frames[i].Rule)
            {
                case NNLangParser.RULE_body or NNLangParser.RULE_items or NNLangParser.RULE_branch or NNLangParser.RULE_weightsMap
                    when self && i == frames.Length - 1:
                    break;
                case NNLangParser.RULE_file or NNLangParser.RULE_body or NNLangParser.RULE_items
                    or NNLangParser.RULE_branch or NNLangParser.RULE_weightsMap:
                    return null;
                case NNLangParser.RULE_repeating or NNLangParser.RULE_ifClause or NNLangParser.RULE_elseIfClause
                    or NNLangParser.RULE_elseClause or NNLangParser.RULE_ifValue or NNLangParser.RULE_elseIfValue
                    or NNLangParser.RULE_elseValue or NNLangParser.RULE_blockDeclaration or NNLangParser.RULE_networkDeclaration
                    or NNLangParser.RULE_deviceDeclaration or NNLangParser.RULE_section or NNLangParser.RULE_group
                    or NNLangParser.RULE_weightsDeclaration:
                    return self || i < frames.Length - 1 ? frames[i] : null;
            }
        }

        return null;
    }

    /// <summary>How many parentheses and square brackets a header has open at the token reached.</summary>
    private static int OpenIn(NNLangParserBase parser, NNLangParserBase.Frame header)
    {
        var open = 0;
        for (var i = header.Token; i < parser.Stream.Index; i++)
        {
            open += Nesting(parser.Stream.Tokens.Kind(i));
        }

        return open;
    }

    private static int Nesting(SyntaxKind kind) => kind switch
    {
        SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken => 1,
        SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken => -1,
        _ => 0,
    };

    /// <summary>True where the body's <c>{</c> comes before the element ends.</summary>
    private static bool BodyFollows(NNLangParserBase parser)
    {
        if (Header(parser, self: true) is not { } header)
        {
            return false;
        }

        var open = OpenIn(parser, header);
        for (var i = 0; ; i++)
        {
            var kind = parser.Stream.Ahead(i);
            switch (kind)
            {
                case SyntaxKind.OpenBraceToken when open == 0:
                    return true;
                case SyntaxKind.OpenBraceToken:
                    i = PastBraces(parser, i);
                    continue;
                case SyntaxKind.EndOfElement or SyntaxKind.CloseBraceToken or SyntaxKind.EndOfFile:
                    return false;
            }

            open += Nesting(kind);
        }
    }

    private static int PastBraces(NNLangParserBase parser, int at)
    {
        var depth = 0;
        do
        {
            depth += parser.Stream.Ahead(at) switch { SyntaxKind.OpenBraceToken => 1, SyntaxKind.CloseBraceToken => -1, _ => 0 };
        }
        while (depth > 0 && parser.Stream.Ahead(at++) != SyntaxKind.EndOfFile);
        return at;
    }

    private static DiagnosticDescriptor DescriptorFor(NNLangParserBase parser, RecognitionException e)
    {
        if (e is TooDeepException)
        {
            return SyntaxDiagnostics.TooDeep;
        }

        var frames = parser.Frames;
        if (frames[^1].Rule is NNLangParser.RULE_file or NNLangParser.RULE_body && Expects(parser, SyntaxKind.EndOfElement))
        {
            return SyntaxDiagnostics.ExpectedEndOfLine;
        }

        // What was begun but holds nothing yet says what was expected, the widest first.
        var result = SyntaxDiagnostics.UnexpectedToken;
        for (var i = frames.Length - 1; i >= 0; i--)
        {
            var rule = frames[i].Rule;
            if (rule == NNLangParser.RULE_results)
            {
                return SyntaxDiagnostics.ExpectedType;
            }

            if (parser.Builder.Count > frames[i].Start)
            {
                break;
            }

            switch (rule)
            {
                case NNLangParser.RULE_type:
                    return SyntaxDiagnostics.ExpectedType;
                case NNLangParser.RULE_term or NNLangParser.RULE_expression or NNLangParser.RULE_argument:
                    return SyntaxDiagnostics.ExpectedExpression;
                case NNLangParser.RULE_name or NNLangParser.RULE_label or NNLangParser.RULE_qualifiedName or NNLangParser.RULE_parameter:
                    result = SyntaxDiagnostics.ExpectedName;
                    break;
                case NNLangParser.RULE_body or NNLangParser.RULE_items or NNLangParser.RULE_branch or NNLangParser.RULE_weightsMap:
                    return SyntaxDiagnostics.ExpectedBody;
            }
        }

        return result;
    }

    private void Report(NNLangParserBase parser, DiagnosticDescriptor descriptor)
    {
        recovering = true;
        var tokens = parser.Stream.Tokens;
        var index = parser.Stream.Index;
        var found = tokens.Green(index);
        if (found is { Text.Length: > 0 })
        {
            pending = new GreenSyntaxError(descriptor, found.LeadingText.Length, found.Text.Length, Describe(found.Text));
            return;
        }

        // Nothing stands there: the place is the end of the token before.
        var before = index - 1;
        while (before >= 0 && tokens.Green(before) is not { Text.Length: > 0 })
        {
            before--;
        }

        var trailing = before < 0 ? 0 : tokens.Green(before)!.TrailingText.Length;
        pending = new GreenSyntaxError(descriptor, -trailing, 0, Describe(tokens.Kind(index)));
    }

    private static string Describe(string text) => text.Length <= 40 ? $"'{text}'" : $"'{text.AsSpan(0, 39)}…'";

    private static string Describe(SyntaxKind kind) => kind switch
    {
        SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.EndOfElement => "the end of the line",
        _ => "the end of the text",
    };

    /// <summary>Takes tokens up to the element's end, whole braces at a time, and leaves one node that holds them and the error.</summary>
    private void Skip(NNLangParserBase parser, NNLangParserBase.Frame? toBodyOf, bool pastEnds)
    {
        List<GreenNode>? skipped = null;
        var depth = 0;
        var open = toBodyOf is { } header ? OpenIn(parser, header) : -1;
        var stream = parser.Stream;
        while (true)
        {
            var kind = stream.Current;
            if (kind == SyntaxKind.EndOfFile
                || (depth == 0 && (kind == SyntaxKind.CloseBraceToken || (kind == SyntaxKind.EndOfElement && !pastEnds)))
                || (depth == 0 && open == 0 && kind == SyntaxKind.OpenBraceToken))
            {
                break;
            }

            open += toBodyOf is not null && depth == 0 ? Nesting(kind) : 0;
            depth += kind switch { SyntaxKind.OpenBraceToken => 1, SyntaxKind.CloseBraceToken => -1, _ => 0 };
            if (stream.Tokens.Green(stream.Index) is { } green)
            {
                (skipped ??= []).Add(green);
            }

            parser.Builder.RunMisplaced |= stream.Tokens.RunAfter(stream.Index) is not null;
            stream.Consume();
        }

        if (skipped is not null || pending is not null)
        {
            parser.Builder.Push(new GreenSkippedTokens(pending, skipped is null ? [] : [.. skipped]));
            pending = null;
        }
    }
}
