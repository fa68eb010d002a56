using NNLang.Protocol.Lsp;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>What the user sets.</summary>
internal sealed class Settings : Capability
{
    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnNotification(LspNotifications.DidChangeConfiguration, parameters =>
        {
            var uris = server.Queue.Current.Documents.Keys.ToArray();
            _ = server.Queue.Change(uris, workspace => workspace.With(ClientFeatures.Read(parameters.Settings, workspace.Settings)));
        });
}
