using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Threading.Channels;
using NNLang.Protocol.Framing;

namespace NNLang.Protocol.Dap;

/// <summary>
/// The adapter's end of a DAP connection. DAP is not JSON-RPC (its envelope is seq/type/command), so it has a small transport of its own:
/// one reader that calls handlers in order, one writer that sends messages in the order in which they were queued.
/// </summary>
/// <remarks>
/// Everything but a broken frame leaves the connection usable: a body that is not JSON or no message is logged and skipped (there is
/// nobody to answer), an unknown command or misfit arguments are answered with an error, answers that nobody waits for are dropped.
/// </remarks>
public sealed class DebugAdapterConnection : IDebugClient, IAsyncDisposable
{
    private readonly FrameReader reader;
    private readonly FrameWriter writer;
    private readonly Action<string> log;
    private readonly FrozenDictionary<string, DebugAdapterHandlers.Handler> handlers;
    private readonly Action<string>? cancelProgress;
    private readonly Channel<byte[]> outgoing = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<int, CancellationTokenSource> running = new();
    private readonly ConcurrentDictionary<int, Waiter> waiting = new();
    private readonly CancellationTokenSource closing = new();
    private readonly Lock order = new();
    private int sequence;

    /// <summary>Prepares a connection; nothing is read before <see cref="RunAsync"/>.</summary>
    /// <param name="input">Messages of the client.</param>
    /// <param name="output">Messages to the client.</param>
    /// <param name="handlers">Builds the handlers; it gets the client, to which they may speak.</param>
    /// <param name="log">Takes one line per incident: never the protocol's own stream.</param>
    public DebugAdapterConnection(
        Stream input, Stream output, Func<IDebugClient, DebugAdapterHandlers> handlers, Action<string>? log = null)
    {
        reader = new FrameReader(input);
        writer = new FrameWriter(output);
        this.log = log ?? (_ => { });
        var table = handlers(this);
        this.handlers = table.Freeze();
        cancelProgress = table.CancelProgress;
    }

