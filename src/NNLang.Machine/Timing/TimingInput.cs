using System.Numerics;
using System.Runtime.InteropServices;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Machine.Timing;

/// <summary>
/// The streams of a program as the simulation reads them: filled instruction by instruction, cleared and reused. Not thread-safe.
/// </summary>
/// <remarks>
/// Two ways to fill it give the same times: whole instructions, or, for a compiler with templates, costs that it kept
/// (<see cref="InstructionCost"/> is a function of shapes alone) with the boxes of the present addresses.
/// </remarks>
public sealed class TimingInput
{
    private readonly CostArguments _arguments = new();
    private readonly PortSet _ports;
    private readonly EngineTimingState[] _states = new EngineTimingState[Engines.Count];
    private readonly InstructionTiming[][] _streams = new InstructionTiming[Engines.Count][];
    private readonly int[] _counts = new int[Engines.Count];
    private SemaphoreWait[] _waits = new SemaphoreWait[64];
    private int _waitCount;
    private readonly List<TransferTiming> _transfers = [];
    private readonly HashSet<(long, long)> _splits = [];
    private readonly ulong _picosecondsPerByte;
    private readonly ulong _bytesPerPicosecond;

    /// <summary>Makes an empty input for a device that passes <see cref="DeviceValidator"/>.</summary>
    public TimingInput(DeviceDescription device)
    {
        Device = device;
        _ports = new PortSet(device);
        for (var i = 0; i < _streams.Length; i++)
        {
            _streams[i] = new InstructionTiming[64];
        }

        // rate = min(engine rate, hbm rate / 16): as a reduced fraction of ps per byte.
        var hbm = device.Memory(MemoryKind.Hbm)?.BytesPerSecond;
        BigInteger rate = device.Dma.BytesPerSecond * (BigInteger)device.Dma.Count;
        rate = hbm is { } limit ? BigInteger.Min(rate, limit) : rate;
        BigInteger time = 1_000_000_000_000 * (BigInteger)device.Dma.Count;
        var common = BigInteger.GreatestCommonDivisor(time, rate);
        _picosecondsPerByte = (ulong)(time / common);
        _bytesPerPicosecond = (ulong)(rate / common);
        Clear();
    }

    /// <summary>The device.</summary>
    public DeviceDescription Device { get; }

    /// <summary>The number of instructions of a stream.</summary>
    public int Count(Engine engine) => _counts[(int)engine];

    /// <summary>The number of transfers of all streams, in the order they were added.</summary>
    public int TransferCount => _transfers.Count;

    /// <summary>The instructions of each stream; only the first <see cref="Count"/> count.</summary>
    internal InstructionTiming[][] Streams => _streams;

    internal SemaphoreWait[] Waits => _waits;

    internal ReadOnlySpan<TransferTiming> Transfers => CollectionsMarshal.AsSpan(_transfers);

    internal QueueTiming[] Queues { get; } = new QueueTiming[16];

    internal int PortCount => _ports.Count;

    /// <summary>For each DMA engine its class: engines of one class have equal shares in every transfer, so they act alike.</summary>
    internal int[] ClassOf { get; } = new int[16];

    internal int Classes { get; private set; }

    /// <summary>One more than the highest semaphore that is named.</summary>
    internal int SemaphoreLimit { get; private set; }

    /// <summary>Forgets everything, keeps the room.</summary>
    public void Clear()
    {
        Array.Clear(_states);
        Array.Clear(_counts);
        _waitCount = 0;
        _transfers.Clear();
        _splits.Clear();
        Array.Clear(ClassOf);
        Classes = 1;
        SemaphoreLimit = 0;
        Array.Fill(Queues, new QueueTiming { Source = DescriptorSource.Static });
    }

    /// <summary>Declares a queue; queues not declared have static descriptors.</summary>
    public void AddQueue(QueueDeclaration queue) => Queues[queue.Number] = new QueueTiming { Source = queue.Source, Sequencer = queue.Sequencer };

