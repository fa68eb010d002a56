namespace NNLang.Protocol.Lsp;

/// <summary>Which messages the protocol allows when. Touched only from the ordered dispatch, but for <see cref="Exited"/>.</summary>
internal sealed class Lifecycle
{
    private readonly TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private State state = State.Created;

    private enum State
    {
        Created,
        Running,
        ShutDown,
    }

    /// <summary>Completes when the client said <c>exit</c>.</summary>
    public Task Exited => exited.Task;

    /// <summary>What the process should end with.</summary>
    public int ExitCode => state == State.ShutDown && exited.Task.IsCompleted ? 0 : 1;

    /// <summary>Lets a request pass or answers for it.</summary>
    /// <exception cref="ResponseException">The request is out of place.</exception>
    public void EnterRequest(string method)
    {
        if (state == State.ShutDown)
        {
            throw new ResponseException((int)ErrorCodes.InvalidRequest, $"'{method}' came after 'shutdown'.");
        }

        if (method == LspRequests.Initialize.Method)
        {
            if (state == State.Running)
            {
                throw new ResponseException((int)ErrorCodes.InvalidRequest, "'initialize' may be sent only once.");
            }

            state = State.Running;
        }
        else if (state == State.Created)
        {
            throw new ResponseException((int)ErrorCodes.ServerNotInitialized, $"'{method}' came before 'initialize'.");
        }
        else if (method == LspRequests.Shutdown.Method)
        {
            state = State.ShutDown;
        }
    }

    /// <summary>Whether a notification is to be handled; others are dropped.</summary>
    public bool AllowsNotification => state == State.Running;

    /// <summary>The client said <c>exit</c>.</summary>
    public void Exit() => exited.TrySetResult();
}
