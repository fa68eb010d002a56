using System.Collections.Immutable;
using NNLang.Emulator.Execution;
using NNLang.Emulator.Faults;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Memories;
using NNLang.Emulator.Races;
using NNLang.Emulator.Taps;
using NNLang.Emulator.Weights;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Emulator.Sessions;

/// <summary>
/// A run event by event: operands are captured when an instruction starts, results appear when it commits (<c>docs/machine.md</c> 4.2), so
/// memories show at any time what the machine's would. It can be stopped before any event, snapshot and put back. Not thread-safe.
/// </summary>
public sealed partial class EmulatorSession : IDisposable
{
    private readonly LoadedProgram _program;
    private readonly CheckedOrder _order;
    private readonly FaultPlan? _faults;
    private readonly SessionEvent[] _events;
    private readonly DeviceMemory _memory;
    private readonly KernelContext _context;
    private readonly List<PendingResult>[] _pending = new List<PendingResult>[Engines.Count];
    private readonly List<PendingResult> _transfers = [];
    private readonly int[] _next = new int[Engines.Count];
    private readonly List<Hazard> _dataHazards = [];
    private readonly List<byte[]> _buffers = [];
    private Dictionary<InstructionLocation, List<(TensorTap Tap, int Placement)>>? _taps;
    private long[] _semaphores;
    private int _position;

    internal EmulatorSession(
        LoadedProgram program, WeightImage weights, IReadOnlyList<Tensor> inputs, EmulatorOptions options, CheckedOrder order, FaultPlan? faults)
    {
        _program = program;
        _order = order;
        _faults = faults;
        _events = EventList.Create(program, faults);
        _memory = DeviceMemory.Create(program, weights, faults);
        _context = new KernelContext(options.Path, _memory);
        _semaphores = new long[program.Device.SemaphoreCount];
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            _pending[engine] = [];
        }

