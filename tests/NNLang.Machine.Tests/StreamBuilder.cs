using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Machine.Timing;
using NNLang.Tensors;

namespace NNLang.Machine.Tests;

/// <summary>Writes streams of real instructions for tests of time.</summary>
internal sealed class StreamBuilder(DeviceDescription device)
{
    private readonly List<Instruction>[] _streams = [[], [], [], [], []];

    public DeviceDescription Device { get; } = device;

    public List<QueueDeclaration> Queues { get; } = [];

    public IReadOnlyList<Instruction> this[Engine engine] => _streams[(int)engine];

    public static OnChipOperand Sbuf(int offset, int n, int partitions = 128, int first = 0, int stride = 1, ElementType type = ElementType.F32) =>
        new(MemoryKind.Sbuf, first, partitions, (uint)offset, type, new OnChipOperand.Dimension((ushort)n, (short)stride));

    public static OnChipOperand Psum(int offset, int n, int partitions = 128, int first = 0) =>
        new(MemoryKind.Psum, first, partitions, (uint)offset, ElementType.F32, new OnChipOperand.Dimension((ushort)n, 1));

    public static HbmOperand Hbm(int region, long offset, uint partitions, long rowStride, uint n, ElementType type = ElementType.F32) =>
        new(region, offset, type, [new HbmOperand.Dimension(partitions, rowStride)], [new HbmOperand.Dimension(n, DeviceTypes.Bytes(type))]);

    public void Add(Engine engine, in Instruction instruction) => _streams[(int)engine].Add(instruction);

    public void Add(
        Engine engine, Opcode opcode, ReadOnlySpan<Operand> operands, InstructionAttributes attributes = default, int increment = -1,
        params ReadOnlySpan<(int Semaphore, long Value)> waits)
    {
        var conditions = new List<SemaphoreWait>();
        foreach (var (semaphore, value) in waits)
        {
            if (value > 0)
            {
                conditions.Add(new SemaphoreWait((ushort)semaphore, (uint)value));
            }
        }

        Add(engine, new Instruction(opcode, operands, attributes, conditions.ToArray(), increment < 0 ? null : (ushort)increment));
    }

    public TimingResult Simulate()
    {
        var input = new TimingInput(Device);
        foreach (var queue in Queues)
        {
            input.AddQueue(queue);
        }

        for (var engine = 0; engine < Engines.Count; engine++)
        {
            foreach (var instruction in _streams[engine])
            {
                Assert.Null(input.Add((Engine)engine, instruction));
            }
        }

        return new TimingSimulator().Run(input);
    }
}
