using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features.Hovers;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Hovers.</summary>
internal sealed class HoverCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with { HoverProvider = true };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.Hover, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (workspace, document, map) => HoverFeature.Compute(document, workspace.Settings, map.ToOffset(parameters.Position)) is { } hover
                ? new Hover
                {
                    Contents = new MarkupContent { Kind = MarkupKind.Markdown, Value = hover.Markdown },
                    Range = map.ToRange(hover.Span),
                }
                : null,
            token));
}
