using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;
using NNLang.DebugAdapter.Launching;
using NNLang.DebugAdapter.Presentation;
using NNLang.Debugging.Bisecting;
using NNLang.Debugging.Inspection;
using NNLang.Debugging.Running;
using NNLang.Machine.Instructions;
using NNLang.Protocol;
using NNLang.Protocol.Dap;
using NNLang.Tensors;
using NNLang.Workspaces.Texts;

namespace NNLang.DebugAdapter.Sessions;

// Searching, running, stepping.
internal sealed partial class Adapter
{
    private const int Divergent = 1;
    private const int InputErrors = 2;
    private const int Inconclusive = 4;
    private const int Defect = 5;
    private const int QueueThread = Engines.Count + 1;

    private static string ProgressId(int generation) => "bisect-" + generation.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // Starts once both the launch and the client's settings are complete, whichever comes second.
    private void Begin(int generation)
    {
        lock (_gate)
        {
            if (_generation != generation || _state != AdapterState.Ready || !_configured)
            {
                return;
            }

            _state = AdapterState.Running;
        }

        Work(generation, (run, cancellation) =>
        {
            foreach (var warning in run.Launched.Warnings)
            {
                _narrator.Say("warning: " + warning, OutputEventCategory.Important);
            }

            return run.Arguments.IsBisect ? Bisect(run, generation, cancellation) : Run(run, cancellation);
        });
    }

    private SessionStop Run(DebugRun run, CancellationToken cancellation)
    {
        var session = run.Start();
        Prepare(session);
        return run.Arguments is { StopOnEntry: true, WithoutDebugging: false }
            ? new SessionStop(StopReason.Entry, session.Focus.Engine, "Before the first instruction")
            : session.Continue(cancellation);
    }

