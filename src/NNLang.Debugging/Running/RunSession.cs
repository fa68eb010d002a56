using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Reports;
using NNLang.Debugging.Inspection;
using NNLang.Debugging.Programs;
using NNLang.Emulator.Races;
using NNLang.Emulator.Sessions;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Debugging.Running;

/// <summary>
/// A program under the hand of a user: runs to breakpoints, hazards and divergences, steps by layer, operation or instruction, forward and
/// back. All engines always stand at one moment. Not thread-safe.
/// </summary>
public sealed class RunSession : IDisposable
{
    private readonly SessionHistory _history;
    private readonly Dictionary<int, int> _hits = [];
    private readonly HashSet<int> _diverged = [];
    private readonly Dictionary<int, ImmutableArray<Hazard>> _hazards;

    /// <summary>A session before the first event.</summary>
    public RunSession(DebugProgram program)
    {
        Program = program;
        _history = new SessionHistory(program);
        Inspector = new Inspector(this);
        _hazards = program.Hazards
            .GroupBy(hazard => program.Timeline.StartOf(hazard.Instruction) ?? program.Timeline.Count)
            .ToDictionary(group => group.Key, group => group.ToImmutableArray());
        Focus = program.Timeline.StartingAt(0) ?? FirstInstruction();
    }

    /// <summary>The program.</summary>
    public DebugProgram Program { get; }

    /// <summary>The state of the machine.</summary>
    public EmulatorSession State => _history.Session;

    /// <summary>What a user sees of it.</summary>
    public Inspector Inspector { get; }

    /// <summary>How many events have happened.</summary>
    public int Position => State.Position;

    /// <summary>The hash of the machine's state: equal at equal positions means an equal future. O(pages written since it was last asked).</summary>
    public UInt128 StateHash() => State.StateHash();

    /// <summary>The instruction the session stands at.</summary>
    public InstructionLocation Focus { get; private set; }

    /// <summary>Places to stop at. Replace the array as a whole.</summary>
    public ImmutableArray<LayerBreakpoint> Breakpoints { get; set; } = [];

    /// <summary>What else stops.</summary>
    public StopFilters Filters { get; set; } = StopFilters.All;

    /// <summary>Told of the texts of breakpoints that print instead of stopping.</summary>
    public Action<string, LayerBreakpoint>? Logged { get; set; }

    /// <summary>The group whose layer the session stands in; -1 for none.</summary>
    public int Group => Program.Timeline.GroupOf(Focus);

    /// <summary>Goes to a position without asking breakpoints, and looks at an instruction there.</summary>
    public void MoveTo(int position, InstructionLocation? focus = null)
    {
        _history.MoveTo(position, null, CancellationToken.None);
        Focus = focus ?? FocusAt(Position);
    }

    /// <summary>Says that the user knows of a group's divergence: it stops no more.</summary>
    public void Acknowledge(int group) => _diverged.Add(group);

    /// <summary>Runs until something stops it or the program ends.</summary>
    public SessionStop Continue(CancellationToken cancellationToken) => Forward(Timeline.Count, null, cancellationToken);

    /// <summary>Runs back to the last breakpoint before here, or to the start.</summary>
    public SessionStop ReverseContinue(CancellationToken cancellationToken)
    {
        for (var position = LastBreakpointBefore(Position); position is { } back; position = LastBreakpointBefore(back))
        {
            MoveTo(back);
            if (Meet(counting: false) is { } stop)
            {
                return stop;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return At(StopReason.Pause, "Paused");
            }
        }

        MoveTo(0);
        return At(StopReason.Entry, "At the start of the program");
    }

    /// <summary>One step forward. The last one stands at the end of the program, whose state can still be looked at; one more ends it.</summary>
    /// <param name="unit">How far.</param>
    /// <param name="engine">For instructions: which engine.</param>
    /// <param name="cancellationToken">Stops on the way.</param>
    public SessionStop Step(StepUnit unit, Engine engine, CancellationToken cancellationToken)
    {
        var target = Timeline.After(Stops(unit, engine), Position);
        return Forward(target ?? Timeline.Count, Position < Timeline.Count ? unit : null, cancellationToken);
    }

    /// <summary>One step back.</summary>
    public SessionStop StepBack(StepUnit unit, Engine engine)
    {
        if (Timeline.Before(Stops(unit, engine), Position) is { } position)
        {
            MoveTo(position);
            return At(StopReason.Step, "Stepped back");
        }

        MoveTo(0);
        return At(StopReason.Entry, "At the start of the program");
    }

