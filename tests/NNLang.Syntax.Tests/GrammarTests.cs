using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using Antlr4.Runtime.Dfa;
using Antlr4.Runtime.Sharpen;
using NNLang.Syntax.Generated;
using NNLang.Syntax.Green;
using NNLang.Syntax.Parsing;
using NNLang.Testing;

namespace NNLang.Syntax.Tests;

public sealed class GrammarTests
{
    [Fact]
    public void The_grammar_is_strong_LL2_but_for_operator_precedence()
    {
        var lookahead = new StrongLookahead(NewParser("").Atn);
        var conflicts = lookahead.Conflicts().ToList();
        Assert.True(conflicts.Count == 0, string.Join('\n', conflicts));
        Assert.Equal(1, lookahead.PrecedenceDecisions);
        Assert.True(lookahead.SettledByTwo > 0);
    }

    [Fact]
    public void Strong_LL2_finds_a_decision_that_needs_more()
    {
        // 'name' against 'name name' at the start of an item needs the second token: one token must not be enough.
        var lookahead = new StrongLookahead(NewParser("").Atn);
        Assert.NotEmpty(lookahead.Conflicts(tokens: 1));
    }

    [Fact]
    public void No_text_makes_the_parser_use_full_context()
    {
        var listener = new Predictions();
        foreach (var text in Corpus.GoodTexts.Concat(Corpus.BrokenTexts))
        {
            Predict(text, listener);
            for (var end = 0; end < text.Length; end += 97)
            {
                Predict(text[..end], listener);
            }
        }

        PropertySeed.ForEach(150, random =>
        {
            var made = new RandomText(random);
            var text = IncrementalTests.Network(made, 6);
            Predict(text, listener);
            for (var i = 0; i < 3; i++)
            {
                var (start, length, newText) = made.Edit(text);
                text = string.Concat(text.AsSpan(0, start), newText, text.AsSpan(start + length));
                Predict(text, listener);
            }
        });
        Assert.Equal(0, listener.FullContext);
    }

    [Fact]
    public void A_statement_alone_has_the_tree_it_has_in_the_file() => PropertySeed.ForEach(200, random =>
    {
        var statement = new RandomText(random).Statement();
        var alone = ElementParser.ParseAlone(statement, NNLangParser.RULE_statement);
        Assert.True(alone is not null, statement);
        var file = SyntaxTree.Parse("network n(x: f32[1]) {\ny = x\n" + statement + "\nz = x\n}\n");
        var network = (NetworkDeclarationSyntax)file.Root.Members[0];
        Assert.Equal(3, network.Body.Statements.Count);
        var inFile = network.Body.Statements[1];
        Assert.Equal(alone.ContentHash, inFile.Green.ContentHash);
        Assert.Equal(statement, inFile.Green.ToString()[..^1]);
        Assert.True((alone.Flags & (GreenFlags.Bracket | GreenFlags.Syntax)) == (inFile.Green.Flags & (GreenFlags.Bracket | GreenFlags.Syntax)), statement);
    });

    [Fact]
    public void Members_and_items_alone_have_the_tree_they_have_in_the_file()
    {
        foreach (var text in Corpus.GoodTexts)
        {
            foreach (var node in SyntaxTree.Parse(text).Root.DescendantsAndSelf())
            {
                var rule = node switch
                {
                    StatementSyntax when node.Parent is BodySyntax => NNLangParser.RULE_statement,
                    ItemSyntax item when node.Parent is ItemsSyntax && item.Comma.IsMissing => NNLangParser.RULE_item,
                    MemberSyntax when node.Parent is FileSyntax => NNLangParser.RULE_member,
                    ExpressionSyntax when !node.ToString().Contains('\n', StringComparison.Ordinal) => NNLangParser.RULE_expression,
                    _ => -1,
                };
                if (rule >= 0)
                {
                    var alone = ElementParser.ParseAlone(node.ToString(), rule);
                    Assert.True(alone?.ContentHash == node.Green.ContentHash, node.ToString());
                }
            }
        }
    }

    private static NNLangParser NewParser(string text)
    {
        var layout = new Layout(new TokenFactory(64), inBraces: false);
        layout.Read(text);
        layout.Finish(null);
        var parser = new NNLangParser(new ElementTokenStream(layout.Output), TextWriter.Null, TextWriter.Null)
        {
            ErrorHandler = new PanicErrorStrategy(),
            BuildParseTree = false,
        };
        parser.RemoveErrorListeners();
        return parser;
    }

    private static void Predict(string text, Predictions listener)
    {
        var parser = NewParser(text);
        parser.AddErrorListener(listener);
        parser.Interpreter.PredictionMode = PredictionMode.LL;
        parser.file();
    }

    private sealed class Predictions : BaseErrorListener, IParserErrorListener
    {
        public int FullContext { get; private set; }

        void IParserErrorListener.ReportAmbiguity(Parser recognizer, DFA dfa, int startIndex, int stopIndex, bool exact, BitSet ambigAlts, ATNConfigSet configs) => FullContext++;

        void IParserErrorListener.ReportAttemptingFullContext(Parser recognizer, DFA dfa, int startIndex, int stopIndex, BitSet conflictingAlts, ATNConfigSet configs) => FullContext++;

        void IParserErrorListener.ReportContextSensitivity(Parser recognizer, DFA dfa, int startIndex, int stopIndex, int prediction, ATNConfigSet configs) => FullContext++;
    }
}
