using NNLang.Protocol.Extensions;
using NNLang.Protocol.Lsp;
using NNLang.Semantics.Devices;
using NNLang.Workspaces.Texts;
using NNLang.Workspaces.Features;
using NNLang.Workspaces.Schedules;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>The messages that NNLang adds to the protocol.</summary>
internal sealed class ExtensionCapability : Capability
{
    public override void Register(LanguageServerHandlers handlers, ServerContext server)
    {
        handlers.OnRequest(ExtensionRequests.Networks, async (parameters, token) => await server.Read(
            parameters.Uri,
            (_, document, _) => new NetworksResult([.. NetworkList.Compute(document).Select(network => new NetworkName(network.Name, network.Line + 1))]),
            token).ConfigureAwait(false) ?? new NetworksResult([]));
        handlers.OnRequest(ExtensionRequests.Explain, (parameters, _) => Task.FromResult(Explain(parameters.Code)));
        handlers.OnRequest(ExtensionRequests.DeviceText, (parameters, _) =>
            Task.FromResult(BuiltInDevices.TextOf(parameters.Name) is { } text ? new DeviceTextResult(text) : null));
        handlers.OnRequest(ExtensionRequests.Schedule, (parameters, token) => server.Queue.ReadAsync<ScheduleResult?>(
            parameters.Uri, (_, stop) => WaitAsync(server, parameters, stop), token));
    }

    private static ExplainResult? Explain(string code) => Explanations.Find(code) is { } page ? new ExplainResult(page) : null;

    private static async Task<ScheduleResult?> WaitAsync(ServerContext server, ScheduleParams parameters, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = server.Schedules.NextFinished;
            if (server.Queue.Current.Find(parameters.Uri) is not { } document)
            {
                return null;
            }

            var name = parameters.Network ?? document.Compilation.MainNetwork;
            var known = name is not null && document.Schedules.TryGetValue(name, out var schedule) ? schedule : null;
            if (document.IsScheduled || known?.Schedule is not null || name is null || NetworkErrors.Of(document, name).Count > 0)
            {
                return known?.Schedule is null ? null : ScheduleTranslation.Of(document, known);
            }

            server.Schedules.Request();
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
