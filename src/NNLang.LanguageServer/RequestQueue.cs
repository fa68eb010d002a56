using System.Threading.Channels;
using NNLang.Protocol.Lsp;

namespace NNLang.LanguageServer;

/// <summary>
/// The one ordered queue of a language server. Everything enters in the order of arrival; a change is applied alone and publishes the
/// next snapshot, a read captures the snapshot that is current at its place in the order and then runs beside everything else.
/// </summary>
/// <remarks>
/// A change never waits for a read. A read about a document that is changed meanwhile is answered ContentModified at once, and its token
/// is signalled so that it stops; the same goes for a read that the client takes back, with RequestCancelled. A read that fails fails
/// alone. A change that fails leaves the snapshot as it was and is reported.
/// Threading: every member may be called from any thread; the order is the order of the calls. Changes run one at a time.
/// </remarks>
/// <typeparam name="TSnapshot">The immutable state that reads see.</typeparam>
public sealed class RequestQueue<TSnapshot> : IAsyncDisposable
    where TSnapshot : class
{
    private readonly Channel<IItem> items = Channel.CreateUnbounded<IItem>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, HashSet<IRead>> running = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private readonly Action<TSnapshot>? published;
    private readonly Action<Exception> failed;
    private readonly Task loop;
    private volatile TSnapshot current;

    /// <summary>Starts an empty queue.</summary>
    /// <param name="initial">The snapshot before any change.</param>
    /// <param name="failed">Told of a change that failed. Called on the queue's thread.</param>
    /// <param name="published">Told of every new snapshot, in order. Called on the queue's thread, so it must be quick.</param>
    public RequestQueue(TSnapshot initial, Action<Exception> failed, Action<TSnapshot>? published = null)
    {
        current = initial;
        this.failed = failed;
        this.published = published;
        loop = Task.Run(RunAsync);
    }

    private interface IItem
    {
        void Enter(RequestQueue<TSnapshot> queue);

        void Abandon();
    }

    private interface IRead
    {
        void Supersede();
    }

    /// <summary>The latest published snapshot.</summary>
    public TSnapshot Current => current;

    /// <summary>
    /// Queues a change. Reads about these documents that entered before it and still run are answered ContentModified.
    /// </summary>
    /// <param name="documents">The documents that the change is about.</param>
    /// <param name="change">Makes the next snapshot from the current one. It must not block: an edit is applied here, not analysed.</param>
    /// <returns>Completes when the change is applied, with the new snapshot, or fails with its exception.</returns>
    public Task<TSnapshot> Change(IReadOnlyCollection<string> documents, Func<TSnapshot, TSnapshot> change)
    {
        var item = new ChangeItem(documents, change);
        Add(item);
        return item.Completion.Task;
    }

    /// <summary>Queues a read.</summary>
    /// <param name="document">The document whose changes make the answer out of date; null where no change does.</param>
    /// <param name="read">Computes the answer from a snapshot. Runs on the thread pool.</param>
    /// <param name="cancellationToken">Signalled when the client takes the request back.</param>
    /// <exception cref="ResponseException">ContentModified or RequestCancelled, through the task.</exception>
    public Task<TResult> Read<TResult>(string? document, Func<TSnapshot, CancellationToken, TResult> read, CancellationToken cancellationToken) =>
        ReadAsync(document, (snapshot, token) => Task.FromResult(read(snapshot, token)), cancellationToken);

    /// <summary>Queues a read that waits for something: a background schedule, another process.</summary>
    /// <inheritdoc cref="Read"/>
    public Task<TResult> ReadAsync<TResult>(
        string? document, Func<TSnapshot, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromException<TResult>(ResponseException.Cancelled());
        }

        var item = new ReadItem<TResult>(document, read, closing.Token);
        item.CancelWith(cancellationToken);
        Add(item);
        return item.Completion.Task;
    }

    /// <summary>Refuses further items, cancels running reads and waits for the change that is being applied.</summary>
    public async ValueTask DisposeAsync()
    {
        items.Writer.TryComplete();
        await closing.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
    }

    private void Add(IItem item)
    {
        if (!items.Writer.TryWrite(item))
        {
            item.Abandon();
        }
    }

    private async Task RunAsync()
    {
        await foreach (var item in items.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (closing.IsCancellationRequested)
            {
                item.Abandon();
            }
            else
            {
                item.Enter(this);
            }
        }
    }

    private void Supersede(IReadOnlyCollection<string> documents)
    {
        foreach (var document in documents)
        {
            IRead[] stale;
            lock (gate)
            {
                stale = running.Remove(document, out var reads) ? [.. reads] : [];
            }

            foreach (var read in stale)
            {
                read.Supersede();
            }
        }
    }

    private void Track(string document, IRead read)
    {
        lock (gate)
        {
            if (!running.TryGetValue(document, out var reads))
            {
                running.Add(document, reads = []);
            }

            reads.Add(read);
        }
    }

    private void Forget(string document, IRead read)
    {
        lock (gate)
        {
            if (running.TryGetValue(document, out var reads) && reads.Remove(read) && reads.Count == 0)
            {
                running.Remove(document);
            }
        }
    }

    private sealed class ChangeItem(IReadOnlyCollection<string> documents, Func<TSnapshot, TSnapshot> change) : IItem
    {
        public TaskCompletionSource<TSnapshot> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Enter(RequestQueue<TSnapshot> queue)
        {
            TSnapshot next;
            try
            {
                next = change(queue.current);
            }
#pragma warning disable CA1031 // The snapshot is immutable: a change that fails has changed nothing, and the queue goes on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                queue.failed(failure);
                Completion.TrySetException(failure);
                return;
            }

            queue.current = next;
            queue.Supersede(documents);
            queue.published?.Invoke(next);
            Completion.TrySetResult(next);
        }

        public void Abandon() => Completion.TrySetCanceled();
    }

    private sealed class ReadItem<TResult> : IItem, IRead
    {
        private readonly string? document;
        private readonly Func<TSnapshot, CancellationToken, Task<TResult>> read;
        private readonly CancellationTokenSource stopping;
        private CancellationTokenRegistration registration;

        public ReadItem(string? document, Func<TSnapshot, CancellationToken, Task<TResult>> read, CancellationToken closing)
        {
            this.document = document;
            this.read = read;
            stopping = CancellationTokenSource.CreateLinkedTokenSource(closing);
        }

        public TaskCompletionSource<TResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void CancelWith(CancellationToken cancellationToken) =>
            registration = cancellationToken.UnsafeRegister(static item => ((ReadItem<TResult>)item!).Stop(ResponseException.Cancelled()), this);

        public void Enter(RequestQueue<TSnapshot> queue)
        {
            if (Completion.Task.IsCompleted)
            {
                Release();
                return;
            }

            var snapshot = queue.current;
            if (document is not null)
            {
                queue.Track(document, this);
            }

            _ = Task.Run(() => RunAsync(queue, snapshot));
        }

        public void Supersede() => Stop(ResponseException.ContentModified());

        public void Abandon()
        {
            Completion.TrySetException(ResponseException.Cancelled());
            Release();
        }

        private async Task RunAsync(RequestQueue<TSnapshot> queue, TSnapshot snapshot)
        {
            try
            {
                Completion.TrySetResult(await read(snapshot, stopping.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                Completion.TrySetException(ResponseException.Cancelled());
            }
#pragma warning disable CA1031 // The failure is the answer of this read alone.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Completion.TrySetException(failure);
            }
            finally
            {
                if (document is not null)
                {
                    queue.Forget(document, this);
                }

                Release();
            }
        }

        private void Stop(ResponseException reason)
        {
            // The answer goes out now; the computation ends when it next looks at its token.
            Completion.TrySetException(reason);
            try
            {
                stopping.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended in the same moment: there is nothing left to stop.
                return;
            }
        }

        private void Release()
        {
            registration.Dispose();
            stopping.Dispose();
        }
    }
}
