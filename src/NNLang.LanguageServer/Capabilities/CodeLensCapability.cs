using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Lines above networks and blocks.</summary>
internal sealed class CodeLensCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with { CodeLensProvider = new CodeLensOptions() };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.CodeLens, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => CodeLensFeature.Compute(document).Select(lens => new CodeLens
            {
                Range = map.ToRange(lens.Span),
                Command = Translate(lens, document.Uri),
            }).ToArray(),
            token));

    private static Command Translate(LensText lens, string uri)
    {
        var network = lens.Name.Length == 0 ? null : lens.Name;
        return lens.Action switch
        {
            LensAction.Bisect => CommandTranslation.Make(lens.Title, "nnlang.bisect", new CommandArgument(uri, network)),
            LensAction.Run => CommandTranslation.Make(lens.Title, "nnlang.run", new CommandArgument(uri, network)),
            LensAction.ShowSchedule => CommandTranslation.Make(lens.Title, "nnlang.showSchedule", new CommandArgument(uri, network)),
            LensAction.Reveal => CommandTranslation.Make(lens.Title, "nnlang.reveal", new CommandArgument(uri, network, lens.Line + 1)),
            LensAction.BindDimension => CommandTranslation.Make(
                lens.Title, CommandCapability.BindDimension, new CommandArgument(uri, network, Dimension: lens.Instances[0])),
            _ => CommandTranslation.Make(lens.Title, "nnlang.chooseInstance", new CommandArgument(uri, Block: lens.Name, Instances: [.. lens.Instances])),
        };
    }
}
