using System.Text;
using Antlr4.Runtime;
using NNLang.Syntax.Generated;
using NNLang.Syntax.Parsing;
using NNLang.Testing;
using Lexer = NNLang.Syntax.Parsing.Lexer;

namespace NNLang.Syntax.Tests;

/// <summary>The hand-written lexer against the one that ANTLR makes of the grammar.</summary>
public sealed class LexerTests
{
    private const string Alphabet = "abefnsxzBGHKMT_ 019.+-*/%=<>!&|#'\"`\\()[]{},:;@?\t\n\r\u00e9\u00A0\uFEFF\uFFFF\uD83D\u0001$~iu";

    [Fact]
    public void Equals_the_grammar_on_the_corpus()
    {
        foreach (var text in Corpus.GoodTexts.Concat(Corpus.BrokenTexts))
        {
            AssertEqual(text);
        }
    }

    [Fact]
    public void Equals_the_grammar_on_damaged_text() => PropertySeed.ForEach(1500, random =>
    {
        var source = Corpus.GoodTexts[random.Next(Corpus.GoodTexts.Count)];
        var at = random.Next(source.Length);
        var text = new StringBuilder(source.Substring(at, Math.Min(80, source.Length - at)));
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            text.Insert(random.Next(text.Length + 1), Alphabet[random.Next(Alphabet.Length)]);
        }

        AssertEqual(text.ToString());
    });

    [Fact]
    public void Equals_the_grammar_on_random_text() => PropertySeed.ForEach(3000, random =>
        AssertEqual(string.Create(random.Next(1, 40), random, static (span, r) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Alphabet[r.Next(Alphabet.Length)];
            }
        })));

    [Fact]
    public void Equals_the_grammar_on_numbers() => PropertySeed.ForEach(4000, random =>
        AssertEqual(string.Create(random.Next(1, 12), random, static (span, r) =>
        {
            const string Numeric = "0123__..eE+-xXaFGHzMkKTinumsBpcyt ";
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Numeric[r.Next(i == 0 ? 10 : Numeric.Length)];
            }
        })));

    [Fact]
    public void Tokens_of_a_line_alone_are_those_in_the_file()
    {
        foreach (var text in Corpus.GoodTexts)
        {
            var alone = new List<RawToken>();
            foreach (var line in Lines(text))
            {
                alone.AddRange(Lex(line));
            }

            Assert.Equal(Lex(text), alone);
        }
    }

    [Fact]
    public void Lexing_allocates_nothing()
    {
        var text = string.Concat(Corpus.GoodTexts);
        var sum = LexOnly(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = LexOnly(text);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(sum, again);
    }

    private static int LexOnly(string text)
    {
        var sum = 0;
        for (var at = 0; at < text.Length;)
        {
            var token = Lexer.Next(text, at);
            sum += (int)token.Kind;
            at += token.Length;
        }

        return sum;
    }

    private static List<RawToken> Lex(string text)
    {
        var result = new List<RawToken>();
        for (var at = 0; at < text.Length; at += result[^1].Length)
        {
            result.Add(Lexer.Next(text, at));
        }

        return result;
    }

    private static void AssertEqual(string text)
    {
        var grammar = new NNLangLexer(new AntlrInputStream(text));
        grammar.RemoveErrorListeners();
        var expected = new List<RawToken>();
        for (var token = grammar.NextToken(); token.Type != TokenConstants.EOF; token = grammar.NextToken())
        {
            expected.Add(new RawToken((SyntaxKind)token.Type, token.StopIndex - token.StartIndex + 1));
        }

        var actual = Lex(text);
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail($"'{text}'\ngrammar: {string.Join(' ', expected)}\nby hand: {string.Join(' ', actual)}");
        }
    }

    private static IEnumerable<string> Lines(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                yield return text[start..(i + 1)];
                start = i + 1;
            }
        }

        yield return text[start..];
    }
}
