using System.Collections.Immutable;
using System.Numerics;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Timing;

/// <summary>
/// The one simulation of streams (<c>docs/machine.md</c> 7.8): repeatedly the agent whose next action can start earliest acts; ties go to the
/// earliest request, then to agent order. Every action only creates later conditions, so this is the order of events. Deterministic. An action
/// costs a scan over the sequencers and the classes of DMA engines that act alike, at most 21, usually 6 or 7. Reusable; not thread-safe.
/// </summary>
public sealed partial class TimingSimulator
{
    private const int Sequencers = Engines.Count;
    private const int Queues = 16;
    private const long Never = long.MaxValue;

    private readonly long[] _start = new long[Sequencers];
    private readonly long[] _request = new long[Sequencers];
    private readonly long[] _free = new long[Sequencers];
    private readonly long[] _lastCommit = new long[Sequencers];
    private readonly long[] _handOff = new long[Sequencers];
    private readonly long[] _drain = new long[Sequencers];
    private readonly int[] _position = new int[Sequencers];
    private readonly long[] _blockedUntil = new long[Sequencers];
    private readonly int[] _binder = new int[Sequencers];
    private readonly StartReason[] _reason = new StartReason[Sequencers];
    private readonly long[] _portFree = new long[PortSet.MaximumPorts];
    private readonly int[] _portHolder = new int[PortSet.MaximumPorts];
    private readonly long[] _generatorFree = new long[3];

    private SemaphoreTiming[] _semaphores = [];
    private long[] _visible = [];
    private int[] _visibleBy = [];
    private int[] _sharesLeft = [];
    private long[] _lastShare = [];

    private readonly long[] _busy = new long[Sequencers];

    // The arrays of the input and of the result, kept here because every action reads and writes them.
    private long[][] _starts = [];
    private long[][] _ends = [];
    private long[][] _commits = [];
    private int[][] _binders = [];
    private StartReason[][] _reasons = [];
    private InstructionTiming[][] _streams = [];
    private readonly int[] _counts = new int[Sequencers];
    private SemaphoreWait[] _waits = [];
    private TimingInput _input = null!;
    private TimingResult _result = null!;

    /// <summary>Makes a simulator.</summary>
    public TimingSimulator()
    {
        for (var i = 0; i < Queues; i++)
        {
            _queues[i] = [];
        }
    }

    /// <summary>Simulates the streams of an input.</summary>
    /// <param name="input">The streams.</param>
    /// <param name="result">A result to reuse; null for a new one.</param>
    /// <returns>The times; with <see cref="TimingResult.Deadlock"/> if not every stream came to its end.</returns>
    public TimingResult Run(TimingInput input, TimingResult? result = null)
    {
        _input = input;
        _result = result ?? new TimingResult();
        Prepare();
        for (var engine = 0; engine < Sequencers; engine++)
        {
            Request(engine);
        }

        Loop();
        Finish();
        return _result;
    }

    private void Loop()
    {
        var classes = _input.Classes;
        ReadOnlySpan<long> starts = _start;
        ReadOnlySpan<long> requests = _request;
        ReadOnlySpan<long> transfers = _dmaStart.AsSpan(0, classes);
        while (true)
        {
            var best = starts[0];
            var agent = 0;
            for (var engine = 1; engine < starts.Length; engine++)
            {
                if (starts[engine] < best || (starts[engine] == best && requests[engine] < requests[agent]))
                {
                    (best, agent) = (starts[engine], engine);
                }
            }

            for (var index = 0; index < transfers.Length; index++)
            {
                if (transfers[index] < best)
                {
                    (best, agent) = (transfers[index], Sequencers + index);
                }
            }

            if (best == Never)
            {
                return;
            }

            if (agent < Sequencers)
            {
                Issue(agent, best);
            }
            else
            {
                Serve(agent - Sequencers, best);
            }
        }
    }

