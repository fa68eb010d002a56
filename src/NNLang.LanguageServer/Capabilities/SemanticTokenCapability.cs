using NNLang.Protocol.Lsp;
using NNLang.Syntax.Text;
using SemanticTokens = NNLang.Protocol.Lsp.SemanticTokens;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Colours by meaning, for a range and for the whole text.</summary>
internal sealed class SemanticTokenCapability : Capability
{
    private static readonly string[] Types =
    [
        SemanticTokenTypes.Keyword, SemanticTokenTypes.Function, SemanticTokenTypes.Variable, SemanticTokenTypes.Parameter,
        SemanticTokenTypes.Property, SemanticTokenTypes.Type, SemanticTokenTypes.Number, SemanticTokenTypes.String, SemanticTokenTypes.Comment,
        SemanticTokenTypes.Decorator, SemanticTokenTypes.Class, SemanticTokenTypes.TypeParameter,
    ];

    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with
    {
        SemanticTokensProvider = new SemanticTokensOptions
        {
            Legend = new SemanticTokensLegend { TokenTypes = Types, TokenModifiers = [SemanticTokenModifiers.Declaration] },
            Range = true,
            Full = true,
        },
    };

    public override void Register(LanguageServerHandlers handlers, ServerContext server)
    {
        handlers.OnRequest(LspRequests.SemanticTokensRange, (parameters, token) => server.Read(
            parameters.TextDocument.Uri, (_, document, map) => Encode(document.Tree.Root, map.ToSpan(parameters.Range), map), token));
        handlers.OnRequest(LspRequests.SemanticTokens, (parameters, token) => server.Read(
            parameters.TextDocument.Uri, (_, document, map) => Encode(document.Tree.Root, new TextSpan(0, document.Text.Length), map), token));
    }

    private static SemanticTokens Encode(Syntax.SyntaxNode root, TextSpan range, PositionMap map)
    {
        var tokens = Workspaces.Features.SemanticTokens.Classify(root, range);
        var data = new int[tokens.Length * 5];
        var before = new Position(0, 0);
        for (var i = 0; i < tokens.Length; i++)
        {
            var (span, kind, declares) = tokens[i];
            var start = map.ToPosition(span.Start);
            data[i * 5] = start.Line - before.Line;
            data[(i * 5) + 1] = start.Line == before.Line ? start.Character - before.Character : start.Character;
            data[(i * 5) + 2] = map.IsUtf8 ? map.ToPosition(span.End).Character - start.Character : span.Length;
            data[(i * 5) + 3] = (int)kind;
            data[(i * 5) + 4] = declares ? 1 : 0;
            before = start;
        }

        return new SemanticTokens { Data = data };
    }
}
