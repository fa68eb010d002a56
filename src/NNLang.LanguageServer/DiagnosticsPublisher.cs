using System.Threading.Channels;
using NNLang.Protocol.Extensions;
using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer;

/// <summary>
/// Publishes what is said about every new version: first complete for syntax and semantics, with the schedule's findings carried over; then,
/// when a schedule is finished, with the new ones. Works on its own, behind the queue, and passes over versions that are already out of date.
/// </summary>
internal sealed class DiagnosticsPublisher(ServerContext server)
{
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, Published> published = new(StringComparer.Ordinal);

    /// <summary>Says that the snapshot is new. Never blocks.</summary>
    public void Signal() => signals.Writer.TryWrite(true);

    /// <summary>Publishes until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in signals.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                Publish(server.Queue.Current);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private void Publish(Workspace workspace)
    {
        foreach (var document in workspace.Documents.Values)
        {
            published.TryGetValue(document.Uri, out var last);
            if (!ReferenceEquals(last?.Document, document))
            {
                try
                {
                    Publish(workspace, document, last);
                }
#pragma warning disable CA1031 // What goes wrong with one version of one document must not silence the next.
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    server.Log($"The diagnostics of {document.Uri} failed: {failure}");
                }
            }
        }

        foreach (var uri in published.Keys.Where(uri => workspace.Find(uri) is null).ToList())
        {
            published.Remove(uri);
            server.Client.Notify(LspNotifications.PublishDiagnostics, new PublishDiagnosticsParams { Uri = uri, Diagnostics = [] });
        }

        server.Schedules.Request();
    }

    private void Publish(Workspace workspace, Document document, Published? last)
    {
        var isNewText = last is null || !ReferenceEquals(last.Document.Compilation, document.Compilation) || last.Document.Version != document.Version;
        var isNewSchedule = last is null || last.Document.ScheduleVersion != document.ScheduleVersion;
        if (isNewText || isNewSchedule)
        {
            server.Client.Notify(LspNotifications.PublishDiagnostics, DiagnosticTranslation.Of(document, server.Map(document), server.Features));
        }

        var status = StatusTexts.Of(document, workspace.Settings);
        if (last is null || last.Status != status)
        {
            server.Client.Notify(ExtensionNotifications.Status, status);
        }

        published[document.Uri] = new Published(document, status);
        if (isNewSchedule || !ReferenceEquals(last!.Document.ChosenInstances, document.ChosenInstances))
        {
            if (isNewSchedule && !document.Schedules.IsEmpty)
            {
                server.Client.Notify(ExtensionNotifications.ScheduleChanged, new ScheduleChangedParams(document.Uri, document.ScheduleVersion));
            }

            Refresh();
        }
    }

    private void Refresh()
    {
        if (server.Features.RefreshesInlayHints)
        {
            _ = AskAsync(LspRequests.InlayHintRefresh);
        }

        if (server.Features.RefreshesCodeLenses)
        {
            _ = AskAsync(LspRequests.CodeLensRefresh);
        }
    }

    private async Task AskAsync(Protocol.RequestType<Protocol.Nothing?, Protocol.Nothing?> request)
    {
        try
        {
            await server.Initialized.ConfigureAwait(false);
            await server.Client.RequestAsync(request, null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ResponseException or OperationCanceledException)
        {
            server.Log($"'{request.Method}' was not followed: {failure.Message}");
        }
    }

    private sealed record Published(Document Document, StatusParams Status);
}
