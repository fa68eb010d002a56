using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.Tests.Emit;

/// <summary>
/// Checks the bytes of a program for races, circles and addresses out of bounds, from the text of the machine's rules: it runs the streams
/// untimed, keeps sets of what is certainly finished, and compares every pair of accesses. Quadratic; shares nothing with the compiler.
/// </summary>
internal sealed class ProgramChecker
{
    private readonly MachineProgram _program;
    private readonly DeviceDescription _device;
    private readonly int[] _next = new int[Engines.Count];
    private readonly HashSet<int>[] _streamKnows = new HashSet<int>[Engines.Count];
    private readonly Dictionary<int, HashSet<int>> _queueDone = [];
    private readonly Dictionary<int, List<HashSet<int>>> _signals = [];
    private readonly List<Access> _accesses = [];
    private readonly List<string> _problems = [];
    private int _events;

    private ProgramChecker(MachineProgram program, DeviceDescription device)
    {
        _program = program;
        _device = device;
        for (var e = 0; e < Engines.Count; e++)
        {
            _streamKnows[e] = [];
        }
    }

    /// <summary>What is wrong with a program; empty for nothing.</summary>
    public static IReadOnlyList<string> Check(MachineProgram program, DeviceDescription device)
    {
        var checker = new ProgramChecker(program, device);
        checker.Run();
        return checker._problems;
    }

    private void Run()
    {
        var streams = _program.Streams.Select(stream => stream.Decode()).ToArray();
        var moved = true;
        while (moved)
        {
            moved = false;
            for (var e = 0; e < Engines.Count; e++)
            {
                while (_next[e] < streams[e].Length && IsReady(streams[e][_next[e]]))
                {
                    Execute((Engine)e, streams[e][_next[e]++]);
                    moved = true;
                }
            }
        }

        for (var e = 0; e < Engines.Count; e++)
        {
            if (_next[e] < streams[e].Length)
            {
                _problems.Add($"{Engines.Name((Engine)e)} waits for ever at {_next[e]}");
            }
        }
    }

    private bool IsReady(in Instruction instruction)
    {
        foreach (var wait in instruction.Waits)
        {
            if (Count(wait.Semaphore) < wait.Value)
            {
                return false;
            }
        }

        return true;
    }

    private uint Count(int semaphore) =>
        (uint)(_signals.GetValueOrDefault(semaphore)?.Count ?? 0) * (uint)(IsOfQueue(semaphore) ? _device.Dma.Completion : 1);

    private bool IsOfQueue(int semaphore) => _program.Semaphores.First(s => s.Number == semaphore).Queue is not null;

    private void Execute(Engine engine, in Instruction instruction)
    {
        var knows = _streamKnows[(int)engine];
        foreach (var wait in instruction.Waits)
        {
            var step = IsOfQueue(wait.Semaphore) ? (uint)_device.Dma.Completion : 1u;
            if (wait.Value % step != 0 || wait.Value == 0)
            {
                _problems.Add($"a wait for {wait.Value} of semaphore {wait.Semaphore} names no instruction");
                continue;
            }

            knows.UnionWith(_signals[wait.Semaphore][(int)(wait.Value / step) - 1]);
        }

        var id = _events++;
        HashSet<int> done;
        if (instruction.IsTransfer)
        {
            var queue = instruction.Attributes.Queue;
            done = [.. knows];
            if (_queueDone.TryGetValue(queue, out var earlier))
            {
                done.UnionWith(earlier);
            }

            Record(id, instruction, done);
            done.Add(id);
            _queueDone[queue] = done;
        }
        else
        {
            Record(id, instruction, knows);
            knows.Add(id);
            done = knows;
        }

        if (instruction.Increment is { } semaphore)
        {
            if (!_signals.TryGetValue(semaphore, out var list))
            {
                _signals.Add(semaphore, list = []);
            }

            list.Add([.. done]);
        }
    }

    private void Record(int id, in Instruction instruction, HashSet<int> before)
    {
        for (var k = 0; k < instruction.Operands.Length; k++)
        {
            var operand = instruction.Operands[k];
            if (operand.IsImmediate)
            {
                continue;
            }

            var writes = k == 0 || (instruction.Opcode == Opcode.ActivationReduce && k == 2);
            var access = operand.Hbm is { } hbm
                ? new Access(id, writes, MemoryKind.Hbm, hbm.Region, 0, 1, 0, long.MaxValue, default)
                : Of(id, writes, operand.OnChip);
            if (access.Memory != MemoryKind.Hbm)
            {
                var memory = _device.Memory(access.Memory)!;
                if (access.First < 0 || access.End > memory.Bytes)
                {
                    _problems.Add($"{instruction.Opcode} addresses {access.First}..{access.End} of {access.Memory}");
                }
            }

            foreach (var other in _accesses)
            {
                if ((other.Writes || writes) && other.Id != id && !before.Contains(other.Id) && other.Hits(access) && ShareByte(other, access)
                    && !(access.Memory == MemoryKind.Hbm && IsOwnPart(access.Region)))
                {
                    _problems.Add($"race: {instruction.Opcode} and an earlier access to {access.Memory} {access.First}..{access.End}");
                    break;
                }
            }

            _accesses.Add(access);
        }
    }

    /// <summary>Writes to parts of an output or scratch region by several transfers do not meet; the emulator checks those exactly.</summary>
    private bool IsOwnPart(int region) => _program.Regions[region].Kind is RegionKind.Output or RegionKind.Scratch or RegionKind.Spill;

    private static Access Of(int id, bool writes, in OnChipOperand operand)
    {
        long low = 0, high = 0;
        foreach (var dimension in operand.Dimensions)
        {
            var reach = (long)dimension.Stride * (dimension.Count - 1) * DeviceTypes.Bytes(operand.Type);
            low += Math.Min(0, reach);
            high += Math.Max(0, reach);
        }

        return new Access(
            id, writes, operand.Memory, -1, operand.FirstPartition, operand.FirstPartition + operand.Partitions, operand.Offset + low,
            operand.Offset + high + DeviceTypes.Bytes(operand.Type), operand);
    }

    /// <summary>Boxes of strided patterns may overlap where their elements do not: a frame and what it surrounds.</summary>
    private static bool ShareByte(in Access a, in Access b)
    {
        if (a.Memory == MemoryKind.Hbm)
        {
            return true;
        }

        var bytes = BytesOf(a.Operand);
        return BytesOf(b.Operand).Any(bytes.Contains);
    }

    private static HashSet<long> BytesOf(in OnChipOperand operand)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        IEnumerable<long> offsets = [operand.Offset];
        foreach (var dimension in operand.Dimensions)
        {
            var (count, stride) = (dimension.Count, (long)dimension.Stride * size);
            offsets = offsets.SelectMany(offset => Enumerable.Range(0, count).Select(i => offset + (i * stride))).ToArray();
        }

        return [.. offsets.SelectMany(offset => Enumerable.Range(0, size).Select(k => offset + k))];
    }

    private readonly record struct Access(
        int Id, bool Writes, MemoryKind Memory, int Region, int FirstPartition, int EndPartition, long First, long End,
        OnChipOperand Operand)
    {
        public bool Hits(in Access other) =>
            Memory == other.Memory && Region == other.Region && FirstPartition < other.EndPartition && other.FirstPartition < EndPartition
            && First < other.End && other.First < End;
    }
}
