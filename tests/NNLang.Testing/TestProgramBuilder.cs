using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Testing;

/// <summary>Builds small programs; every instruction increments its writer's semaphore, waits are given as instructions to wait for.</summary>
public sealed class TestProgramBuilder
{
    private readonly List<(Instruction Instruction, InstructionLocation Location)>[] _streams = [[], [], [], [], []];
    private readonly int[] _transfers = new int[16];
    private readonly List<Region> _regions = [];
    private readonly List<InstructionLocation> _order = [];

    public IReadOnlyList<InstructionLocation> Order => _order;

    public Region[] Regions => [.. _regions];

    public int AddRegion(string name, RegionKind kind, long bytes, Recipe? recipe = null)
    {
        _regions.Add(new Region(name, kind, ElementType.F32, [bytes / 4], bytes, recipe));
        return _regions.Count - 1;
    }

    /// <summary>The semaphore of the instruction's writer and the value that tells it is complete.</summary>
    public SemaphoreWait WaitFor(InstructionLocation location)
    {
        var (instruction, _) = _streams[(int)location.Engine][location.Index];
        var before = _streams[(int)location.Engine].Take(location.Index + 1);
        return instruction.IsTransfer
            ? new SemaphoreWait((ushort)(8 + instruction.Attributes.Queue), (uint)(16 * before.Count(item => item.Instruction.IsTransfer && item.Instruction.Attributes.Queue == instruction.Attributes.Queue)))
            : new SemaphoreWait((ushort)location.Engine, (uint)before.Count(item => !item.Instruction.IsTransfer));
    }

    /// <summary>Appends an instruction. A transfer of sequencer e uses queue e.</summary>
    public InstructionLocation Add(Engine engine, Instruction instruction, params InstructionLocation[] after)
    {
        var waits = after.Select(WaitFor).GroupBy(wait => wait.Semaphore).Select(group => group.MaxBy(wait => wait.Value)).ToArray();
        var increment = instruction.IsTransfer ? (ushort)(8 + (int)engine) : (ushort)engine;
        var attributes = instruction.Attributes with { Queue = instruction.IsTransfer ? (byte)engine : (byte)0 };
        var location = new InstructionLocation(engine, _streams[(int)engine].Count);
        _streams[(int)engine].Add((new Instruction(instruction.Opcode, instruction.Operands, attributes, waits, increment), location));
        _order.Add(location);
        return location;
    }

    public MachineProgram Build(DebugSection? debug = null) => new()
    {
        Name = "test",
        DeviceName = "neuron_core_v2",
        DeviceHash = NeuronCoreV2.Device.Hash,
        FunctionTablesHash = FunctionTables.Standard.Hash,
        Regions = [.. _regions],
        Semaphores =
        [
            .. Enumerable.Range(0, 5).Select(engine => new SemaphoreDeclaration((ushort)engine, (Engine)engine, null)),
            .. Enumerable.Range(0, 5).Select(engine => new SemaphoreDeclaration((ushort)(8 + engine), null, engine)),
        ],
        Queues = [.. Enumerable.Range(0, 5).Select(engine => new QueueDeclaration(engine, (Engine)engine, DescriptorSource.Static, (ushort)(8 + engine)))],
        Streams = [.. Enumerable.Range(0, 5).Select(engine => InstructionStream.Of((Engine)engine, _streams[engine].Select(item => item.Instruction).ToArray()))],
        Inputs = [.. Tensors(RegionKind.Input)],
        Outputs = [.. Tensors(RegionKind.Output)],
        Debug = debug,
    };

    private IEnumerable<ProgramTensor> Tensors(RegionKind kind) =>
        _regions.Select((region, index) => (region, index)).Where(item => item.region.Kind == kind)
            .Select(item => new ProgramTensor(item.region.Name, item.index, ElementType.F32, new Shape(item.region.Bytes / 4)));
}
