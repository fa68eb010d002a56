using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamJsonRpc;

namespace NNLang.Protocol.Lsp;

/// <summary>
/// The server's end of an LSP connection: reads messages, calls handlers in order, writes answers, and keeps the rules of the
/// protocol's life cycle (nothing before <c>initialize</c>, nothing but <c>exit</c> after <c>shutdown</c>).
/// </summary>
/// <remarks>
/// <c>$/cancelRequest</c> is honoured as soon as it is read, ahead of everything that waits. Unknown requests are answered with
/// MethodNotFound, unknown notifications dropped. A broken frame ends the connection, everything else leaves it usable.
/// </remarks>
public sealed class LanguageServerConnection : ILanguageClient, IAsyncDisposable
{
    private readonly JsonRpc rpc;
    private readonly FramedMessageHandler messages;
    private readonly Lifecycle lifecycle = new();
    private readonly MessageTypeResolver types = new();
    private readonly Action<string> log;

    /// <summary>Prepares a connection; nothing is read before <see cref="RunAsync"/>.</summary>
    /// <param name="input">Messages of the client.</param>
    /// <param name="output">Messages to the client.</param>
    /// <param name="handlers">Builds the handlers; it gets the client, to which they may speak.</param>
    /// <param name="log">Takes one line per incident: never the protocol's own stream.</param>
    public LanguageServerConnection(
        Stream input, Stream output, Func<ILanguageClient, LanguageServerHandlers> handlers, Action<string>? log = null)
    {
        this.log = log ?? (_ => { });
        var table = handlers(this);
        var formatter = new SystemTextJsonFormatter { JsonSerializerOptions = Options(types) };
        foreach (var json in table.Contexts)
        {
            types.Add(json);
        }

        messages = new FramedMessageHandler(input, output, formatter, this.log);
        rpc = new JsonRpc(messages) { CancelLocallyInvokedMethodsWhenConnectionIsClosed = true };
        rpc.TraceSource.Switch.Level = System.Diagnostics.SourceLevels.Off;
        var binder = new RpcBinder(rpc, lifecycle, this.log);
        foreach (var handler in table.Freeze().Values)
        {
            handler.Accept(binder);
        }

        binder.BindDefaults();
    }

    /// <summary>
    /// Serves until the client says <c>exit</c>, the stream ends or the token is cancelled. The result is the exit code that the protocol
    /// asks for: 0 after <c>shutdown</c> and <c>exit</c>, else 1.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        rpc.StartListening();
        await using (cancellationToken.Register(rpc.Dispose).ConfigureAwait(false))
        {
            var ended = await Task.WhenAny(lifecycle.Exited, rpc.Completion).ConfigureAwait(false);
            if (ended == rpc.Completion && ended.Exception is { } failure)
            {
                log($"The connection ended: {failure.GetBaseException().Message}");
            }
        }

        rpc.Dispose();
        return lifecycle.ExitCode;
    }

    /// <inheritdoc/>
    public void Notify<TParams>(NotificationType<TParams> type, TParams parameters)
    {
        types.Add(type.Json);
        _ = NotifyCoreAsync(type.Method, parameters);
    }

    /// <inheritdoc/>
    public async Task<TResult> RequestAsync<TParams, TResult>(
        RequestType<TParams, TResult> type, TParams parameters, CancellationToken cancellationToken)
    {
        types.Add(type.Json);
        try
        {
            return parameters is null
                ? await rpc.InvokeWithCancellationAsync<TResult>(type.Method, null, cancellationToken).ConfigureAwait(false)
                : await rpc.InvokeWithParameterObjectAsync<TResult>(type.Method, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteInvocationException failure)
        {
            throw new ResponseException(failure.ErrorCode, failure.Message);
        }
        catch (RemoteMethodNotFoundException failure)
        {
            throw new ResponseException((int)ErrorCodes.MethodNotFound, failure.Message);
        }
        catch (Exception failure) when (failure is ConnectionLostException or ObjectDisposedException)
        {
            throw new OperationCanceledException("The connection ended.", failure);
        }
    }

    /// <summary>Ends the connection; requests in flight are cancelled.</summary>
    public ValueTask DisposeAsync()
    {
        rpc.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task NotifyCoreAsync<TParams>(string method, TParams parameters)
    {
        try
        {
            await (parameters is null ? rpc.NotifyAsync(method) : rpc.NotifyWithParameterObjectAsync(method, parameters)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ConnectionLostException or ObjectDisposedException or IOException)
        {
            log($"'{method}' was not sent: the connection ended.");
        }
#pragma warning disable CA1031 // Nobody waits for a notification: what goes wrong with it is told in the log or nowhere.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log($"'{method}' was not sent: {failure}");
        }
    }

    private static JsonSerializerOptions Options(MessageTypeResolver types) => new()
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(types, new RequestIdResolver()),
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // The stream carries UTF-8 to an editor, not HTML: arrows and quotation marks need no escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 128,
    };
}
