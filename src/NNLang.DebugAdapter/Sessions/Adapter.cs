using NNLang.Debugging.Running;
using NNLang.DebugAdapter.Launching;
using NNLang.DebugAdapter.Presentation;
using NNLang.Protocol;
using NNLang.Protocol.Dap;

namespace NNLang.DebugAdapter.Sessions;

/// <summary>
/// One client's session from <c>initialize</c> to <c>disconnect</c>: which state it is in, and which requests that state allows. Requests
/// change the state in the order of their arrival; whatever takes long runs beside, one thing at a time, and can be cancelled.
/// </summary>
internal sealed partial class Adapter : IAsyncDisposable
{
    private readonly IDebugClient _client;
    private readonly AdapterOptions _options;
    private readonly BreakpointStore _breakpoints = new();
    private readonly Lock _gate = new();

    // Held by whoever touches the session: a step, or one look at it.
    private readonly SemaphoreSlim _session = new(1, 1);
    private ClientFormat _format = new();
    private Narrator _narrator;
    private AdapterState _state = AdapterState.Fresh;
    private bool _configured;
    private StopFilters _filters = StopFilters.All;
    private DebugRun? _run;
    private int _generation;
    private CancellationTokenSource _work = new();
    private Task _working = Task.CompletedTask;
    private SessionStop? _stop;
    private StopHandles _handles = new();
    private bool _stepsIntoInstructions;

    public Adapter(IDebugClient client, AdapterOptions options)
    {
        _client = client;
        _options = options;
        _narrator = new Narrator(client, _format);
    }

    /// <summary>The table of commands.</summary>
    public DebugAdapterHandlers Handlers() => new DebugAdapterHandlers()
        .On(DapRequests.Initialize, Initialize)
        .On(DapRequests.Launch, LaunchAsync)
        .On(DapRequests.ConfigurationDone, ConfigurationDone)
        .On(DapRequests.Restart, RestartAsync)
        .On(DapRequests.Terminate, Terminate)
        .On(DapRequests.Disconnect, Disconnect)
        .On(DapRequests.SetBreakpoints, SetBreakpoints)
        .On(DapRequests.SetFunctionBreakpoints, SetFunctionBreakpoints)
        .On(DapRequests.SetExceptionBreakpoints, SetExceptionBreakpoints)
        .On(DapRequests.BreakpointLocations, BreakpointLocations)
        .On(DapRequests.Continue, Continue)
        .On(DapRequests.ReverseContinue, ReverseContinue)
        .On(DapRequests.Next, Next)
        .On(DapRequests.StepIn, StepIn)
        .On(DapRequests.StepOut, StepOut)
        .On(DapRequests.StepBack, StepBack)
        .On(DapRequests.Pause, Pause)
        .On(DapRequests.Threads, ThreadsAsync)
        .On(DapRequests.StackTrace, StackTraceAsync)
        .On(DapRequests.Scopes, ScopesAsync)
        .On(DapRequests.Variables, VariablesAsync)
        .On(DapRequests.Evaluate, EvaluateAsync)
        .On(DapRequests.ExceptionInfo, ExceptionInfo)
        .On(DapRequests.ReadMemory, ReadMemoryAsync)
        .On(DapRequests.Disassemble, DisassembleAsync)
        .OnCancelProgress(CancelProgress);

    /// <summary>Ends what is under way and gives everything back.</summary>
    public async ValueTask DisposeAsync()
    {
        Task working;
        lock (_gate)
        {
            _state = AdapterState.Ended;
            _generation++;
            _work.Cancel();
            working = _working;
        }

        await working.ConfigureAwait(false);
        await _session.WaitAsync().ConfigureAwait(false);
        _run?.Dispose();
        _run = null;
        _session.Release();
    }

    private Capabilities Initialize(InitializeRequestArguments arguments, DebugRequest request)
    {
        _format = ClientFormat.Of(arguments);
        _narrator = new Narrator(_client, _format);
        request.AfterResponse(() => _client.Send(DapEvents.Initialized, null));
        return AdapterCapabilities.All;
    }