    /// <summary>
    /// Serves until the stream ends, <c>disconnect</c> has been answered, or the token is cancelled. Everything queued before that is
    /// written first.
    /// </summary>
    /// <returns>Null, or why the stream could not be read further.</returns>
    public async Task<FramingException?> RunAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing.Token);
        var writing = WriteLoopAsync(cancellationToken);
        FramingException? failure = null;
        try
        {
            while (await reader.ReadAsync(both.Token).ConfigureAwait(false) is { } body)
            {
                Dispatch(body);
            }
        }
        catch (FramingException broken)
        {
            failure = broken;
            log(broken.Message);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Disconnected, as the client asked: nothing to tell.
        }
        catch (OperationCanceledException)
        {
            log("The connection was closed.");
        }
        catch (IOException broken)
        {
            log($"The connection ended: {broken.Message}");
        }

        await EndAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        return failure;
    }

    /// <inheritdoc/>
    public void Send<TBody>(NotificationType<TBody> type, TBody body)
    {
        lock (order)
        {
            outgoing.Writer.TryWrite(DapMessages.Event(++sequence, type, body));
        }
    }

    /// <inheritdoc/>
    public async Task<TBody> RequestAsync<TArguments, TBody>(
        RequestType<TArguments, TBody> type, TArguments arguments, CancellationToken cancellationToken)
    {
        var waiter = new Waiter();
        lock (order)
        {
            var number = ++sequence;
            waiting[number] = waiter;
            if (!outgoing.Writer.TryWrite(DapMessages.Request(number, type, arguments)))
            {
                waiter.Answer.TrySetCanceled(CancellationToken.None);
            }
        }

        var body = await waiter.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return body is { } json ? json.Deserialize(DapMessages.Info<TBody>(type.Json))! : default!;
    }

    /// <summary>Stops reading: <see cref="RunAsync"/> ends once everything queued is written.</summary>
    public void Close() => closing.Cancel();

    /// <summary>Ends the connection; requests in flight are cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        closing.Dispose();
    }

    private void Dispatch(byte[] body)
    {
        JsonElement message;
        try
        {
            using var document = JsonDocument.Parse(body);
            message = document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            log($"A message is not JSON: {failure.Message}");
            return;
        }

        switch (Text(message, "type"))
        {
            case "request" when Number(message, "seq") is { } seq && Text(message, "command") is { } command:
                Start(seq, command, Member(message, "arguments"));
                break;
            case "response" when Number(message, "request_seq") is { } seq:
                Complete(seq, message);
                break;
            default:
                log("A message is neither a request nor a response; it was skipped.");
                break;
        }
    }

    private void Start(int seq, string command, JsonElement? arguments)
    {
        if (command == DapRequests.Cancel.Method)
        {
            Cancel(arguments);
            Reply(number => DapMessages.Success(number, seq, command, null));
            return;
        }

        if (!handlers.TryGetValue(command, out var handler))
        {
            Fail(seq, command, $"This adapter does not know the command '{command}'.");
            return;
        }

        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        if (!running.TryAdd(seq, cancellation))
        {
            cancellation.Dispose();
            Fail(seq, command, $"A request numbered {seq} is still being answered.");
            return;
        }

        _ = AnswerAsync(handler, seq, command, arguments, cancellation);
    }

    private async Task AnswerAsync(
        DebugAdapterHandlers.Handler handler, int seq, string command, JsonElement? arguments, CancellationTokenSource cancellation)
    {
        var request = new DebugRequest(seq, command, cancellation.Token);
        try
        {
            var body = await handler.InvokeAsync(arguments, request).ConfigureAwait(false);
            Reply(number => DapMessages.Success(number, seq, command, body));
            request.RunAfterResponse();
        }
        catch (DebugRequestException failure)
        {
            var error = new ErrorMessage { Id = failure.Id, Format = Escape(failure.Message), ShowUser = failure.ShowUser ? true : null };
            Reply(number => DapMessages.Failure(number, seq, command, failure.Message, error));
        }
        catch (OperationCanceledException)
        {
            Reply(number => DapMessages.Failure(number, seq, command, "cancelled", null));
        }
        catch (JsonException failure)
        {
            Fail(seq, command, $"The arguments of '{command}' do not fit: {failure.Message}");
        }
#pragma warning disable CA1031 // A defect in one handler fails that request only.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log($"'{command}' failed: {failure}");
            Fail(seq, command, $"'{command}' failed: {failure.Message}");
        }
        finally
        {
            running.TryRemove(seq, out _);
            cancellation.Dispose();
            if (command == DapRequests.Disconnect.Method)
            {
                Close();
            }
        }
    }

    private void Cancel(JsonElement? arguments)
    {
        if (arguments is not { } given)
        {
            return;
        }

        if (Number(given, "requestId") is { } request && running.TryGetValue(request, out var cancellation))
        {
            try
            {
                cancellation.Cancel();
            }
            catch (ObjectDisposedException)
            {
                log($"Request {request} had just been answered when it was cancelled.");
            }
        }

        if (Text(given, "progressId") is { } progress)
        {
            cancelProgress?.Invoke(progress);
        }
    }

    private void Complete(int seq, JsonElement message)
    {
        if (!waiting.TryRemove(seq, out var waiter))
        {
            log($"A response to request {seq} came, which nobody waits for.");
            return;
        }

        if (Member(message, "success") is { ValueKind: JsonValueKind.True })
        {
            waiter.Answer.TrySetResult(Member(message, "body"));
        }
        else
        {
            waiter.Answer.TrySetException(new DebugRequestException(Text(message, "message") ?? "The client refused the request."));
        }
    }

    private void Fail(int seq, string command, string text) =>
        Reply(number => DapMessages.Failure(number, seq, command, text, new ErrorMessage { Id = 0, Format = Escape(text) }));

    private void Reply(Func<int, byte[]> compose)
    {
        // Numbers are given where the order is decided, so that they rise by one on the wire.
        lock (order)
        {
            outgoing.Writer.TryWrite(compose(++sequence));
        }
    }

    private async Task WriteLoopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await writer.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            log("The client no longer reads; what was queued for it was dropped.");
            outgoing.Writer.TryComplete();
        }
    }

    private async Task EndAsync()
    {
        if (!closing.IsCancellationRequested)
        {
            await closing.CancelAsync().ConfigureAwait(false);
        }

        foreach (var waiter in waiting.Values)
        {
            waiter.Answer.TrySetCanceled(CancellationToken.None);
        }

        outgoing.Writer.TryComplete();
    }

    /// <summary>Braces in a format are places of variables; a plain text has none.</summary>
    private static string Escape(string text) => text.Replace('{', '(').Replace('}', ')');

    private static JsonElement? Member(JsonElement message, string name) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement message, string name)
    {
        try
        {
            return Member(message, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair is JSON that .NET cannot represent.
            return null;
        }
    }

    private static int? Number(JsonElement message, string name) =>
        Member(message, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    private sealed class Waiter
    {
        public TaskCompletionSource<JsonElement?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
