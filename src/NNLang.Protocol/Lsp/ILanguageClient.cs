namespace NNLang.Protocol.Lsp;

/// <summary>
/// What a language server says to its client. Calls from any thread are allowed; messages leave in the order of the calls. After the
/// connection has ended notifications are dropped and requests end cancelled.
/// </summary>
public interface ILanguageClient
{
    /// <summary>Sends a notification and does not wait for it to be written.</summary>
    void Notify<TParams>(NotificationType<TParams> type, TParams parameters);

    /// <summary>Sends a request and waits for the client's answer.</summary>
    /// <exception cref="ResponseException">The client answered with an error.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the connection ended.</exception>
    Task<TResult> RequestAsync<TParams, TResult>(RequestType<TParams, TResult> type, TParams parameters, CancellationToken cancellationToken);
}
