using NNLang.Emulator.Faults;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Memories;
using NNLang.Emulator.Races;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>
/// Executes a plan on several threads. Tasks (segment, part) are claimed in order; a task waits until all parts of the segments before it
/// are done. Which thread does what never shows in the results.
/// </summary>
internal sealed class ParallelRunner
{
    private readonly LoadedProgram _program;
    private readonly RunPlan _plan;
    private readonly FaultPlan? _faults;
    private readonly KernelContext[] _contexts;
    private readonly int _parts;
    private readonly List<Hazard> _hazards = [];
    private int _claimed;
    private int _finished;
    private Exception? _failure;

    private ParallelRunner(LoadedProgram program, RunPlan plan, FaultPlan? faults, KernelContext[] contexts, int parts)
    {
        _program = program;
        _plan = plan;
        _faults = faults;
        _contexts = contexts;
        _parts = parts;
    }

    /// <summary>Runs a plan with one thread for each context.</summary>
    /// <returns>What went wrong with data: indices of gathers.</returns>
    public static List<Hazard> Run(LoadedProgram program, RunPlan plan, FaultPlan? faults, KernelContext[] contexts)
    {
        // Faults count events in order, so a run with faults is not divided.
        var parts = faults is null ? contexts.Length : 1;
        var runner = new ParallelRunner(program, plan, faults, contexts, parts);
        var threads = new Thread[parts - 1];
        for (var i = 0; i < threads.Length; i++)
        {
            var context = contexts[i + 1];
            threads[i] = new Thread(() => runner.Work(context)) { IsBackground = true, Name = "emulator" };
            threads[i].Start();
        }

        runner.Work(contexts[0]);
        foreach (var thread in threads)
        {
            thread.Join();
        }

        if (runner._failure is { } failure)
        {
            throw new InvalidOperationException("A part of a run failed.", failure);
        }

        // Each part reports its first bad partition; the instruction's is the first of those.
        runner._hazards.Sort((a, b) => (a.Time, a.Instruction.Engine, a.Partition).CompareTo((b.Time, b.Instruction.Engine, b.Partition)));
        return runner._hazards.DistinctBy(hazard => hazard.Instruction).ToList();
    }

    /// <summary>The first lane of a part of an instruction with a number of result lanes; vectors stay whole.</summary>
    public static int FirstLane(int lanes, int part, int parts) =>
        part == parts ? lanes : Math.Min(lanes, ((lanes * part / parts) + 15) & ~15);

    private void Work(KernelContext context)
    {
        try
        {
            var tasks = _plan.Segments.Count * _parts;
            int task;
            while ((task = Interlocked.Increment(ref _claimed) - 1) < tasks)
            {
                var segment = task / _parts;
                var spin = default(SpinWait);
                while (Volatile.Read(ref _finished) < segment * _parts)
                {
                    if (Volatile.Read(ref _failure) is not null)
                    {
                        return;
                    }

                    spin.SpinOnce(-1);
                }

                Execute(context, segment, task - (segment * _parts));
                Interlocked.Increment(ref _finished);
            }
        }
        catch (Exception failure)
        {
            // Rethrown by the thread that runs; the others stop waiting.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private void Execute(KernelContext context, int segment, int part)
    {
        var end = segment + 1 < _plan.Segments.Count ? _plan.Segments[segment + 1] : _plan.Items.Count;
        for (var i = _plan.Segments[segment]; i < end; i++)
        {
            var item = _plan.Items[i];
            if (item < 0)
            {
                if (part == 0)
                {
                    var (tap, placement) = _plan.Pieces[~item];
                    tap.Read(context.Memory, placement);
                }

                continue;
            }

            var location = _plan.Order[item];
            ref readonly var instruction = ref _program[location];
            var lanes = InstructionExecutor.ResultLanes(instruction);
            context.Faults = _faults?.For(location);
            var bad = InstructionExecutor.Execute(
                context, instruction, location.Engine, FirstLane(lanes, part, _parts), FirstLane(lanes, part + 1, _parts));
            if (bad >= 0)
            {
                Report(context, location, bad);
            }
        }
    }

    private void Report(KernelContext context, InstructionLocation location, int partition)
    {
        ref readonly var instruction = ref _program[location];
        var hazard = GatherHazard(context.Memory, _program, location, instruction, partition);
        lock (_hazards)
        {
            _hazards.Add(hazard);
        }
    }

    /// <summary>The hazard of an index outside its table.</summary>
    internal static Hazard GatherHazard(
        DeviceMemory memory, LoadedProgram program, InstructionLocation location, in Instruction instruction, int partition) =>
        new(
            HazardKind.GatherIndex, location, null, MemoryKind.Hbm, instruction.Operands[1].Hbm!.Region, partition, 0,
            program.Timing.Start(location.Engine)[location.Index], DenseTransfer.GatherIndex(memory, instruction, partition));
}
