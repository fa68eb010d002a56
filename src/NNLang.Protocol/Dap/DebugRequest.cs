namespace NNLang.Protocol.Dap;

/// <summary>One request while it is being answered.</summary>
public sealed class DebugRequest
{
    private List<Action>? afterResponse;

    internal DebugRequest(int sequence, string command, CancellationToken cancellation)
    {
        Sequence = sequence;
        Command = command;
        Cancellation = cancellation;
    }

    /// <summary>The client's number of the request: what progress events name and <c>cancel</c> refers to.</summary>
    public int Sequence { get; }

    /// <summary>The command.</summary>
    public string Command { get; }

    /// <summary>Signalled by <c>cancel</c> with this request's number, and when the connection ends.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>
    /// Runs something once the answer has been queued, so that what it sends follows the answer: <c>initialized</c> after
    /// <c>initialize</c>, <c>stopped</c> after <c>next</c>. Not run when the request fails.
    /// </summary>
    public void AfterResponse(Action action) => (afterResponse ??= []).Add(action);

    internal void RunAfterResponse()
    {
        foreach (var action in afterResponse ?? [])
        {
            action();
        }
    }
}
