using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamJsonRpc;

namespace NNLang.Protocol.Lsp;

/// <summary>Registers handlers with StreamJsonRpc. The only place where the two meet.</summary>
internal sealed class RpcBinder(JsonRpc rpc, Lifecycle lifecycle, Action<string> log) : LanguageServerHandlers.IHandlerVisitor
{
    private readonly HashSet<string> bound = new(StringComparer.Ordinal);

    public void VisitRequest<TParams, TResult>(
        RequestType<TParams, TResult> type, Func<TParams, CancellationToken, Task<TResult>> handler) =>
        Bind(type.Method, new RequestTarget<TParams, TResult>(type, handler, lifecycle, log));

    public void VisitNotification<TParams>(NotificationType<TParams> type, Action<TParams> handler) =>
        Bind(type.Method, new NotificationTarget<TParams>(type, handler, lifecycle, log));

    /// <summary>Answers what every server must answer, where the table has no handler for it.</summary>
    public void BindDefaults()
    {
        if (!bound.Contains(LspRequests.Shutdown.Method))
        {
            VisitRequest(LspRequests.Shutdown, (_, _) => Task.FromResult<Nothing?>(null));
        }

        if (!bound.Contains(LspNotifications.Exit.Method))
        {
            Bind(LspNotifications.Exit.Method, new ExitTarget(lifecycle));
        }
    }

    private void Bind(string method, object target)
    {
        bound.Add(method);
        var attribute = new JsonRpcMethodAttribute(method) { UseSingleObjectParameterDeserialization = true };
        rpc.AddLocalRpcMethod(target.GetType().GetMethod("Invoke")!, target, attribute);
    }

    /// <summary>
    /// Reads parameters here rather than in the library, so that a misfit is InvalidParams with a text that says what is wrong.
    /// </summary>
    /// <exception cref="ResponseException">They do not fit, or are missing.</exception>
    private static TParams? Read<TParams>(JsonElement parameters, string method, JsonSerializerContext json, bool optional)
    {
        var missing = parameters.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
        if (typeof(TParams) == typeof(Nothing) || (missing && optional))
        {
            return default;
        }

        try
        {
            return missing
                ? throw new JsonException("there are none.")
                : parameters.Deserialize((JsonTypeInfo<TParams>)json.GetTypeInfo(typeof(TParams))!);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair is JSON that .NET cannot represent.
            throw new ResponseException((int)ErrorCodes.InvalidParams, $"The parameters of '{method}' do not fit: {failure.Message}");
        }
    }

    private sealed class RequestTarget<TParams, TResult>(
        RequestType<TParams, TResult> type, Func<TParams, CancellationToken, Task<TResult>> handler, Lifecycle lifecycle, Action<string> log)
    {
        public async Task<TResult> Invoke(JsonElement parameters = default, CancellationToken cancellationToken = default)
        {
            try
            {
                lifecycle.EnterRequest(type.Method);
                return await handler(Read<TParams>(parameters, type.Method, type.Json, type.ParametersOptional)!, cancellationToken).ConfigureAwait(false);
            }
            catch (ResponseException failure)
            {
                throw new LocalRpcException(failure.Message) { ErrorCode = failure.Code };
            }
            catch (OperationCanceledException)
            {
                throw new LocalRpcException("The request was cancelled.") { ErrorCode = (int)LspErrorCodes.RequestCancelled };
            }
#pragma warning disable CA1031 // A defect in one handler fails that request only.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                log($"'{type.Method}' failed: {failure}");
                throw new LocalRpcException($"'{type.Method}' failed: {failure.Message}") { ErrorCode = (int)ErrorCodes.InternalError };
            }
        }
    }

    private sealed class NotificationTarget<TParams>(
        NotificationType<TParams> type, Action<TParams> handler, Lifecycle lifecycle, Action<string> log)
    {
        public void Invoke(JsonElement parameters = default)
        {
            if (!lifecycle.AllowsNotification)
            {
                log($"'{type.Method}' was dropped: it came before 'initialize' or after 'shutdown'.");
                return;
            }

            try
            {
                handler(Read<TParams>(parameters, type.Method, type.Json, type.ParametersOptional)!);
            }
            catch (ResponseException failure)
            {
                log($"'{type.Method}' was dropped: {failure.Message}");
            }
#pragma warning disable CA1031 // A notification has no answer that could carry the error.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                log($"'{type.Method}' failed: {failure}");
            }
        }
    }

    private sealed class ExitTarget(Lifecycle lifecycle)
    {
        public void Invoke(JsonElement parameters = default)
        {
            _ = parameters;
            lifecycle.Exit();
        }
    }
}
