namespace NNLang.Protocol.Dap;

/// <summary>
/// What a debug adapter says to its client. Calls from any thread are allowed; messages leave in the order of the calls, and no call
/// waits for the stream. After the connection has ended events are dropped.
/// </summary>
public interface IDebugClient
{
    /// <summary>Sends an event.</summary>
    void Send<TBody>(NotificationType<TBody> type, TBody body);

    /// <summary>Sends a reverse request and waits for the client's answer.</summary>
    /// <exception cref="DebugRequestException">The client answered with an error.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the connection ended.</exception>
    Task<TBody> RequestAsync<TArguments, TBody>(RequestType<TArguments, TBody> type, TArguments arguments, CancellationToken cancellationToken);
}