    private async Task<Nothing?> LaunchAsync(System.Text.Json.JsonElement arguments, DebugRequest request)
    {
        int generation;
        lock (_gate)
        {
            if (_state != AdapterState.Fresh)
            {
                throw new DebugRequestException("This session was launched before; restart it instead.");
            }

            _state = AdapterState.Launching;
            generation = ++_generation;
        }

        try
        {
            await OpenAsync(LaunchArguments.Parse(arguments), generation).ConfigureAwait(false);
        }
        catch
        {
            lock (_gate)
            {
                if (_generation == generation && _state == AdapterState.Launching)
                {
                    _state = AdapterState.Fresh;
                }
            }

            throw;
        }

        request.AfterResponse(() => Begin(generation));
        return null;
    }

    private async Task<Nothing?> RestartAsync(RestartArguments? given, DebugRequest request)
    {
        int generation;
        Task working;
        LaunchArguments arguments;
        lock (_gate)
        {
            if (_run is not { } run || _state is AdapterState.Fresh or AdapterState.Launching)
            {
                throw new DebugRequestException("Nothing was launched that could be restarted.");
            }

            arguments = run.Arguments;
            _state = AdapterState.Launching;
            generation = ++_generation;
            _work.Cancel();
            working = _working;
        }

        await working.ConfigureAwait(false);
        try
        {
            if (given?.Arguments is { ValueKind: System.Text.Json.JsonValueKind.Object } json && json.EnumerateObject().Any())
            {
                arguments = LaunchArguments.Parse(json.TryGetProperty("arguments", out var inner) ? inner : json);
            }

            await OpenAsync(arguments, generation).ConfigureAwait(false);
        }
        catch (DebugRequestException refused)
        {
            Finish(generation, refused.Message, OutputEventCategory.Stderr, InputErrors);
            throw;
        }

        request.AfterResponse(() => Begin(generation));
        return null;
    }

    // Compiles beside the message loop and puts the result in place, unless the client has gone on meanwhile.
    private async Task OpenAsync(LaunchArguments arguments, int generation)
    {
        var run = await Task.Run(() => DebugRun.Open(arguments)).ConfigureAwait(false);
        await _session.WaitAsync().ConfigureAwait(false);
        try
        {
            DebugRun? old;
            lock (_gate)
            {
                if (_generation != generation || _state != AdapterState.Launching)
                {
                    run.Dispose();
                    throw new DebugRequestException("The session ended while the network was compiled.");
                }

                old = _run;
                _run = run;
                _state = AdapterState.Ready;
                _stop = null;
                _handles = new StopHandles(_handles);
            }

            old?.Dispose();
        }
        finally
        {
            _session.Release();
        }

        foreach (var breakpoint in _breakpoints.Load(run.Layers, _format))
        {
            _client.Send(DapEvents.Breakpoint, new BreakpointEventBody { Reason = BreakpointEventReason.Changed, Breakpoint = breakpoint });
        }
    }

    private Nothing? ConfigurationDone(ConfigurationDoneArguments? arguments, DebugRequest request)
    {
        int generation;
        lock (_gate)
        {
            _configured = true;
            generation = _generation;
        }

        request.AfterResponse(() => Begin(generation));
        return null;
    }

    private Nothing? Terminate(TerminateArguments? arguments, DebugRequest request)
    {
        int generation;
        lock (_gate)
        {
            generation = _generation;
            _work.Cancel();
        }

        request.AfterResponse(() => Finish(generation, null, OutputEventCategory.Console, 0));
        return null;
    }

    private Nothing? Disconnect(DisconnectArguments? arguments, DebugRequest request)
    {
        lock (_gate)
        {
            _state = AdapterState.Ended;
            _generation++;
            _work.Cancel();
        }

        return null;
    }

    private void CancelProgress(string progress)
    {
        lock (_gate)
        {
            if (progress == ProgressId(_generation) && _run?.Session is null)
            {
                _work.Cancel();
            }
        }
    }

