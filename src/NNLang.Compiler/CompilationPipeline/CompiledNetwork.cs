using System.Collections.Immutable;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Schedules;
using NNLang.Machine.Devices;
using NNLang.Machine.Programs;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>
/// Everything a compilation made: all intermediate representations, the plan, the schedule, the program, or what is wrong. What not everybody
/// needs (bytes, debug section, schedules) is made when it is first asked for and kept. Immutable, thread-safe.
/// </summary>
public sealed class CompiledNetwork
{
    private readonly Lazy<GroupIndex>? _index;
    private readonly Lazy<MachineProgram>? _program;
    private readonly Lazy<Schedule>? _schedule;
    private readonly Lazy<Schedule>? _sourceOrderSchedule;

    internal CompiledNetwork(Network network, DeviceDescription device, CompileOptions options, CompilerCache cache)
    {
        Network = network;
        Device = device;
        Options = options;
        Cache = cache;
    }

    internal CompiledNetwork(CompiledNetwork request, FusedNetwork fused, TiledNetwork tiled, Plan plan, Plan? sourceOrder)
        : this(request.Network, request.Device, request.Options, request.Cache)
    {
        Fused = fused;
        Tiled = tiled;
        Plan = plan;
        SourceOrderPlan = sourceOrder;
        _index = new Lazy<GroupIndex>(() => new GroupIndex(fused, plan.Placed));
        _program = new Lazy<MachineProgram>(() => ProgramBuilder.Build(this, plan));
        _schedule = new Lazy<Schedule>(() => ScheduleBuilder.Of(plan));
        _sourceOrderSchedule = sourceOrder is null
            ? null
            : ReferenceEquals(sourceOrder, plan) ? _schedule : new Lazy<Schedule>(() => ScheduleBuilder.Of(sourceOrder));
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The device.</summary>
    public DeviceDescription Device { get; }

    /// <summary>The options.</summary>
    public CompileOptions Options { get; }

    /// <summary>What is wrong; empty exactly if there is a program.</summary>
    public ImmutableArray<CompilationProblem> Problems { get; internal init; } = [];

    /// <summary>Whether there is a program.</summary>
    public bool Succeeded => Plan is not null;

    /// <summary>The network after the fuse pass; null if that pass found problems.</summary>
    public FusedNetwork? Fused { get; internal init; }

    /// <summary>The network after the tile pass; null if that pass found problems.</summary>
    public TiledNetwork? Tiled { get; internal init; }

    /// <summary>Engines, order, addresses, waits and times; null if there are problems.</summary>
    public Plan? Plan { get; }

    /// <summary>The plan of <c>-O0</c>; null if source order does not fit although another order does.</summary>
    public Plan? SourceOrderPlan { get; }

    /// <summary>How groups, instances and operations find each other.</summary>
    /// <exception cref="InvalidOperationException">There are problems instead.</exception>
    public GroupIndex Index => (_index ?? throw Missing()).Value;

    /// <summary>The program with its debug section.</summary>
    /// <exception cref="InvalidOperationException">There are problems instead.</exception>
    public MachineProgram Program => (_program ?? throw Missing()).Value;

    /// <summary>When everything runs.</summary>
    /// <exception cref="InvalidOperationException">There are problems instead.</exception>
    public Schedule Schedule => (_schedule ?? throw Missing()).Value;

    /// <summary>When everything would run at <c>-O0</c>; null if source order does not fit.</summary>
    public Schedule? SourceOrderSchedule => _sourceOrderSchedule?.Value;

    internal CompilerCache Cache { get; }

    private static InvalidOperationException Missing() => new("The network has problems and no program.");
}
