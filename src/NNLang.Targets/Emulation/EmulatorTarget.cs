using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lengths;
using NNLang.Emulator;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Weights;
using NNLang.Machine.AssemblerText;
using NNLang.Tensors;

namespace NNLang.Targets.Emulation;

/// <summary>
/// The emulated accelerator as a target: plans the network once, compiles each length from that plan, and runs it with all checks on. Programs
/// of lengths are kept; weights are evaluated once. One run at a time.
/// </summary>
public sealed class EmulatorTarget : ITarget
{
    private readonly CompiledNetwork _compiled;
    private readonly IWeightSource _weights;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly EmulatorOptions _options;
    private readonly WeightCache _cache = new();
    private readonly GroupNames _names;

    /// <summary>Prepares a compiled network.</summary>
    /// <param name="compiled">The network, compiled for the device (with the compiler faults that are planted, if any).</param>
    /// <param name="weights">The weights.</param>
    /// <param name="inputs">The network's inputs.</param>
    /// <param name="options">Threads, and the faults of the device.</param>
    public EmulatorTarget(CompiledNetwork compiled, IWeightSource weights, IReadOnlyList<Tensor> inputs, EmulatorOptions options)
    {
        _compiled = compiled;
        _weights = weights;
        _inputs = inputs;
        _options = options;
        _names = new GroupNames(compiled);
    }

    /// <inheritdoc/>
    public string Name => "emulator";

    /// <inheritdoc/>
    public TargetAbilities Abilities { get; init; } =
        TargetAbilities.Taps | TargetAbilities.Instrumentation | TargetAbilities.FromReference | TargetAbilities.Trace;

    /// <inheritdoc/>
    public TargetRun Run(TargetRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var instrumented = request.InstrumentedGroup < 0 ? [] : _names.OperationsOf(request.InstrumentedGroup);
        var length = Compiler.CompilationPipeline.Compiler.CompileLength(
            _compiled, request.Length, new LengthOptions { FromReference = request.First, Instrument = instrumented, Replan = request.Replan });
        var program = LoadedProgram.Load(length.Program, _compiled.Device).Require();
        var weights = WeightImage.Evaluate(program, _weights, _cache).Require();
        using var emulator = new Emulator.Emulator(program, weights, _options);
        var inputs = InputsOf(length, request);
        var taps = request.Tapped ? _names.TapsOf(length.Program, request.First, request.Length) : [];
        var result = emulator.Run(inputs, [.. taps.Select(tap => tap.Location)]).Require();
        return new TargetRun
        {
            Cut = [.. length.CutTensors.Select(cut =>
                KeyValuePair.Create(new GroupTensor(cut.Group, cut.Result), result.Outputs[cut.Index]))],
            Taps = [.. taps.Zip(result.Taps).Where(pair => pair.Second is not null)
                .Select(pair => KeyValuePair.Create(pair.First.Tensor, pair.Second!))],
            LowLevel = LowLevelOf(length, result.Outputs),
            Writes = request.TracedGroup < 0 ? [] : WritesOf(emulator, program, length, request.TracedGroup, inputs, cancellationToken),
            Hazards = [.. result.Hazards.Select(hazard => HazardText.Describe(hazard, length.Program))],
            AddedInstructions = length.AddedInstructions,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // The same run once more, event by event, as far as the group goes: what each of its instructions leaves when it commits.
    private ImmutableArray<InstructionWrite> WritesOf(
        Emulator.Emulator emulator, LoadedProgram program, CompiledLength length, int group, ImmutableArray<Tensor> inputs,
        CancellationToken cancellationToken)
    {
        using var session = emulator.Start(inputs).Require();
        var operations = _names.OperationsOf(group).ToHashSet();
        var owners = InstructionOwners.Of(length);
        var writes = ImmutableArray.CreateBuilder<InstructionWrite>();
        session.Written = location =>
        {
            if (owners.StepOf(location) is { } step && operations.Contains(step.Operation))
            {
                ref readonly var instruction = ref program[location];
                writes.Add(new InstructionWrite(
                    step, _names.NameOf(step.Operation), location, Disassembler.Disassemble(instruction, length.Program.Regions),
                    OperandReader.Read(session, instruction.Operands[0])));
            }
        };
        while (session.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return writes.ToImmutable();
    }

    private ImmutableArray<Tensor> InputsOf(CompiledLength length, TargetRequest request)
    {
        // A length has the inputs it reads, in the order in which it reads them.
        var fed = length.FedTensors.ToDictionary(tensor => tensor.Index);
        var byName = _compiled.Network.Inputs.Select((input, i) => (input.Name, i)).ToDictionary(pair => pair.Name, pair => _inputs[pair.i]);
        return
        [
            .. length.Program.Inputs.Select((input, i) =>
                fed.TryGetValue(i, out var tensor) ? request.Feeds[new GroupTensor(tensor.Group, tensor.Result)] : byName[input.Name]),
        ];
    }

    private ImmutableArray<LowLevelTensor> LowLevelOf(CompiledLength length, ImmutableArray<Tensor> outputs) =>
    [
        .. length.Instrumented.OrderBy(tensor => tensor.Operation).ThenBy(tensor => tensor.Part).Select(tensor => new LowLevelTensor(
            new LoweredStep(tensor.Operation, _names.LastWriteOf(tensor.Operation, tensor.Part)),
            _names.NameOf(tensor.Operation), outputs[tensor.Output])),
    ];
}
