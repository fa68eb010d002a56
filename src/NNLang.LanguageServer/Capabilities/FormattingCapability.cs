using NNLang.Protocol.Lsp;
using NNLang.Syntax.Formatting;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Formatting of a whole text.</summary>
internal sealed class FormattingCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with { DocumentFormattingProvider = true };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.DocumentFormatting, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => Formatter.Change(document.Tree) is { } change
                ? new[] { new TextEdit { Range = map.ToRange(change.Span), NewText = change.NewText } }
                : [],
            token));
}
