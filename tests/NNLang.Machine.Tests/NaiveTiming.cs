using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Machine.Tests;

/// <summary>
/// The simulation of machine.md 7.8 written as the text says, without caches, classes or shortcuts: every DMA engine by itself, every
/// candidate recomputed at every action, times in 128 bits. The product's simulator is compared with it.
/// </summary>
internal sealed class NaiveTiming
{
    private readonly StreamBuilder _program;
    private readonly List<(long Visible, int Step)>[] _semaphores = new List<(long, int)>[256];
    private readonly int[] _next = new int[5];
    private readonly long[] _free = new long[5];
    private readonly long[] _latestCommit = new long[5];
    private readonly EngineTimingState[] _states = new EngineTimingState[5];
    private readonly Dictionary<string, long> _ports = [];
    private readonly List<Transfer>[] _queues = new List<Transfer>[16];
    private readonly long[] _generators = new long[3];
    private readonly int[] _served = new int[16];
    private readonly long[] _dmaFree = new long[16];
    private readonly long[] _queueArrival = new long[16];
    private readonly long[] _queueCommit = new long[16];

    public NaiveTiming(StreamBuilder program)
    {
        _program = program;
        for (var i = 0; i < 256; i++)
        {
            _semaphores[i] = [];
        }

        for (var i = 0; i < 16; i++)
        {
            _queues[i] = [];
        }

        Array.Fill(_served, 15);
    }

    public List<(long Start, long End, long Commit)>[] Times { get; } = [[], [], [], [], []];

    public long Makespan { get; private set; }

    public void Run()
    {
        while (true)
        {
            (long Start, long Request, int Agent) best = (long.MaxValue, long.MaxValue, int.MaxValue);
            for (var engine = 0; engine < 5; engine++)
            {
                if (Candidate(engine) is var (start, request) && (start, request, engine).CompareTo(best) < 0)
                {
                    best = (start, request, engine);
                }
            }

            for (var dma = 0; dma < 16; dma++)
            {
                if (DmaStart(dma) is { } start && start < best.Start)
                {
                    best = (start, start, 5 + dma);
                }
            }

            if (best.Agent == int.MaxValue)
            {
                return;
            }

            if (best.Agent < 5)
            {
                Issue(best.Agent, best.Start);
            }
            else
            {
                Serve(best.Agent - 5, best.Start);
            }
        }
    }

    private long Ps(int engine, long cycles)
    {
        var clock = _program.Device.Engine((Engine)engine)!.ClockHz;
        return (long)((((Int128)cycles * 1_000_000_000_000) + clock - 1) / clock);
    }

    private (long Start, long Request)? Candidate(int engine)
    {
        if (_next[engine] == _program[(Engine)engine].Count)
        {
            return null;
        }

        var instruction = _program[(Engine)engine][_next[engine]];
        var request = _free[engine];
        foreach (var wait in instruction.Waits)
        {
            long value = 0;
            long? reached = null;
            foreach (var (visible, step) in _semaphores[wait.Semaphore])
            {
                value += step;
                if (value >= wait.Value)
                {
                    reached = visible;
                    break;
                }
            }

            if (reached is null)
            {
                return null;
            }

            request = Math.Max(request, reached.Value + Ps(engine, _program.Device.SemaphoreCycles));
        }

        var start = request;
        foreach (var port in Ports(engine, instruction))
        {
            start = Math.Max(start, _ports.GetValueOrDefault(port));
        }

        return (start, request);
    }

    // v2: {V, G} on sbuf, {V, S} on psum. v3: {V, S} on a bank of psum, {V, G} on sbuf while V has dense 16-bit operands only.
    private IEnumerable<string> Ports(int engine, Instruction instruction)
    {
        if (instruction.IsTransfer)
        {
            yield break;
        }

        var operands = instruction.Operands.ToArray().Where(operand => operand.IsOnChip).Select(operand => operand.OnChip).ToList();
        var isV3 = _program.Device.Name == "neuron_core_v3";
        var inSbuf = operands.Exists(operand => operand.Memory == MemoryKind.Sbuf);
        var isFast = operands.TrueForAll(operand => DeviceTypes.Bytes(operand.Type) == 2 && operand.Dimensions is [{ Stride: 1 }]);
        if (inSbuf && (engine == 3 || (engine == 1 && (!isV3 || isFast))))
        {
            yield return "sbuf";
        }

        foreach (var operand in operands.Where(operand => engine is 1 or 2 && operand.Memory == MemoryKind.Psum))
        {
            yield return isV3 ? $"psum {operand.Offset / 2048}" : "psum";
        }
    }

    private long Step(Engine engine, ref EngineTimingState state, in Instruction instruction, bool idle)
    {
        var cost = _program.Device.Costs.Evaluate(engine, instruction, state.Previous, out var problem)
            ?? throw new InvalidOperationException($"The instruction has no time: {problem}.");
        var dependent = state.IsDependent(instruction);
        var setup = cost.FunctionSet != 0 && cost.FunctionSet != state.FunctionSet ? cost.Setup : 0;
        state.Advance(instruction, cost.FunctionSet);
        return cost.Occupancy(dependent, idle) + setup;
    }

