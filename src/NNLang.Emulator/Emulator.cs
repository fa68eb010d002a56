using System.Collections.Immutable;
using NNLang.Emulator.Execution;
using NNLang.Emulator.Faults;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Memories;
using NNLang.Emulator.Races;
using NNLang.Emulator.Sessions;
using NNLang.Emulator.Taps;
using NNLang.Emulator.Weights;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Emulator;

/// <summary>
/// Runs a loaded program on inputs, any number of times. Checks are made once; a run then only moves data, in parallel, because in a
/// program without a race every order that respects its semaphores gives the same bits. A program with a race, or a device whose bits
/// flip at a time, is run event by event instead. Not thread-safe; dispose it to give the memory back.
/// </summary>
public sealed class Emulator : IDisposable
{
    private readonly LoadedProgram _program;
    private readonly WeightImage _weights;
    private readonly EmulatorOptions _options;
    private readonly CheckedOrder _order;
    private readonly FaultPlan? _faults;
    private DeviceMemory? _memory;
    private KernelContext[] _contexts = [];

    /// <summary>Prepares runs: makes the checks that the options ask for.</summary>
    public Emulator(LoadedProgram program, WeightImage weights, EmulatorOptions? options = null)
    {
        _program = program;
        _weights = weights;
        _options = options ?? new EmulatorOptions();
        if (!KernelPaths.IsSupported(_options.Path))
        {
            throw new ArgumentException($"This processor does not run {_options.Path}.", nameof(options));
        }

        _order = ProgramChecker.Check(program, _options.Checks);
        _faults = FaultPlan.Create(program, _order.Order, _options.Faults);
    }

    /// <summary>The program.</summary>
    public LoadedProgram Program => _program;

    internal DeviceMemory? Memory => _memory;

    /// <summary>What the checks found, without having moved any data.</summary>
    public ImmutableArray<Hazard> Hazards => _order.Hazards;

    /// <summary>Whether runs are made event by event.</summary>
    public bool IsEventByEvent => _order.HasRace || _faults is { Flips.IsEmpty: false };

    /// <summary>Checks a program without weights, inputs or data: times, deadlock and races (<c>docs/machine.md</c> 4.8).</summary>
    public static ImmutableArray<Hazard> CheckTiming(LoadedProgram program) => ProgramChecker.Check(program, CheckOptions.TimingOnly).Hazards;

    /// <summary>Checks a program without weights, inputs or data, as far as the options ask.</summary>
    public static ImmutableArray<Hazard> Check(LoadedProgram program, CheckOptions options) => ProgramChecker.Check(program, options).Hazards;

    /// <summary>Runs the program.</summary>
    /// <param name="inputs">The inputs, in the program's order.</param>
    /// <param name="taps">Tensors to read on the way, at the commit of what defines them; they change neither times nor results.</param>
    public Loaded<EmulationResult> Run(IReadOnlyList<Tensor> inputs, IReadOnlyList<TensorLocation>? taps = null)
    {
        var problems = BoundaryTensors.Check(_program.Program, inputs);
        if (!problems.IsEmpty)
        {
            return new Loaded<EmulationResult>(problems);
        }

        var tapped = (taps ?? []).Select(location => TensorTap.TryCreate(location, _program)).ToArray();
        var hazards = _order.Hazards;
        ImmutableArray<Tensor> outputs;
        if (IsEventByEvent)
        {
            using var session = new EmulatorSession(_program, _weights, inputs, _options, _order, _faults);
            session.RunToEnd(tapped);
            outputs = session.Outputs();
            hazards = hazards.AddRange(session.DataHazards);
        }
        else
        {
            var memory = Prepare(inputs);
            var plan = RunPlan.Create(_program, _order, tapped.OfType<TensorTap>());
            hazards = hazards.AddRange(ParallelRunner.Run(_program, plan, _faults, _contexts));
            outputs = BoundaryTensors.Read(memory);
        }

        return new Loaded<EmulationResult>(
            new EmulationResult(outputs, [.. tapped.Select(tap => tap?.ToTensor())], hazards, _program.Timing));
    }

    /// <summary>A session that stops where one wants, for a debugger. It has memories of its own.</summary>
    public Loaded<EmulatorSession> Start(IReadOnlyList<Tensor> inputs)
    {
        var problems = BoundaryTensors.Check(_program.Program, inputs);
        return problems.IsEmpty
            ? new Loaded<EmulatorSession>(new EmulatorSession(_program, _weights, inputs, _options, _order, _faults))
            : new Loaded<EmulatorSession>(problems);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var context in _contexts)
        {
            context.Dispose();
        }

        _contexts = [];
        _memory?.Dispose();
        _memory = null;
    }

    private DeviceMemory Prepare(IReadOnlyList<Tensor> inputs)
    {
        if (_memory is null)
        {
            _memory = DeviceMemory.Create(_program, _weights, _faults);
            _contexts = new KernelContext[Math.Max(1, _options.Threads)];
            for (var i = 0; i < _contexts.Length; i++)
            {
                _contexts[i] = new KernelContext(_options.Path, _memory);
            }
        }
        else
        {
            // What a program without such reads leaves behind cannot be seen by its next run.
            _memory.Clear(everything: !_options.Checks.Initialisation || _order.Hazards.Any(hazard => hazard.Kind == HazardKind.UninitialisedRead));
        }

        BoundaryTensors.Write(_memory, inputs);
        return _memory;
    }
}
