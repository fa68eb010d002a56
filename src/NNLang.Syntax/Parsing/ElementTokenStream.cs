using Antlr4.Runtime;
using Antlr4.Runtime.Misc;

namespace NNLang.Syntax.Parsing;

/// <summary>The token list as ANTLR reads it.</summary>
internal sealed class ElementTokenStream(TokenList tokens) : ITokenStream
{
    public TokenList Tokens => tokens;

    public int Index { get; private set; }

    public int Size => tokens.Count;

    public string SourceName => string.Empty;

    public ITokenSource? TokenSource => null;

    public SyntaxKind Current => tokens.Kind(Index);

    public SyntaxKind Ahead(int by) => tokens.Kind(Index + by);

    public IToken? LT(int k)
    {
        var index = k > 0 ? Index + k - 1 : Index + k;
        return index < 0 ? null : FlatToken.Of(tokens.Kind(index));
    }

    public int LA(int i)
    {
        var index = i > 0 ? Index + i - 1 : Index + i;
        if (index < 0)
        {
            return 0;
        }

        var kind = tokens.Kind(index);
        return kind == SyntaxKind.EndOfFile ? TokenConstants.EOF : (int)kind;
    }

    public IToken Get(int i) => FlatToken.Of(tokens.Kind(i));

    public void Consume() => Index = Math.Min(Index + 1, tokens.Count - 1);

    public void Seek(int index) => Index = index;

    public int Mark() => 0;

    public void Release(int marker)
    {
    }

    public string GetText(Interval interval) => string.Empty;

    public string GetText() => string.Empty;

    public string GetText(RuleContext ctx) => string.Empty;

    public string GetText(IToken start, IToken stop) => string.Empty;
}
