using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer;

/// <summary>
/// Makes schedules beside the editing, one at a time on a thread of its own: when one is finished, the next is that of the newest text, so that
/// a burst of edits costs one schedule and no clock decides anything. Thread-safe.
/// </summary>
internal sealed class ScheduleWorker : IDisposable
{
    private readonly SemaphoreSlim wanted = new(0);
    private readonly CancellationTokenSource closing = new();
    private readonly Action<string> log;
    private readonly Lock gate = new();
    private TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RequestQueue<Workspace>? queue;
    private Thread? thread;

    public ScheduleWorker(Action<string> log) => this.log = log;

    /// <summary>Completes when the next schedule is finished, or cannot be made.</summary>
    public Task NextFinished
    {
        get
        {
            lock (gate)
            {
                return finished.Task;
            }
        }
    }

    /// <summary>Begins.</summary>
    public void Start(RequestQueue<Workspace> of)
    {
        queue = of;
        thread = new Thread(Run) { IsBackground = true, Name = "schedules", Priority = ThreadPriority.BelowNormal };
        thread.Start();
    }

    /// <summary>Says that a text is new.</summary>
    public void Request()
    {
        if (wanted.CurrentCount == 0)
        {
            wanted.Release();
        }
    }

    public void Dispose()
    {
        closing.Cancel();
        thread?.Join(TimeSpan.FromSeconds(2));
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                wanted.Wait(closing.Token);
                while (Next() is var (document, settings))
                {
                    Make(document, settings);
                    Announce();
                }

                Announce();
            }
        }
        catch (OperationCanceledException)
        {
            Announce();
        }
    }

    private void Announce()
    {
        TaskCompletionSource done;
        lock (gate)
        {
            done = finished;
            finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        done.TrySetResult();
    }

    /// <summary>A document whose schedules are not those of its text; each text is taken once, whatever came of it.</summary>
    private (Document Document, WorkspaceSettings Settings)? Next()
    {
        closing.Token.ThrowIfCancellationRequested();
        var workspace = queue!.Current;
        foreach (var closed in handled.Keys.Where(uri => workspace.Find(uri) is null).ToList())
        {
            handled.Remove(closed);
        }

        foreach (var document in workspace.Documents.Values)
        {
            if (!document.IsComplete && !ReferenceEquals(document.Compilation, handled.GetValueOrDefault(document.Uri)))
            {
                return (document, workspace.Settings);
            }
        }

        return null;
    }

    private readonly Dictionary<string, object> handled = new(StringComparer.Ordinal);

    private void Make(Document document, WorkspaceSettings settings)
    {
        try
        {
            // Times first: they are what the eye waits for. Findings compile the network many times over.
            if (!document.IsScheduled)
            {
                Apply(document, Scheduler.Schedule(document, settings, withFindings: false, closing.Token));
            }

            if (queue!.Current.Find(document.Uri) is { } now && ReferenceEquals(now.Compilation, document.Compilation))
            {
                // A network with errors keeps its last schedule: the document may never be complete.
                handled[document.Uri] = document.Compilation;
                Apply(now, Scheduler.Schedule(now, settings, withFindings: true, closing.Token));
            }
        }
#pragma warning disable CA1031 // A defect of the compiler must not end the server; it is told once for each text.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            handled[document.Uri] = document.Compilation;
            log($"The schedule of {document.Uri} failed: {failure}");
        }
    }

    private void Apply(Document document, System.Collections.Immutable.ImmutableDictionary<string, NetworkSchedule> schedules) =>

        // Waiting for the change keeps one schedule from being made twice.
        queue!.Change([], workspace => workspace.Find(document.Uri) is { } current
            ? workspace.With(current.WithSchedules(document.Compilation, schedules))
            : workspace).Wait(closing.Token);
}