        BoundaryTensors.Write(_memory, inputs);
    }

    /// <summary>The program.</summary>
    public LoadedProgram Program => _program;

    internal DeviceMemory Memory => _memory;

    /// <summary>What the checks found before the run.</summary>
    public ImmutableArray<Hazard> Hazards => _order.Hazards;

    /// <summary>What went wrong with data so far: indices of gathers.</summary>
    public IReadOnlyList<Hazard> DataHazards => _dataHazards;

    /// <summary>
    /// Told of each instruction whose results have just been written: at its commit, or earlier, when its stream's next instruction starts and
    /// sees them. Observing changes nothing.
    /// </summary>
    public Action<InstructionLocation>? Written { get; set; }

    /// <summary>The number of events that have happened.</summary>
    public int Position => _position;

    /// <summary>All events in the order in which they happen. They do not depend on data, so they are known before the first one.</summary>
    public ReadOnlySpan<SessionEvent> Events => _events;

    /// <summary>The time of the last event, ps.</summary>
    public long Time => _position == 0 ? 0 : _events[_position - 1].Time;

    /// <summary>The event that happens next; null at the end.</summary>
    public SessionEvent? NextEvent => _position < _events.Length ? _events[_position] : null;

    /// <summary>Whether nothing happens any more.</summary>
    public bool IsFinished => _position == _events.Length;

    /// <summary>Lets one event happen; false at the end.</summary>
    public bool Step()
    {
        if (IsFinished)
        {
            return false;
        }

        var item = _events[_position++];
        switch (item.Kind)
        {
            case SessionEventKind.Start: Begin(item.Instruction); break;
            case SessionEventKind.Read: ReadTransfer(item.Instruction); break;
            case SessionEventKind.Commit: Commit(item.Instruction); break;
            case SessionEventKind.Flip: _faults!.Flips[item.Instruction.Index].Apply(_memory); break;
        }

        return true;
    }

    /// <summary>Runs until the next event satisfies a condition; the event itself has not happened then.</summary>
    /// <returns>Whether there is such an event; if not, the session is at its end.</returns>
    public bool RunUntil(Func<SessionEvent, bool> condition)
    {
        while (!IsFinished)
        {
            if (condition(_events[_position]))
            {
                return true;
            }

            Step();
        }

        return false;
    }

    /// <summary>Runs until an instruction is about to start; it has not read anything yet.</summary>
    /// <returns>False if it starts no more; the session is at its end then.</returns>
    public bool RunToStart(InstructionLocation instruction) =>
        RunUntil(item => item.Kind == SessionEventKind.Start && item.Instruction == instruction);

    /// <summary>Runs until an instruction's results have appeared.</summary>
    /// <returns>False if it commits no more; the session is at its end then.</returns>
    public bool RunToCommit(InstructionLocation instruction) =>
        RunUntil(item => item.Kind == SessionEventKind.Commit && item.Instruction == instruction) && Step();

    /// <summary>Runs until the next event is later than a time, ps.</summary>
    public void RunToTime(long time) => RunUntil(item => item.Time > time);

    /// <summary>Runs until an instruction of an engine, or of any, is about to start. The one that is about to start now is passed.</summary>
    /// <returns>The instruction; null at the end.</returns>
    public InstructionLocation? StepInstruction(Engine? engine = null)
    {
        bool Starts(SessionEvent item) => item.Kind == SessionEventKind.Start && (engine is null || item.Instruction.Engine == engine);
        if (NextEvent is { } next && Starts(next))
        {
            Step();
        }

        return RunUntil(Starts) ? _events[_position].Instruction : null;
    }

    /// <summary>Runs to the end.</summary>
    public void RunToEnd()
    {
        while (Step())
        {
        }
    }

    /// <summary>The outputs as they are now.</summary>
    public ImmutableArray<Tensor> Outputs() => BoundaryTensors.Read(_memory);

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Dispose();
        _memory.Dispose();
    }

    internal void RunToEnd(IEnumerable<TensorTap?> taps)
    {
        _taps = [];
        foreach (var tap in taps.OfType<TensorTap>())
        {
            for (var i = 0; i < tap.Location.Placements.Length; i++)
            {
                if (tap.Location.Placements[i].From is not { } from)
                {
                    tap.Read(_memory, i);
                    continue;
                }

                if (!_taps.TryGetValue(from, out var pieces))
                {
                    _taps.Add(from, pieces = []);
                }

                pieces.Add((tap, i));
            }
        }

        RunToEnd();
        _taps = null;
    }

    private unsafe void Begin(InstructionLocation location)
    {
        var engine = (int)location.Engine;
        foreach (var earlier in _pending[engine])
        {
            Apply(earlier);
        }

        _next[engine] = location.Index + 1;
        ref readonly var instruction = ref _program[location];
        if (instruction.IsTransfer)
        {
            _transfers.Add(new PendingResult(location, null, null));
            return;
        }

        if (instruction.Opcode is Opcode.Wait or Opcode.None)
        {
            _pending[engine].Add(new PendingResult(location, null, null) { IsApplied = true });
            return;
        }

        ref readonly var destination = ref instruction.Operands[0].OnChip;
        var results = Rent((long)destination.ElementsPerPartition * ColumnCursor.WordBytes);
        var column = instruction.Opcode == Opcode.ActivationReduce ? Rent(ColumnCursor.WordBytes) : null;
        fixed (byte* first = results, second = column)
        {
            _context.Capture = first;
            _context.CaptureSecond = second;
            _context.Faults = _faults?.For(location);
            InstructionExecutor.Execute(_context, instruction, location.Engine, 0, destination.Partitions);
            _context.Capture = _context.CaptureSecond = null;
        }

        _pending[engine].Add(new PendingResult(location, results, column));
    }

    private unsafe void ReadTransfer(InstructionLocation location)
    {
        ref readonly var instruction = ref _program[location];

        // Transfers of one queue are ordered (4.7): a later one sees what earlier ones wrote, although their land time is not over.
        var index = 0;
        for (; _transfers[index].Location != location; index++)
        {
            var earlier = _transfers[index];
            if (earlier.Results is not null && _program[earlier.Location].Attributes.Queue == instruction.Attributes.Queue)
            {
                Apply(earlier);
            }
        }

        var results = Rent(DenseTransfer.Bytes(instruction));
        fixed (byte* dense = results)
        {
            var bad = DenseTransfer.Read(_memory, instruction, 0, TransferKernels.Partitions(instruction), dense);
            if (bad >= 0)
            {
                _dataHazards.Add(ParallelRunner.GatherHazard(_memory, _program, location, instruction, bad));
            }
        }

        _transfers[index] = new PendingResult(location, results, null);
    }

    private void Commit(InstructionLocation location)
    {
        ref readonly var instruction = ref _program[location];
        var list = instruction.IsTransfer ? _transfers : _pending[(int)location.Engine];
        var index = list.FindIndex(item => item.Location == location);
        var pending = list[index];
        Apply(pending);
        list.RemoveAt(index);
        Return(pending);
        if (instruction.Increment is { } semaphore && semaphore < _semaphores.Length)
        {
            _semaphores[semaphore] += instruction.IsTransfer ? _program.Device.Dma.Completion : 1;
        }
    }

    private unsafe void Apply(PendingResult pending)
    {
        if (pending.IsApplied)
        {
            return;
        }

        pending.IsApplied = true;
        ref readonly var instruction = ref _program[pending.Location];
        ref readonly var destination = ref instruction.Operands[0];
        fixed (byte* results = pending.Results, column = pending.Column)
        {
            if (!instruction.IsTransfer)
            {
                ResultWriter.Write(_memory, destination.OnChip, results);
                if (column is not null)
                {
                    ResultWriter.Write(_memory, instruction.Operands[2].OnChip, column);
                }
            }
            else
            {
                ResultWriter.Prepare(_memory, destination);
                DenseTransfer.Write(
                    _memory, instruction, 0, TransferKernels.Partitions(instruction), results, _faults?.For(pending.Location)?.Rows);
            }
        }

        Written?.Invoke(pending.Location);
        if (_taps is not null && _taps.TryGetValue(pending.Location, out var pieces))
        {
            foreach (var (tap, placement) in pieces)
            {
                tap.Read(_memory, placement);
            }
        }
    }

    private byte[] Rent(long bytes)
    {
        for (var i = _buffers.Count - 1; i >= 0; i--)
        {
            if (_buffers[i].Length >= bytes && _buffers[i].Length <= Math.Max(4096, 4 * bytes))
            {
                var buffer = _buffers[i];
                _buffers.RemoveAt(i);
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(checked((int)bytes), pinned: true);
    }

    private void Return(PendingResult pending)
    {
        const int kept = 64;
        if (!pending.IsShared && pending.Results is { } results && _buffers.Count < kept)
        {
            _buffers.Add(results);
        }

        if (!pending.IsShared && pending.Column is { } column && _buffers.Count < kept)
        {
            _buffers.Add(column);
        }
    }
}
