using System.Collections.Frozen;
using System.Text.Json;

namespace NNLang.Protocol.Dap;

/// <summary>
/// The commands that a debug adapter answers. Handlers are plain functions of protocol types and know nothing of the transport.
/// </summary>
/// <remarks>
/// The connection calls them one after another in the order of arrival and does not wait for the tasks that they return: what a handler
/// does before its first await is ordered, so a long search awaits and other requests go on. A handler that throws
/// <see cref="DebugRequestException"/> chooses the text; another exception becomes an error that names the command. Neither ends the
/// connection.
/// </remarks>
public sealed class DebugAdapterHandlers
{
    private readonly Dictionary<string, Handler> handlers = new(StringComparer.Ordinal);
    private Action<string>? cancelProgress;

    /// <summary>Answers a command.</summary>
    /// <exception cref="ArgumentException">The command already has a handler.</exception>
    public DebugAdapterHandlers On<TArguments, TBody>(
        RequestType<TArguments, TBody> type, Func<TArguments, DebugRequest, Task<TBody>> handler)
    {
        if (!handlers.TryAdd(type.Method, new TypedHandler<TArguments, TBody>(type, handler)))
        {
            throw new ArgumentException($"'{type.Method}' already has a handler.");
        }

        return this;
    }

    /// <summary>Answers a command that needs no waiting.</summary>
    /// <exception cref="ArgumentException">The command already has a handler.</exception>
    public DebugAdapterHandlers On<TArguments, TBody>(
        RequestType<TArguments, TBody> type, Func<TArguments, DebugRequest, TBody> handler) =>
        On(type, (arguments, request) => Task.FromResult(handler(arguments, request)));

    /// <summary>
    /// Called with the progress id of a <c>cancel</c> request. Cancelling requests by number is the connection's own business.
    /// </summary>
    public DebugAdapterHandlers OnCancelProgress(Action<string> handler)
    {
        cancelProgress = handler;
        return this;
    }

    internal Action<string>? CancelProgress => cancelProgress;

    internal FrozenDictionary<string, Handler> Freeze() => handlers.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A handler with its types erased: arguments as JSON in, a writer of the body out.</summary>
    internal abstract class Handler
    {
        /// <exception cref="JsonException">The arguments do not fit the command.</exception>
        public abstract Task<Action<Utf8JsonWriter>?> InvokeAsync(JsonElement? arguments, DebugRequest request);
    }

    private sealed class TypedHandler<TArguments, TBody>(
        RequestType<TArguments, TBody> type, Func<TArguments, DebugRequest, Task<TBody>> handler) : Handler
    {
        public override Task<Action<Utf8JsonWriter>?> InvokeAsync(JsonElement? arguments, DebugRequest request)
        {
            var given = arguments is { ValueKind: not JsonValueKind.Null };
            if (!given && !type.ParametersOptional && typeof(TArguments) != typeof(JsonElement))
            {
                throw new JsonException("the command needs arguments");
            }

            var typed = given ? arguments!.Value.Deserialize(DapMessages.Info<TArguments>(type.Json)) : default;
            return AnswerAsync(handler(typed!, request));
        }

        private async Task<Action<Utf8JsonWriter>?> AnswerAsync(Task<TBody> answer)
        {
            var body = await answer.ConfigureAwait(false);
            return body is null ? null : writer => JsonSerializer.Serialize(writer, body, DapMessages.Info<TBody>(type.Json));
        }
    }
}