    /// <summary>Runs to the end of the layer it stands in.</summary>
    public SessionStop StepOut(CancellationToken cancellationToken)
    {
        var end = Group >= 0 && Timeline.EndOf(Group) is { } position && position > Position
            ? position
            : Timeline.After(Timeline.LayerStops, Position) ?? Timeline.Count;
        return Forward(end, StepUnit.Layer, cancellationToken);
    }

    /// <summary>The tensor of a layer as the device's memory holds it now; null if it has no place or none of it was written yet.</summary>
    public Tensor? TensorOf(int layer) =>
        Program.LocationOf(layer) is { } location && Timeline.BeginOf(Program.Layers.GroupOf(layer)) is { } begin && begin < Position
            ? State.ReadTensor(location)
            : null;

    /// <summary>Whether a layer's tensor is complete and nothing has been written over it.</summary>
    public bool IsAlive(int layer) =>
        Program.LocationOf(layer) is { } location
        && location.Placements.All(placement =>
            (placement.From is not { } from || (Timeline.CommitOf(from) is { } commit && commit < Position))
            && (placement.Until is not { } until || Timeline.StartOf(until) is not { } overwritten || overwritten >= Position));

    /// <inheritdoc/>
    public void Dispose() => _history.Dispose();

    private Timeline Timeline => Program.Timeline;

    private ReadOnlySpan<int> Stops(StepUnit unit, Engine engine) => unit switch
    {
        StepUnit.Layer => Timeline.LayerStops,
        StepUnit.Operation => Timeline.OperationStops,
        _ => Timeline.StartsOf(engine),
    };

    private SessionStop Forward(int target, StepUnit? unit, CancellationToken cancellationToken)
    {
        var breakpoints = BreakpointStops();
        var ends = Filters.HasFlag(StopFilters.Divergence) ? GroupEnds() : [];
        while (Position < target)
        {
            var next = target;
            next = Math.Min(next, Timeline.After(breakpoints, Position) ?? target);
            next = Math.Min(next, Timeline.After(ends, Position) ?? target);
            foreach (var hazard in _hazards.Keys)
            {
                next = hazard > Position ? Math.Min(next, hazard) : next;
            }

            var data = State.DataHazards.Count;
            var reached = _history.MoveTo(
                next, Filters.HasFlag(StopFilters.OutOfBounds) ? () => State.DataHazards.Count > data : null, cancellationToken);
            Focus = FocusAt(Position);
            if (State.DataHazards.Count > data)
            {
                return Describe(State.DataHazards[^1]);
            }

            if (!reached)
            {
                return At(StopReason.Pause, "Paused");
            }

            if (MeetHazard() is { } hazardous)
            {
                return hazardous;
            }

            if (MeetDivergence() is { } divergence)
            {
                return divergence;
            }

            if (Meet(counting: true) is { } stop)
            {
                return stop;
            }
        }

        return Position < Timeline.Count ? At(StopReason.Step, "Stepped")
            : unit is null ? At(StopReason.End, "The program has ended")
            : At(StopReason.Step, "At the end of the program");
    }

    private int[] BreakpointStops() =>
    [
        .. Breakpoints.SelectMany(breakpoint => breakpoint.Layers.Select(layer => PlaceOf(breakpoint, layer))).OfType<int>().Distinct().Order(),
    ];

    private int? PlaceOf(LayerBreakpoint breakpoint, int layer)
    {
        var group = Program.Layers.GroupOf(layer);
        return group < 0 ? null : breakpoint.IsAtEnd ? Timeline.EndOf(group) : Timeline.BeginOf(group);
    }

    private int[] GroupEnds() =>
        [.. Enumerable.Range(0, Program.Layers.Fused.Groups.Length).Select(Timeline.EndOf).OfType<int>().Distinct().Order()];

    private int? LastBreakpointBefore(int position) => Timeline.Before(BreakpointStops(), position);

    private SessionStop? Meet(bool counting)
    {
        var met = ImmutableArray.CreateBuilder<int>();
        foreach (var breakpoint in Breakpoints)
        {
            var at = breakpoint.Layers.FirstOrDefault(layer => PlaceOf(breakpoint, layer) == Position, -1);
            if (at < 0)
            {
                continue;
            }

            if (breakpoint.IsAtEnd && LastInstruction(Program.Layers.GroupOf(at)) is { } last)
            {
                Focus = last;
            }

            if (!Holds(breakpoint))
            {
                continue;
            }

            if (counting)
            {
                var hit = _hits[breakpoint.Id] = _hits.GetValueOrDefault(breakpoint.Id) + 1;
                if (breakpoint.Hits is { } condition && !condition.Stops(hit))
                {
                    continue;
                }
            }

            if (breakpoint.LogMessage is { } message)
            {
                if (counting)
                {
                    Logged?.Invoke(Evaluation.Evaluator.Fill(this, message), breakpoint);
                }

                continue;
            }

            met.Add(breakpoint.Id);
        }

        return met.Count == 0 ? null : At(StopReason.Breakpoint, "Layer " + NameOf(Group)) with { Breakpoints = met.ToImmutable() };
    }