    /// <summary>Adds the queues and all instructions of a program.</summary>
    /// <returns>Null, or what is wrong with which instruction.</returns>
    public string? AddProgram(MachineProgram program)
    {
        foreach (var queue in program.Queues)
        {
            AddQueue(queue);
        }

        foreach (var stream in program.Streams)
        {
            var instructions = stream.Decode();
            for (var i = 0; i < instructions.Length; i++)
            {
                if (Add(stream.Engine, instructions[i]) is { } problem)
                {
                    return $"{Engines.Name(stream.Engine)} {i}: {problem}";
                }
            }
        }

        return null;
    }

    /// <summary>Appends an instruction to a stream.</summary>
    /// <returns>Null, or why it has no time; then nothing was added.</returns>
    public string? Add(Engine engine, in Instruction instruction)
    {
        ref var state = ref _states[(int)engine];
        if (Device.Costs.Evaluate(_arguments, engine, instruction, state.Previous, out var problem) is not { } cost)
        {
            return problem;
        }

        TransferShape shape = default;
        if (instruction.IsTransfer && (instruction.Attributes.Queue >= Device.Dma.Queues || !TransferShape.TryCreate(instruction, out shape)))
        {
            return "the transfer has no queue of the device, or its sides differ in size";
        }

        var setup = cost.FunctionSet != 0 && cost.FunctionSet != state.FunctionSet ? cost.Setup : 0;
        var dependent = state.IsDependent(instruction);
        Append(engine, cost, dependent, setup, _ports.Of(engine, instruction), instruction.Waits, instruction.Increment);
        if (instruction.IsTransfer)
        {
            AppendTransfer(engine, instruction.Attributes.Queue, shape);
        }

        state.Advance(instruction, cost.FunctionSet);
        return null;
    }

    /// <summary>Appends an instruction of a template.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="cost">Its cost, from <see cref="CostModel.Evaluate(Engine, in Instruction, Opcode, out string?)"/>.</param>
    /// <param name="ports">The ports it holds, from <see cref="PortsOf"/>.</param>
    /// <param name="destination">The box of its destination; empty for none.</param>
    /// <param name="sources">The boxes of its sources.</param>
    /// <param name="waits">What it waits for.</param>
    /// <param name="increment">What it increments.</param>
    /// <remarks>For activation_reduce, transfers and devices with rules on previous.instruction, add whole instructions.</remarks>
    public void Add(
        Engine engine, in InstructionCost cost, ushort ports, in OperandBox destination, ReadOnlySpan<OperandBox> sources,
        ReadOnlySpan<SemaphoreWait> waits, ushort? increment)
    {
        ref var state = ref _states[(int)engine];
        var dependent = false;
        foreach (ref readonly var source in sources)
        {
            dependent |= source.Hits(state.PreviousDestination) || source.Hits(state.PreviousColumn);
        }

        var setup = cost.FunctionSet != 0 && cost.FunctionSet != state.FunctionSet ? cost.Setup : 0;
        Append(engine, cost, dependent, setup, ports, waits, increment);
        state.PreviousDestination = destination;
        state.PreviousColumn = default;
        state.Previous = Opcode.None;
        state.FunctionSet = cost.FunctionSet != 0 ? cost.FunctionSet : state.FunctionSet;
    }

    /// <summary>Appends the trigger of a transfer of a template.</summary>
    /// <param name="engine">The triggering sequencer.</param>
    /// <param name="queue">The queue, below 16.</param>
    /// <param name="shape">The transfer's shape.</param>
    /// <param name="waits">What it waits for.</param>
    /// <param name="increment">What it increments.</param>
    public void AddTransfer(Engine engine, int queue, in TransferShape shape, ReadOnlySpan<SemaphoreWait> waits, ushort? increment)
    {
        var trigger = Device.Picoseconds(engine, Device.SemaphoreCycles);
        var cost = new InstructionCost { Busy = trigger, BusyIdle = trigger, BusyDependent = trigger, BusyDependentIdle = trigger };
        Append(engine, cost, false, 0, 0, waits, increment);
        AppendTransfer(engine, (byte)queue, shape);
        ref var state = ref _states[(int)engine];
        state = new EngineTimingState { Previous = Opcode.DmaCopy, FunctionSet = state.FunctionSet };
    }

