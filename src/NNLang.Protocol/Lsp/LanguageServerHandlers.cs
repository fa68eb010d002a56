using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace NNLang.Protocol.Lsp;

/// <summary>
/// The methods that a language server answers. Handlers are plain functions of protocol types and know nothing of the transport.
/// </summary>
/// <remarks>
/// The connection calls them one after another in the order in which messages arrived, and does not wait for the tasks that they
/// return: what a handler does before its first await is ordered, what it does later is not. A handler that throws
/// <see cref="ResponseException"/> chooses the error; another exception of a request becomes an internal error that names the method,
/// another exception of a notification is logged. Neither ends the connection.
/// </remarks>
public sealed class LanguageServerHandlers
{
    private readonly Dictionary<string, Handler> handlers = new(StringComparer.Ordinal);
    private readonly List<JsonSerializerContext> contexts = [LspJsonContext.Default];

    /// <summary>Answers a request.</summary>
    /// <exception cref="ArgumentException">The method already has a handler.</exception>
    public LanguageServerHandlers OnRequest<TParams, TResult>(
        RequestType<TParams, TResult> type, Func<TParams, CancellationToken, Task<TResult>> handler)
    {
        Add(type.Method, type.Json, new RequestHandler<TParams, TResult>(type, handler));
        return this;
    }

    /// <summary>Takes a notification. The handler runs to its end before the next message is looked at.</summary>
    /// <exception cref="ArgumentException">The method already has a handler.</exception>
    public LanguageServerHandlers OnNotification<TParams>(NotificationType<TParams> type, Action<TParams> handler)
    {
        Add(type.Method, type.Json, new NotificationHandler<TParams>(type, handler));
        return this;
    }

    internal IReadOnlyList<JsonSerializerContext> Contexts => contexts;

    internal FrozenDictionary<string, Handler> Freeze() => handlers.ToFrozenDictionary(StringComparer.Ordinal);

    private void Add(string method, JsonSerializerContext json, Handler handler)
    {
        if (!handlers.TryAdd(method, handler))
        {
            throw new ArgumentException($"'{method}' already has a handler.");
        }

        if (!contexts.Contains(json))
        {
            contexts.Add(json);
        }
    }

    /// <summary>A handler with its types erased, and made visible again to a visitor that binds it to a transport.</summary>
    internal abstract class Handler
    {
        public abstract void Accept(IHandlerVisitor visitor);
    }

    internal interface IHandlerVisitor
    {
        void VisitRequest<TParams, TResult>(RequestType<TParams, TResult> type, Func<TParams, CancellationToken, Task<TResult>> handler);

        void VisitNotification<TParams>(NotificationType<TParams> type, Action<TParams> handler);
    }

    private sealed class RequestHandler<TParams, TResult>(
        RequestType<TParams, TResult> type, Func<TParams, CancellationToken, Task<TResult>> handler) : Handler
    {
        public override void Accept(IHandlerVisitor visitor) => visitor.VisitRequest(type, handler);
    }

    private sealed class NotificationHandler<TParams>(NotificationType<TParams> type, Action<TParams> handler) : Handler
    {
        public override void Accept(IHandlerVisitor visitor) => visitor.VisitNotification(type, handler);
    }
}