    // Runs something beside the message loop while the session counts as running.
    private void Work(int generation, Func<DebugRun, CancellationToken, SessionStop?> work)
    {
        lock (_gate)
        {
            if (_generation != generation || _state != AdapterState.Running || _run is not { } run)
            {
                return;
            }

            _work = new CancellationTokenSource();
            var token = _work.Token;
            var before = _working;
            _working = Task.Run(async () =>
            {
                await before.ConfigureAwait(false);
                await WorkAsync(generation, run, work, token).ConfigureAwait(false);
            });
        }
    }

    private async Task WorkAsync(int generation, DebugRun run, Func<DebugRun, CancellationToken, SessionStop?> work, CancellationToken cancellation)
    {
        SessionStop? stop = null;
        var (message, category, code) = ((string?)null, OutputEventCategory.Console, 0);
        await _session.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (run.Session is { } session)
            {
                Prepare(session);
            }

            stop = work(run, cancellation);
            if (stop?.Reason == StopReason.End)
            {
                stop = null;
                code = Conclude(run);
            }
        }
        catch (SessionEndException ended)
        {
            (message, category, code) = (ended.Message, ended.Category, ended.ExitCode);
        }
        catch (OperationCanceledException)
        {
            (message, code) = ("Cancelled.", Inconclusive);
        }
#pragma warning disable CA1031 // A defect ends the session with a text; the adapter goes on and can launch again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _options.Log(failure.ToString());
            (message, category, code) = (failure.Message, OutputEventCategory.Stderr, Defect);
        }
        finally
        {
            _session.Release();
        }

        if (stop is null)
        {
            Finish(generation, message, category, code);
            return;
        }

        lock (_gate)
        {
            if (_generation != generation || _state != AdapterState.Running)
            {
                return;
            }

            _state = AdapterState.Stopped;
            _stop = stop;
            _handles = new StopHandles(_handles);
        }

        _client.Send(DapEvents.Stopped, Describe(run, stop));
    }

    // Ends the debuggee once: whoever comes second finds it ended.
    private void Finish(int generation, string? message, string category, int exitCode)
    {
        lock (_gate)
        {
            if (_generation != generation || _state is AdapterState.Ended or AdapterState.Fresh)
            {
                return;
            }

            _state = AdapterState.Ended;
        }

        if (message is { Length: > 0 })
        {
            _narrator.Say(message, category);
        }

        _client.Send(DapEvents.Exited, new ExitedEventBody { ExitCode = exitCode });
        _client.Send(DapEvents.Terminated, new TerminatedEventBody());
    }

    // The session under its lock, if it stands still; nobody steps meanwhile.
    private async Task<T> LookAsync<T>(DebugRequest request, Func<DebugRun, RunSession, SessionStop, StopHandles, T> look)
    {
        await _session.WaitAsync(request.Cancellation).ConfigureAwait(false);
        try
        {
            DebugRun run;
            SessionStop stop;
            StopHandles handles;
            lock (_gate)
            {
                if (_state != AdapterState.Stopped || _run?.Session is null || _stop is null)
                {
                    throw DebugRequestException.NotStopped();
                }

                (run, stop, handles) = (_run, _stop, _handles);
            }

            return await Task.Run(() => look(run, run.Session!, stop, handles)).ConfigureAwait(false);
        }
        finally
        {
            _session.Release();
        }
    }
}

/// <summary>The states of a session.</summary>
internal enum AdapterState : byte
{
    /// <summary>Nothing was launched.</summary>
    Fresh,
    /// <summary>The network is being compiled.</summary>
    Launching,
    /// <summary>Compiled; the client has still to say that it is done with its settings.</summary>
    Ready,
    /// <summary>Searching or running.</summary>
    Running,
    /// <summary>Standing still.</summary>
    Stopped,
    /// <summary>Over.</summary>
    Ended,
}

/// <summary>Ends a session from within its work, with a text and an exit code.</summary>
internal sealed class SessionEndException(string message, string category, int exitCode) : Exception(message)
{
    public string Category { get; } = category;

    public int ExitCode { get; } = exitCode;
}
