using Antlr4.Runtime;

namespace NNLang.Syntax.Parsing;

/// <summary>What ANTLR sees of a token: its type. One object per type serves all; places are the stream's business.</summary>
internal sealed class FlatToken : IToken
{
    private static readonly FlatToken[] All = [.. Enumerable.Range(0, 128).Select(k => new FlatToken((SyntaxKind)k))];

    private readonly SyntaxKind kind;

    private FlatToken(SyntaxKind kind) => this.kind = kind;

    public string Text => string.Empty;

    public int Type => kind == SyntaxKind.EndOfFile ? TokenConstants.EOF : (int)kind;

    public int Line => 0;

    public int Column => 0;

    public int Channel => 0;

    public int TokenIndex => 0;

    public int StartIndex => 0;

    public int StopIndex => 0;

    public ITokenSource? TokenSource => null;

    public ICharStream? InputStream => null;

    public static FlatToken Of(SyntaxKind kind) => All[(int)kind];
}