    /// <summary>The ports an instruction holds; with a port per bank they depend on its addresses.</summary>
    public ushort PortsOf(Engine engine, in Instruction instruction) => _ports.Of(engine, instruction);

    /// <summary>The time of a share (5.5), ps.</summary>
    internal long ShareTime(long rows, long rowBytes)
    {
        if (rows == 0)
        {
            return Device.Dma.RowPicoseconds;
        }

        var bytes = (UInt128)(ulong)rows * (ulong)rowBytes;
        UInt128 time = bytes < ulong.MaxValue / _picosecondsPerByte - 1
            ? (((ulong)bytes * _picosecondsPerByte) + _bytesPerPicosecond - 1) / _bytesPerPicosecond
            : ((bytes * _picosecondsPerByte) + _bytesPerPicosecond - 1) / _bytesPerPicosecond;
        return checked((rows * Device.Dma.RowPicoseconds) + (long)time);
    }

    private void Append(
        Engine engine, in InstructionCost cost, bool dependent, long setup, ushort ports, ReadOnlySpan<SemaphoreWait> waits, ushort? increment)
    {
        ref var stream = ref _streams[(int)engine];
        var index = _counts[(int)engine]++;
        if (index == stream.Length)
        {
            Array.Resize(ref stream, 2 * index);
        }

        ref var instruction = ref stream[index];
        instruction.Busy = cost.Occupancy(dependent, idle: false) + setup;
        instruction.BusyIdle = cost.Occupancy(dependent, idle: true) + setup;
        instruction.FirstWait = _waitCount;
        instruction.Waits = (byte)waits.Length;
        instruction.Increment = increment ?? -1;
        instruction.Transfer = -1;
        instruction.Ports = ports;
        if (_waits.Length - _waitCount < waits.Length)
        {
            Array.Resize(ref _waits, 2 * (_waitCount + waits.Length));
        }

        waits.CopyTo(_waits.AsSpan(_waitCount));
        _waitCount += waits.Length;
        SemaphoreLimit = Math.Max(SemaphoreLimit, increment + 1 ?? 0);
        foreach (var wait in waits)
        {
            SemaphoreLimit = Math.Max(SemaphoreLimit, wait.Semaphore + 1);
        }
    }

    private void AppendTransfer(Engine engine, byte queue, in TransferShape shape)
    {
        var index = _counts[(int)engine] - 1;
        _streams[(int)engine][index].Transfer = _transfers.Count;
        var engines = Device.Dma.Count;
        var uniform = shape.FirstPartition == 0 && shape.Partitions % (8 * engines) == 0;
        if (!uniform && _splits.Add((shape.FirstPartition, shape.Partitions)))
        {
            Split(shape);
        }

        _transfers.Add(new TransferTiming
        {
            Shape = shape,
            Queue = queue,
            UniformShare = uniform ? ShareTime(shape.Rows / engines, shape.RowBytes) : -1,
            Trigger = new InstructionLocation(engine, index),
        });
    }

    // Engines stay in one class as long as every transfer gives them the same number of partitions.
    private void Split(in TransferShape shape)
    {
        var known = new Dictionary<(int, long), int>();
        var engines = Device.Dma.Count;
        for (var engine = 0; engine < engines; engine++)
        {
            var key = (ClassOf[engine], shape.RowsOn(engine, engines));
            if (!known.TryGetValue(key, out var number))
            {
                number = known.Count;
                known.Add(key, number);
            }

            ClassOf[engine] = number;
        }

        Classes = known.Count;
    }

    internal struct QueueTiming
    {
        public DescriptorSource Source;
        public Engine Sequencer;
    }
}