    // The next instruction of a sequencer: when its conditions hold, if that is known.
    private void Request(int engine)
    {
        var index = _position[engine];
        if (index == _counts[engine])
        {
            _start[engine] = Never;
            return;
        }

        ref readonly var instruction = ref _streams[engine][index];
        var request = _free[engine];
        var reason = index == 0 ? StartReason.ProgramStart : StartReason.Predecessor;
        var binder = index == 0 ? -1 : TimingResult.Pack(engine, index - 1);
        for (var i = 0; i < instruction.Waits; i++)
        {
            var wait = _waits[instruction.FirstWait + i];
            if (wait.Value == 0)
            {
                continue;
            }

            // The increment that reaches the value, from 0.
            ref var semaphore = ref _semaphores[wait.Semaphore];
            var ordinal = semaphore.Step == 1 ? wait.Value - 1 : (wait.Value - 1) / (uint)semaphore.Step;
            if ((uint)semaphore.Done <= ordinal)
            {
                semaphore.Blocked |= 1u << engine;
                _blockedUntil[engine] = ordinal;
                _start[engine] = Never;
                return;
            }

            var entry = semaphore.First + (int)ordinal;
            var holds = _visible[entry] + _handOff[engine];
            if (holds > request)
            {
                request = holds;
                reason = IsTransfer(_visibleBy[entry]) ? StartReason.Transfer : StartReason.Instruction;
                binder = _visibleBy[entry];
            }
        }

        _request[engine] = request;
        _reason[engine] = reason;
        _binder[engine] = binder;
        _start[engine] = AfterPorts(request, instruction.Ports);
    }

    private bool IsTransfer(int packed) => _streams[packed >> 28][packed & 0xFFFFFFF].Transfer >= 0;

    private long AfterPorts(long request, int ports)
    {
        while (ports != 0)
        {
            request = Math.Max(request, _portFree[BitOperations.TrailingZeroCount(ports)]);
            ports &= ports - 1;
        }

        return request;
    }

    private void Issue(int engine, long start)
    {
        var index = _position[engine];
        ref readonly var instruction = ref _streams[engine][index];
        var busy = index == 0 || start > _free[engine] ? instruction.BusyIdle : instruction.Busy;
        var end = start + busy;
        _starts[engine][index] = start;
        _ends[engine][index] = end;
        _busy[engine] += busy;
        var waited = start > _request[engine];
        _reasons[engine][index] = waited ? StartReason.Port : _reason[engine];
        _binders[engine][index] = waited ? Holder(start, instruction.Ports) : _binder[engine];

        _free[engine] = end;
        _position[engine] = index + 1;
        if (instruction.Ports != 0)
        {
            HoldPorts(engine, index, instruction.Ports, end);
        }

        var commit = end + _drain[engine];
        if (instruction.Transfer >= 0)
        {
            Arrive(engine, instruction.Transfer, end);
            _lastCommit[engine] = Math.Max(_lastCommit[engine], end);
        }
        else
        {
            _commits[engine][index] = commit;
            _lastCommit[engine] = commit;
            if (instruction.Increment >= 0)
            {
                Increment(instruction.Increment, commit, TimingResult.Pack(engine, index));
            }
        }

        Request(engine);
    }

    private int Holder(long start, int ports)
    {
        while (ports != 0)
        {
            var port = BitOperations.TrailingZeroCount(ports);
            if (_portFree[port] == start)
            {
                return _portHolder[port];
            }

            ports &= ports - 1;
        }

        return -1;
    }

    private void HoldPorts(int engine, int index, int ports, long end)
    {
        for (var left = ports; left != 0; left &= left - 1)
        {
            var port = BitOperations.TrailingZeroCount(left);
            _portFree[port] = end;
            _portHolder[port] = TimingResult.Pack(engine, index);
        }

        for (var other = 0; other < Sequencers; other++)
        {
            if (other != engine && _start[other] != Never)
            {
                var wanted = _streams[other][_position[other]].Ports;
                if ((wanted & ports) != 0)
                {
                    _start[other] = AfterPorts(_request[other], wanted);
                }
            }
        }
    }

    private void Increment(int semaphore, long visible, int by)
    {
        ref var state = ref _semaphores[semaphore];
        var done = state.Done++;
        var entry = state.First + done;

        // A semaphore never goes back; with one writer the times ascend anyway.
        _visible[entry] = done > 0 ? Math.Max(visible, _visible[entry - 1]) : visible;
        _visibleBy[entry] = by;
        for (var left = state.Blocked; left != 0; left &= left - 1)
        {
            var engine = BitOperations.TrailingZeroCount(left);
            if (_blockedUntil[engine] <= done)
            {
                state.Blocked &= ~(1u << engine);
                Request(engine);
            }
        }
    }

