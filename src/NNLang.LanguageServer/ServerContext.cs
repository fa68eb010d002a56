using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer;

/// <summary>What the capabilities of a server share: the queue, the client and what it can do. Thread-safe.</summary>
internal sealed class ServerContext
{
    private readonly TaskCompletionSource initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClientFeatures features = new();

    public ServerContext(ILanguageClient client, RequestQueue<Workspace> queue, Action<string> log)
    {
        Client = client;
        Queue = queue;
        Log = log;
    }

    public ILanguageClient Client { get; }

    public RequestQueue<Workspace> Queue { get; }

    public Action<string> Log { get; }

    /// <summary>What the client can do; its first request says so.</summary>
    public ClientFeatures Features
    {
        get => features;
        set => features = value;
    }

    /// <summary>Completes when the client has said that it is ready for requests.</summary>
    public Task Initialized => initialized.Task;

    /// <summary>The schedules in the making.</summary>
    public required ScheduleWorker Schedules { get; init; }

    public void SetInitialized() => initialized.TrySetResult();

    /// <summary>The places of a document as the client counts.</summary>
    public PositionMap Map(Document document) => new(document.Text, Features.IsUtf8);

    /// <summary>
    /// Queues a read about an open document; the default answer for one that is not open.
    /// </summary>
    public Task<TResult?> Read<TResult>(
        string uri, Func<Workspace, Document, PositionMap, TResult?> read, CancellationToken cancellationToken) =>
        Queue.Read(uri, (workspace, _) => workspace.Find(uri) is { } document ? read(workspace, document, Map(document)) : default, cancellationToken);

    /// <summary>
    /// Queues a read whose answer stays good while the user types on: proposals are filtered by what follows. Edits do not end it; a client
    /// that types faster than it is answered would never see any.
    /// </summary>
    public Task<TResult?> ReadThroughEdits<TResult>(
        string uri, Func<Workspace, Document, PositionMap, TResult?> read, CancellationToken cancellationToken) =>
        Queue.Read(null, (workspace, _) => workspace.Find(uri) is { } document ? read(workspace, document, Map(document)) : default, cancellationToken);
}