    private SessionStop? Bisect(DebugRun run, int generation, CancellationToken cancellation)
    {
        var progress = ProgressId(generation);
        var bisection = new BisectSession(run.Launched, run.Layers, _options.Independent(run.Launched), run.Arguments.Options, _options.Clock);
        _narrator.Begin(progress, run.Launched.Network.Name);
        Verdict verdict;
        var probes = 0;
        try
        {
            verdict = bisection.Search(
                new Callback<ProbeRecord>(probe =>
                {
                    probes++;
                    _narrator.Probe(progress, probe, run.Layers, bisection.ExpectedProbes);
                }),
                cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new SessionEndException($"Cancelled after {probes} probe{(probes == 1 ? "" : "s")}.", OutputEventCategory.Console, Inconclusive);
        }
        finally
        {
            _narrator.End(progress);
        }

        switch (verdict.Kind)
        {
            case VerdictKind.Clean:
                throw new SessionEndException(verdict.Summary, OutputEventCategory.Important, 0);
            case VerdictKind.Inconclusive:
                throw new SessionEndException("Inconclusive: " + verdict.Summary, OutputEventCategory.Important, Inconclusive);
            case VerdictKind.ToolError:
                throw new SessionEndException(verdict.Summary, OutputEventCategory.Stderr, Defect);
        }

        var place = run.Layers.LineOf(verdict.Layer!.Index);
        _narrator.Say(VerdictText.Write(verdict), place: place);
        if (run.Arguments.WithoutDebugging || !_filters.HasFlag(StopFilters.Divergence))
        {
            throw new SessionEndException("", OutputEventCategory.Console, Divergent);
        }

        var stop = bisection.Stop(verdict);
        run.Attach(stop.Session);
        return stop.Stop;
    }

    private void Prepare(RunSession session)
    {
        var run = _run;
        var quiet = run?.Arguments.WithoutDebugging == true;
        session.Breakpoints = quiet ? [] : _breakpoints.Resolved;
        session.Filters = quiet ? StopFilters.None : _filters;
        session.Logged = (text, breakpoint) => _narrator.Say(text, OutputEventCategory.Console, _breakpoints.PlaceOf(breakpoint.Id));
    }

    // What a program that has ended leaves: its outputs, its time, what was wrong with it.
    private int Conclude(DebugRun run)
    {
        var session = run.Session!;
        if (run.Arguments.IsBisect)
        {
            return Divergent;
        }

        var outputs = session.State.Outputs();
        for (var i = 0; i < outputs.Length; i++)
        {
            var range = ElementText.Range(outputs[i].ToDoubles().AsDoubles());
            _narrator.Say($"{session.Program.Program.Program.Outputs[i].Name}: {outputs[i]} {range}", OutputEventCategory.Stdout);
        }

        _narrator.Say($"{Figures.Time(session.Program.Program.Timing.Makespan)} on {run.Launched.Device.Name} (emulated)");
        var hazards = session.Program.Hazards.Concat(session.State.DataHazards).ToList();
        foreach (var hazard in hazards)
        {
            _narrator.Say("hazard: " + hazard, OutputEventCategory.Stderr);
        }

        return hazards.Count == 0 ? 0 : Divergent;
    }

    private ContinueResponseBody Continue(ContinueArguments arguments, DebugRequest request)
    {
        Resume(request, (session, cancellation) => session.Continue(cancellation));
        return new ContinueResponseBody { AllThreadsContinued = true };
    }

    private Nothing? ReverseContinue(ReverseContinueArguments arguments, DebugRequest request) =>
        Resume(request, (session, cancellation) => session.ReverseContinue(cancellation));

    private Nothing? Next(NextArguments arguments, DebugRequest request)
    {
        _stepsIntoInstructions = false;
        return Resume(request, (session, cancellation) =>
        {
            var unit = UnitOf(arguments.Granularity, StepUnit.Layer);
            var engine = EngineOf(arguments.ThreadId, session);
            var group = session.Group;
            var stop = session.Step(unit, engine, cancellation);

            // What is loaded ahead already stands in the layer it is loaded for: its own beginning is no step.
            return unit == StepUnit.Layer && stop.Reason == StopReason.Step && group >= 0 && session.Group == group
                ? session.Step(unit, engine, cancellation)
                : stop;
        });
    }

    // The first step in goes to the next operation; one more to the next instruction.
    private Nothing? StepIn(StepInArguments arguments, DebugRequest request)
    {
        var unit = _stepsIntoInstructions ? StepUnit.Instruction : StepUnit.Operation;
        return Resume(request, (session, cancellation) =>
        {
            _stepsIntoInstructions = true;
            return session.Step(UnitOf(arguments.Granularity, unit), EngineOf(arguments.ThreadId, session), cancellation);
        });
    }

    private Nothing? StepOut(StepOutArguments arguments, DebugRequest request)
    {
        _stepsIntoInstructions = false;
        return Resume(request, (session, cancellation) => session.StepOut(cancellation));
    }

    private Nothing? StepBack(StepBackArguments arguments, DebugRequest request)
    {
        _stepsIntoInstructions = false;
        return Resume(request, (session, _) =>
            session.StepBack(UnitOf(arguments.Granularity, StepUnit.Layer), EngineOf(arguments.ThreadId, session)));
    }

    private Nothing? Pause(PauseArguments arguments, DebugRequest request)
    {
        lock (_gate)
        {
            if (_state == AdapterState.Running && _run is { Arguments.IsBisect: true, Session: null })
            {
                throw new DebugRequestException("A bisection cannot be paused; cancel it or end the session.");
            }

            if (_state == AdapterState.Running)
            {
                _work.Cancel();
            }
        }

        return null;
    }

    private Nothing? Resume(DebugRequest request, Func<RunSession, CancellationToken, SessionStop> work)
    {
        int generation;
        lock (_gate)
        {
            if (_state != AdapterState.Stopped)
            {
                throw DebugRequestException.NotStopped();
            }

            _state = AdapterState.Running;
            _stop = null;
            _handles = new StopHandles(_handles);
            generation = _generation;
        }

        request.AfterResponse(() => Work(generation, (run, cancellation) => work(run.Session!, cancellation)));
        return null;
    }

    private static StepUnit UnitOf(string? granularity, StepUnit otherwise) =>
        granularity == SteppingGranularity.Instruction ? StepUnit.Instruction : otherwise;

    private static Engine EngineOf(int thread, RunSession session) =>
        thread is >= 1 and <= Engines.Count ? (Engine)(thread - 1) : session.Focus.Engine;

    private static int ThreadOf(Engine engine) => (int)engine + 1;

    private static StoppedEventBody Describe(DebugRun run, SessionStop stop)
    {
        var reason = stop.Reason switch
        {
            StopReason.Entry => StoppedEventReason.Entry,
            StopReason.Breakpoint => StoppedEventReason.Breakpoint,
            StopReason.Pause => StoppedEventReason.Pause,
            StopReason.Hazard => StoppedEventReason.Exception,
            StopReason.Divergence => run.Arguments.StopsAsException ? StoppedEventReason.Exception : "divergence",
            _ => StoppedEventReason.Step,
        };
        return new StoppedEventBody
        {
            Reason = reason,
            Description = stop.Description,
            Text = stop.Text,
            ThreadId = ThreadOf(stop.Engine),
            AllThreadsStopped = true,
            HitBreakpointIds = stop.Breakpoints.IsEmpty ? null : [.. stop.Breakpoints],
        };
    }

    private sealed class Callback<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
