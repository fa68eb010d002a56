using Antlr4.Runtime.Atn;
using NNLang.Syntax.Generated;
using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>Runs a rule of the generated parser over laid-out tokens and gives the green nodes it built.</summary>
internal static class ElementParser
{
    /// <summary>A whole file: one node.</summary>
    public static GreenNode ParseFile(ReadOnlySpan<char> text)
    {
        var layout = new Layout(new TokenFactory(text.Length < 4096 ? 256 : 8192), inBraces: false);
        layout.Read(text);
        return ParseFile(layout, out _);
    }

    /// <summary>What a layout of file-level text holds, ended by the end of the text.</summary>
    public static GreenNode ParseFile(Layout layout, out bool misplacedRun)
    {
        layout.Finish(new TokenFactory(1).Make(SyntaxKind.EndOfFile, layout.LeadingOfNext, [], []));
        var parser = Make(layout.Output, 0);
        parser.file();
        misplacedRun = parser.Builder.RunMisplaced;
        return parser.Builder[0];
    }

    /// <summary>What a layout in braces holds, as the node of the rule that is made of these braces.</summary>
    /// <param name="layout">The finished layout.</param>
    /// <param name="listKind">The kind of list between the braces.</param>
    /// <param name="outerLevels">How many rules run around it in the file.</param>
    /// <param name="misplacedRun">True where a kept run came at a place that does not take it.</param>
    public static GreenNode ParseBraces(Layout layout, SyntaxKind listKind, int outerLevels, out bool misplacedRun)
    {
        layout.Finish(null);
        var parser = Make(layout.Output, outerLevels);
        switch (listKind)
        {
            case SyntaxKind.StatementList:
                parser.body();
                break;
            case SyntaxKind.ItemList:
                parser.items();
                break;
            default:
                parser.weightsMap();
                break;
        }

        misplacedRun = parser.Builder.RunMisplaced;
        return parser.Builder[0];
    }

    /// <summary>One element or expression alone; null where the text does not hold exactly one.</summary>
    public static GreenNode? ParseAlone(string text, int rule)
    {
        var layout = new Layout(new TokenFactory(256), inBraces: false);
        layout.Read(text);
        layout.Finish(new TokenFactory(1).Make(SyntaxKind.EndOfFile, layout.LeadingOfNext, [], []));
        var parser = Make(layout.Output, 0);
        switch (rule)
        {
            case NNLangParser.RULE_member:
                parser.member();
                break;
            case NNLangParser.RULE_statement:
                parser.statement();
                break;
            case NNLangParser.RULE_item:
                parser.item();
                break;
            default:
                parser.expression();
                break;
        }

        var atEnd = parser.Stream.Current == SyntaxKind.EndOfFile
            || (parser.Stream.Current == SyntaxKind.EndOfElement && parser.Stream.Ahead(1) == SyntaxKind.EndOfFile);
        return atEnd && parser.Builder.Count == 1 ? parser.Builder[0] : null;
    }

    private static NNLangParser Make(TokenList tokens, int outerLevels)
    {
        var parser = new NNLangParser(new ElementTokenStream(tokens), TextWriter.Null, TextWriter.Null)
        {
            BuildParseTree = false,
            ErrorHandler = new PanicErrorStrategy(),
        };
        parser.RemoveErrorListeners();
        parser.Interpreter.PredictionMode = PredictionMode.SLL;
        parser.SetOuterLevels(outerLevels);
        return parser;
    }
}
