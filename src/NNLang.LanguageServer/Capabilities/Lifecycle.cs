using System.Reflection;
using NNLang.Protocol.Lsp;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>The first messages: what client and server can do.</summary>
internal sealed class Lifecycle(IReadOnlyList<Capability> capabilities) : Capability
{
    public override void Register(LanguageServerHandlers handlers, ServerContext server)
    {
        handlers.OnRequest(LspRequests.Initialize, async (parameters, _) =>
        {
            server.Features = ClientFeatures.Of(parameters);
            await server.Queue.Change([], workspace => workspace.With(ClientFeatures.Read(parameters.InitializationOptions, workspace.Settings)))
                .ConfigureAwait(false);
            var announced = new ServerCapabilities { PositionEncoding = server.Features.IsUtf8 ? PositionEncodingKind.UTF8 : PositionEncodingKind.UTF16 };
            foreach (var capability in capabilities)
            {
                announced = capability.Announce(announced);
            }

            return new InitializeResult
            {
                Capabilities = announced,
                ServerInfo = new ServerInfo { Name = "NNLang", Version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) },
            };
        });
        handlers.OnNotification(LspNotifications.Initialized, _ => server.SetInitialized());
    }
}