    private void Prepare()
    {
        var device = _input.Device;
        _streams = _input.Streams;
        _waits = _input.Waits;
        for (var engine = 0; engine < Sequencers; engine++)
        {
            if (device.Engine((Engine)engine) is { } description)
            {
                _handOff[engine] = DeviceDescription.Picoseconds(device.SemaphoreCycles, description.ClockHz);
                _drain[engine] = DeviceDescription.Picoseconds(description.DrainCycles, description.ClockHz);
            }

            _counts[engine] = _input.Count((Engine)engine);
            PrepareStream(engine, _counts[engine]);
        }

        Array.Clear(_free);
        Array.Clear(_lastCommit);
        Array.Clear(_position);
        Array.Clear(_portFree);
        Array.Clear(_generatorFree);
        Array.Fill(_dmaStart, Never);
        Array.Clear(_dmaFree);
        Array.Clear(_dmaBusy);
        Array.Fill(_dmaLastQueue, Queues - 1);
        Array.Fill(_dmaLastTransfer, -1);
        Array.Clear(_dmaPending);
        Array.Clear(_dmaHead);
        Array.Clear(_queueArrival);
        Array.Clear(_queueCommit);
        foreach (var queue in _queues)
        {
            queue.Clear();
        }

        for (var engine = _input.ClassOf.Length - 1; engine >= 0; engine--)
        {
            _classEngine[_input.ClassOf[engine]] = engine < device.Dma.Count ? engine : 0;
        }

        (_starts, _ends, _commits) = (_result.Starts, _result.Ends, _result.Commits);
        (_binders, _reasons) = (_result.Binders, _result.Reasons);
        Array.Clear(_busy);
        PrepareSemaphores();
        var transfers = _input.TransferCount;
        Fit(ref _sharesLeft, transfers);
        Fit(ref _lastShare, transfers);
        Fit(ref _result.TransferArray, transfers);
        _result.TransferCount = transfers;
        _result.Makespan = 0;
        _result.Deadlock = [];
    }

    private void PrepareStream(int engine, int count)
    {
        Fit(ref _result.Starts[engine], count);
        Fit(ref _result.Ends[engine], count);
        Fit(ref _result.Commits[engine], count);
        Fit(ref _result.Binders[engine], count);
        Fit(ref _result.Reasons[engine], count);
        _result.Counts[engine] = count;
    }

    // One slot for every increment: the offsets are the prefix sums of the counts.
    private void PrepareSemaphores()
    {
        var semaphores = _input.SemaphoreLimit;
        Fit(ref _semaphores, semaphores);
        Array.Fill(_semaphores, new SemaphoreTiming { Step = 1 });
        var total = 0;
        for (var engine = 0; engine < Sequencers; engine++)
        {
            foreach (ref readonly var instruction in _streams[engine].AsSpan(0, _counts[engine]))
            {
                if (instruction.Increment >= 0)
                {
                    ref var semaphore = ref _semaphores[instruction.Increment];
                    semaphore.Done++;
                    total++;
                    if (instruction.Transfer >= 0)
                    {
                        semaphore.Step = _input.Device.Dma.Completion;
                    }
                }
            }
        }

        var first = 0;
        for (var i = 0; i < semaphores; i++)
        {
            ref var semaphore = ref _semaphores[i];
            semaphore.First = first;
            first += semaphore.Done;
            semaphore.Done = 0;
        }

        Fit(ref _visible, total);
        Fit(ref _visibleBy, total);
    }

    private void Finish()
    {
        _busy.CopyTo(_result.BusyTimes, 0);
        for (var engine = 0; engine < Sequencers; engine++)
        {
            // Of an engine's own instructions the last one commits last; transfers were counted as they completed.
            _result.Makespan = Math.Max(_result.Makespan, _lastCommit[engine]);
        }

        Array.Clear(_result.DmaBusyTimes);
        for (var engine = 0; engine < _input.Device.Dma.Count; engine++)
        {
            _result.DmaBusyTimes[engine] = _dmaBusy[_input.ClassOf[engine]];
        }

        var blocked = ImmutableArray.CreateBuilder<BlockedInstruction>();
        for (var engine = 0; engine < Sequencers; engine++)
        {
            var index = _position[engine];
            if (index == _counts[engine])
            {
                continue;
            }

            _result.Counts[engine] = index;
            ref readonly var instruction = ref _streams[engine][index];
            foreach (var wait in _waits.AsSpan(instruction.FirstWait, instruction.Waits))
            {
                var reached = (long)_semaphores[wait.Semaphore].Done * _semaphores[wait.Semaphore].Step;
                if (reached < wait.Value)
                {
                    blocked.Add(new BlockedInstruction(new InstructionLocation((Engine)engine, index), wait, reached));
                    break;
                }
            }
        }

        _result.Deadlock = blocked.ToImmutable();
    }

    private static void Fit<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[Math.Max(count, array.Length * 2)];
        }
    }

    // The increments of a semaphore: where their times lie, how many there were, and by how much each counts.
    private struct SemaphoreTiming
    {
        public int First;
        public int Done;
        public int Step;

        /// <summary>The sequencers whose next instruction waits for it, as bits.</summary>
        public uint Blocked;
    }
}
