using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Machine.Timing;

namespace NNLang.Emulator.Loading;

/// <summary>
/// A program that is legal on a device, decoded, with the times of all its instructions. Times do not depend on data, so they are known
/// before anything runs. Immutable and thread-safe.
/// </summary>
public sealed class LoadedProgram
{
    private readonly Instruction[][] _instructions;

    private LoadedProgram(MachineProgram program, DeviceDescription device, Instruction[][] instructions, TimingResult timing)
    {
        Program = program;
        Device = device;
        _instructions = instructions;
        Timing = timing;
    }

    /// <summary>The program.</summary>
    public MachineProgram Program { get; }

    /// <summary>The device.</summary>
    public DeviceDescription Device { get; }

    /// <summary>When everything happens, ps; and the deadlock, if there is one. Not to be passed to another simulation.</summary>
    public TimingResult Timing { get; }

    /// <summary>The instruction at a place.</summary>
    public ref readonly Instruction this[InstructionLocation location] => ref _instructions[(int)location.Engine][location.Index];

    /// <summary>The instructions of a sequencer.</summary>
    public ReadOnlySpan<Instruction> Instructions(Engine engine) => _instructions[(int)engine];

    /// <summary>Checks a program against a device and computes its times. O(instructions log instructions).</summary>
    public static Loaded<LoadedProgram> Load(MachineProgram program, DeviceDescription device)
    {
        var problems = ProgramRules.Check(program, device);
        if (!problems.IsEmpty)
        {
            return new Loaded<LoadedProgram>(problems);
        }

        var instructions = new Instruction[Engines.Count][];
        var input = new TimingInput(device);
        foreach (var queue in program.Queues)
        {
            input.AddQueue(queue);
        }

        foreach (var stream in program.Streams)
        {
            var decoded = stream.Decode();
            instructions[(int)stream.Engine] = decoded;
            for (var i = 0; i < decoded.Length; i++)
            {
                if (input.Add(stream.Engine, decoded[i]) is { } problem)
                {
                    return new Loaded<LoadedProgram>([new LoadProblem(new InstructionLocation(stream.Engine, i), problem)]);
                }
            }
        }

        return new Loaded<LoadedProgram>(new LoadedProgram(program, device, instructions, new TimingSimulator().Run(input)));
    }

    /// <summary>Bytes of a partition of an on-chip memory.</summary>
    internal long PartitionBytes(MemoryKind kind) => Device.Memory(kind)?.Bytes ?? 0;

    /// <summary>Whether the region holds a weight or constant, which no instruction writes.</summary>
    internal bool IsReadOnly(int region) => Program.Regions[region].Kind is RegionKind.Weight or RegionKind.Constant;

    /// <summary>The instructions that start, in the order in which they do (<c>docs/machine.md</c> 1.4). O(instructions).</summary>
    internal InstructionLocation[] StartOrder()
    {
        var count = 0;
        Span<int> next = stackalloc int[Engines.Count];
        next.Clear();
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            count += Timing.Start((Engine)engine).Length;
        }

        var order = new InstructionLocation[count];
        for (var i = 0; i < count; i++)
        {
            var first = -1;
            var earliest = long.MaxValue;
            for (var engine = 0; engine < Engines.Count; engine++)
            {
                var starts = Timing.Start((Engine)engine);
                if (next[engine] < starts.Length && starts[next[engine]] < earliest)
                {
                    earliest = starts[next[engine]];
                    first = engine;
                }
            }

            order[i] = new InstructionLocation((Engine)first, next[first]++);
        }

        return order;
    }

    /// <summary>
    /// When an instruction's results are in memory at the latest: at its commit, or when its stream's next instruction starts, which sees
    /// them (<c>docs/machine.md</c> 4.2). A transfer's results appear at its commit.
    /// </summary>
    internal long Applied(InstructionLocation location)
    {
        var commit = Timing.Commit(location.Engine)[location.Index];
        var starts = Timing.Start(location.Engine);
        return this[location].IsTransfer || location.Index + 1 >= starts.Length ? commit : Math.Min(commit, starts[location.Index + 1]);
    }
}
