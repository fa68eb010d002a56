using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Inlay hints.</summary>
internal sealed class InlayHintCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with { InlayHintProvider = true };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.InlayHint, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (workspace, document, map) => InlayHintFeature.Compute(document, workspace.Settings, map.ToSpan(parameters.Range))
                .Select(hint => Translate(hint, document.Uri, map)).ToArray(),
            token));

    private static InlayHint Translate(HintText hint, string uri, PositionMap map) => new()
    {
        Position = map.ToPosition(hint.Position),
        Label = hint.Network is null ? hint.Label : new InlayHintLabelPart[]
        {
            new()
            {
                Value = hint.Label,
                Command = CommandTranslation.Make("Show Schedule", "nnlang.showSchedule", new CommandArgument(uri, hint.Network)),
                Tooltip = Markdown.Of(hint.Tooltip),
            },
        },
        Tooltip = hint.IsType && hint.Tooltip.Length > 0 ? Markdown.Of(hint.Tooltip) : null,
        Kind = hint.IsType ? InlayHintKind.Type : null,
        PaddingLeft = !hint.IsType,
    };
}