    private void Issue(int engine, long start)
    {
        var instruction = _program[(Engine)engine][_next[engine]];
        var idle = _next[engine] == 0 || start > _free[engine];
        var end = start + Step((Engine)engine, ref _states[engine], instruction, idle);
        foreach (var port in Ports(engine, instruction))
        {
            _ports[port] = end;
        }

        _next[engine]++;
        _free[engine] = end;
        if (instruction.IsTransfer)
        {
            Trigger(engine, instruction, end);
            Times[engine].Add((start, end, -1));
            _latestCommit[engine] = Math.Max(_latestCommit[engine], end);
        }
        else
        {
            var commit = end + Ps(engine, _program.Device.Engine((Engine)engine)!.DrainCycles);
            Times[engine].Add((start, end, commit));
            _latestCommit[engine] = commit;
            Makespan = Math.Max(Makespan, commit);
            if (instruction.Increment is { } semaphore)
            {
                _semaphores[semaphore].Add((commit, 1));
            }
        }
    }

    private void Trigger(int engine, Instruction instruction, long end)
    {
        var dma = _program.Device.Dma;
        var q = instruction.Attributes.Queue;
        var queue = _program.Queues.Find(declared => declared.Number == q);
        var generated = end;
        if (queue is { Source: not DescriptorSource.Static })
        {
            var generator = queue.Source == DescriptorSource.Software ? 2 : queue.Sequencer == Engine.Scalar ? 0 : 1;
            generated = Math.Max(end, _generators[generator]);
            _generators[generator] = generated
                + (queue.Source == DescriptorSource.Software ? dma.SoftwareIssuePicoseconds : dma.HardwareIssuePicoseconds) ?? 0;
        }

        var arrival = Math.Max(Math.Max(generated + dma.LaunchPicoseconds, _queueArrival[q]), _latestCommit[engine]);
        _queueArrival[q] = arrival;
        Assert.True(TransferShape.TryCreate(instruction, out var shape));
        var transfer = new Transfer { Engine = engine, Index = _next[engine] - 1, Queue = q, Arrival = arrival, Semaphore = instruction.Increment };
        for (var k = 0; k < shape.Partitions; k++)
        {
            transfer.Rows[((shape.FirstPartition + k) >> 3) & 15] += shape.RowsPerPartition;
        }

        transfer.RowBytes = shape.RowBytes;
        _queues[q].Add(transfer);
    }

    private long? DmaStart(int dma)
    {
        long? best = null;
        foreach (var queue in _queues)
        {
            if (queue.Find(transfer => !transfer.Served[dma]) is { } head)
            {
                var start = Math.Max(_dmaFree[dma], head.Arrival);
                best = best is { } other ? Math.Min(other, start) : start;
            }
        }

        return best;
    }

    private void Serve(int dma, long start)
    {
        for (var turn = 1; turn <= 16; turn++)
        {
            var q = (_served[dma] + turn) % 16;
            if (_queues[q].Find(transfer => !transfer.Served[dma]) is { } head && head.Arrival <= start)
            {
                _served[dma] = q;
                head.Served[dma] = true;
                var description = _program.Device.Dma;
                var rate = Int128.Min((Int128)description.BytesPerSecond * 16, _program.Device.Memory(MemoryKind.Hbm)!.BytesPerSecond ?? long.MaxValue);
                var bytes = (Int128)head.Rows[dma] * head.RowBytes;
                var time = head.Rows[dma] == 0
                    ? description.RowPicoseconds
                    : (head.Rows[dma] * description.RowPicoseconds) + (long)(((bytes * 16_000_000_000_000) + rate - 1) / rate);
                _dmaFree[dma] = start + time;
                head.Last = Math.Max(head.Last, start + time);
                if (head.Served.All(done => done))
                {
                    var commit = Math.Max(head.Last + description.LandPicoseconds, _queueCommit[q]);
                    _queueCommit[q] = commit;
                    Makespan = Math.Max(Makespan, commit);
                    var (s, e, _) = Times[head.Engine][head.Index];
                    Times[head.Engine][head.Index] = (s, e, commit);
                    if (head.Semaphore is { } semaphore)
                    {
                        _semaphores[semaphore].Add((commit, description.Completion));
                    }
                }

                return;
            }
        }

        throw new InvalidOperationException("No queue has arrived.");
    }

    private sealed class Transfer
    {
        public int Engine;
        public int Index;
        public int Queue;
        public long Arrival;
        public long Last;
        public long RowBytes;
        public ushort? Semaphore;
        public long[] Rows { get; } = new long[16];
        public bool[] Served { get; } = new bool[16];
    }
}
