using System.Numerics;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Timing;

/// <content>Transfers: queues, descriptor generators and DMA engines (<c>docs/machine.md</c> 5).</content>
public sealed partial class TimingSimulator
{
    private readonly long[] _dmaStart = new long[16];
    private readonly long[] _dmaFree = new long[16];
    private readonly long[] _dmaBusy = new long[16];
    private readonly int[] _dmaLastQueue = new int[16];
    private readonly int[] _dmaLastTransfer = new int[16];
    private readonly uint[] _dmaPending = new uint[16];
    private readonly int[] _dmaHead = new int[16 * Queues];
    private readonly int[] _classEngine = new int[16];
    private readonly List<int>[] _queues = new List<int>[Queues];
    private readonly long[] _queueArrival = new long[Queues];
    private readonly long[] _queueCommit = new long[Queues];

    // 5.7: trigger, generator, arrival at all engines.
    private void Arrive(int engine, int transfer, long triggered)
    {
        ref readonly var timing = ref _input.Transfers[transfer];
        var dma = _input.Device.Dma;
        var generated = triggered;
        ref readonly var queue = ref _input.Queues[timing.Queue];
        if (queue.Source != DescriptorSource.Static)
        {
            var generator = queue.Source == DescriptorSource.Software ? 2 : queue.Sequencer == Engine.Scalar ? 0 : 1;
            var issue = queue.Source == DescriptorSource.Software ? dma.SoftwareIssuePicoseconds : dma.HardwareIssuePicoseconds;
            generated = Math.Max(triggered, _generatorFree[generator]);
            _generatorFree[generator] = generated + (issue ?? 0);
        }

        var arrival = generated + dma.LaunchPicoseconds;
        var reason = generated > triggered ? ArrivalReason.Generator : ArrivalReason.Trigger;
        if (_queueArrival[timing.Queue] > arrival)
        {
            (arrival, reason) = (_queueArrival[timing.Queue], ArrivalReason.Queue);
        }

        if (_lastCommit[engine] > arrival)
        {
            (arrival, reason) = (_lastCommit[engine], ArrivalReason.Stream);
        }

        _queueArrival[timing.Queue] = arrival;
        _queues[timing.Queue].Add(transfer);
        _sharesLeft[transfer] = _input.Classes;
        _lastShare[transfer] = -1;
        _result.TransferArray[transfer] = new TransferTimes
        {
            Trigger = timing.Trigger,
            Generated = generated,
            Arrival = arrival,
            ArrivalReason = reason,
            FirstByte = Never,
            BlockedBy = -1,
        };
        for (var index = 0; index < _input.Classes; index++)
        {
            if ((_dmaPending[index] & (1u << timing.Queue)) == 0)
            {
                _dmaPending[index] |= 1u << timing.Queue;
                _dmaStart[index] = Math.Min(_dmaStart[index], Math.Max(_dmaFree[index], arrival));
            }
        }
    }

    // 5.6: one share, the queues by turns after the queue served last.
    private void Serve(int index, long start)
    {
        var last = _dmaLastQueue[index];
        var pending = _dmaPending[index];
        var chosen = -1;
        for (var left = Turn(pending, last + 1); left != 0; left &= left - 1)
        {
            var queue = (last + 1 + BitOperations.TrailingZeroCount(left)) & (Queues - 1);
            if (Arrival(index, queue) <= start)
            {
                chosen = queue;
                break;
            }
        }

        var head = (index * Queues) + chosen;
        var transfer = _queues[chosen][_dmaHead[head]++];
        ref readonly var timing = ref _input.Transfers[transfer];
        var time = timing.UniformShare >= 0
            ? timing.UniformShare
            : _input.ShareTime(timing.Shape.RowsOn(_classEngine[index], _input.Device.Dma.Count), timing.Shape.RowBytes);
        var end = start + time;
        ref var times = ref _result.TransferArray[transfer];
        if (end > _lastShare[transfer])
        {
            _lastShare[transfer] = end;
            times.BlockedBy = start > times.Arrival ? _dmaLastTransfer[index] : -1;
        }

        times.FirstByte = Math.Min(times.FirstByte, start);
        times.LastByte = Math.Max(times.LastByte, end);
        _dmaFree[index] = end;
        _dmaBusy[index] += time;
        _dmaLastQueue[index] = chosen;
        _dmaLastTransfer[index] = transfer;
        if (_dmaHead[head] == _queues[chosen].Count)
        {
            _dmaPending[index] &= ~(1u << chosen);
        }

        var next = Never;
        for (var left = _dmaPending[index]; left != 0; left &= left - 1)
        {
            next = Math.Min(next, Arrival(index, BitOperations.TrailingZeroCount(left)));
        }

        _dmaStart[index] = next == Never ? Never : Math.Max(next, end);
        if (--_sharesLeft[transfer] == 0)
        {
            Complete(transfer, chosen, ref times);
        }
    }

    // The queues' bits with a given queue first.
    private static uint Turn(uint queues, int first)
    {
        first &= Queues - 1;
        return ((queues >> first) | (queues << (Queues - first))) & 0xFFFF;
    }

    private long Arrival(int index, int queue) => _result.TransferArray[_queues[queue][_dmaHead[(index * Queues) + queue]]].Arrival;

    private void Complete(int transfer, int queue, ref TransferTimes times)
    {
        var landed = times.LastByte + _input.Device.Dma.LandPicoseconds;
        var commit = Math.Max(landed, _queueCommit[queue]);
        _queueCommit[queue] = commit;
        times.Commit = commit;
        times.CommitWaited = commit > landed;
        var trigger = times.Trigger;
        _result.Commits[(int)trigger.Engine][trigger.Index] = commit;
        _result.Makespan = Math.Max(_result.Makespan, commit);
        var semaphore = _streams[(int)trigger.Engine][trigger.Index].Increment;
        if (semaphore >= 0)
        {
            Increment(semaphore, commit, TimingResult.Pack((int)trigger.Engine, trigger.Index));
        }
    }
}
