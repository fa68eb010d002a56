using NNLang.LanguageServer.Capabilities;
using NNLang.Protocol.Lsp;
using NNLang.Semantics;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer;

/// <summary>
/// The language server: one ordered queue of snapshots, and a translation of features. Serves one client; knows nothing of how it is connected.
/// </summary>
public sealed class LanguageServer : IAsyncDisposable
{
    private readonly RequestQueue<Workspace> queue;
    private readonly ScheduleWorker schedules;
    private readonly CancellationTokenSource closing = new();
    private readonly Task publishing;

    /// <summary>Makes a server for a client.</summary>
    /// <param name="client">Whom it talks to.</param>
    /// <param name="files">Access to weights files.</param>
    /// <param name="log">Takes a line for each incident.</param>
    public LanguageServer(ILanguageClient client, IFileSystem? files, Action<string> log)
    {
        schedules = new ScheduleWorker(log);
        DiagnosticsPublisher? publisher = null;
        queue = new RequestQueue<Workspace>(
            Workspace.Empty.With(WorkspaceSettings.Default with { Files = files }),
            failure => log($"A change was not applied: {failure.Message}"),
            _ => publisher!.Signal());
        var server = new ServerContext(client, queue, log) { Schedules = schedules };
        publisher = new DiagnosticsPublisher(server);
        publishing = Task.Run(() => publisher.RunAsync(closing.Token));
        schedules.Start(queue);
        Handlers = new LanguageServerHandlers();
        var capabilities = AllCapabilities.Create();
        foreach (var capability in capabilities)
        {
            capability.Register(Handlers, server);
        }

        new Lifecycle(capabilities).Register(Handlers, server);
    }

    /// <summary>What it answers.</summary>
    public LanguageServerHandlers Handlers { get; }

    /// <summary>
    /// Serves a client over a pair of streams until it says <c>exit</c> or goes away; the result is the exit code that the protocol asks for.
    /// </summary>
    public static async Task<int> RunAsync(Stream input, Stream output, IFileSystem? files, Action<string> log, CancellationToken cancellationToken)
    {
        LanguageServer? server = null;
        var connection = new LanguageServerConnection(
            input, output, client => (server = new LanguageServer(client, files, log)).Handlers, log);
        await using (connection.ConfigureAwait(false))
        {
            var code = await connection.RunAsync(cancellationToken).ConfigureAwait(false);
            await server!.DisposeAsync().ConfigureAwait(false);
            return code;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await queue.DisposeAsync().ConfigureAwait(false);
        await publishing.ConfigureAwait(false);
        schedules.Dispose();
        closing.Dispose();
    }
}