    // A condition that cannot be evaluated stops: a user who sees the stop can repair it, one who sees none cannot.
    private bool Holds(LayerBreakpoint breakpoint)
    {
        if (breakpoint.Condition is not { Length: > 0 } condition)
        {
            return true;
        }

        var value = Evaluation.Evaluator.Evaluate(this, condition);
        return value.Error is not null || value.Number is not 0;
    }

    private SessionStop? MeetHazard()
    {
        if (!_hazards.TryGetValue(Position, out var hazards))
        {
            return null;
        }

        foreach (var hazard in hazards)
        {
            if (Wanted(hazard.Kind))
            {
                return Describe(hazard);
            }
        }

        return null;
    }

    private bool Wanted(HazardKind kind) => kind switch
    {
        HazardKind.Race => Filters.HasFlag(StopFilters.Race),
        HazardKind.UninitialisedRead => Filters.HasFlag(StopFilters.UninitialisedRead),
        HazardKind.GatherIndex => Filters.HasFlag(StopFilters.OutOfBounds),
        _ => true,
    };

    private SessionStop Describe(Hazard hazard)
    {
        Focus = hazard.Instruction;
        var title = hazard.Kind switch
        {
            HazardKind.Race => "Race",
            HazardKind.UninitialisedRead => "Uninitialised read",
            HazardKind.Deadlock => "Deadlock",
            _ => "Out of bounds",
        };
        return new SessionStop(StopReason.Hazard, hazard.Instruction.Engine, title)
        {
            Title = Group >= 0 ? $"{title} in layer {NameOf(Group)}" : title,
            Text = Capitalise(hazard.ToString()) + ".",
        };
    }

    private SessionStop? MeetDivergence()
    {
        if (!Filters.HasFlag(StopFilters.Divergence))
        {
            return null;
        }

        for (var group = 0; group < Program.Layers.Fused.Groups.Length; group++)
        {
            if (Timeline.EndOf(group) != Position || _diverged.Contains(group) || TensorOf(Program.Layers.LastLayers[group]) is not { } device)
            {
                continue;
            }

            var difference = TensorComparer.CompareExactly(device, Program.Expectation.Exact(new GroupTensor(group)));
            if (difference.IsEqual)
            {
                continue;
            }

            _diverged.Add(group);
            if (!Follows(group))
            {
                Focus = LastInstruction(group) ?? Focus;
                return Divergence(group, difference);
            }
        }

        return null;
    }

    private SessionStop Divergence(int group, TensorDifference difference) =>
        new(StopReason.Divergence, Focus.Engine, "Divergence in " + NameOf(group))
        {
            Title = "Divergence in layer " + NameOf(group),
            Text = string.Join('\n', new[] { VerdictText.Describe(difference), WrongPattern.Describe(difference) }.Where(line => line.Length > 0)),
        };

    // A layer that was fed wrong tensors is no news.
    private bool Follows(int group) =>
        Program.Layers.Fused.Groups[group].Operands.Any(operand =>
            operand.Kind == Compiler.Fuse.FusedLinkKind.Group && _diverged.Contains(group - operand.Distance));

    private InstructionLocation? LastInstruction(int group)
    {
        for (var position = Position; position > 0; position--)
        {
            var instruction = State.Events[position - 1].Instruction;
            if (State.Events[position - 1].Kind == SessionEventKind.Commit && Timeline.GroupOf(instruction) == group)
            {
                return instruction;
            }
        }

        return null;
    }

    private SessionStop At(StopReason reason, string description) => new(reason, Focus.Engine, description);

    private string NameOf(int group) => group < 0 ? Program.Layers.Network.Name : Program.Layers.PathOf(group);

    private InstructionLocation FocusAt(int position)
    {
        if (Timeline.StartingAt(position) is { } starting)
        {
            return starting;
        }

        for (var next = position; next < Timeline.Count; next++)
        {
            if (Timeline.StartingAt(next) is { } later)
            {
                return later;
            }
        }

        for (var before = position - 1; before >= 0; before--)
        {
            if (Timeline.StartingAt(before) is { } earlier)
            {
                return earlier;
            }
        }

        return Focus;
    }

    private InstructionLocation FirstInstruction()
    {
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            if (Program.Program.Instructions((Engine)engine).Length > 0)
            {
                return new InstructionLocation((Engine)engine, 0);
            }
        }

        return default;
    }

    private static string Capitalise(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
