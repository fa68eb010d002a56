using NNLang.Machine;

namespace NNLang.Emulator.Tests;

/// <summary>Races and uninitialised reads by brute force: reachability between starts and commits, and sets of single bytes.</summary>
internal static class RaceOracle
{
    /// <summary>All pairs of instructions that race.</summary>
    public static HashSet<(InstructionLocation, InstructionLocation)> Races(LoadedProgram program, IReadOnlyList<InstructionLocation> order)
    {
        // Node 2 i is the start of instruction i (of a transfer: of its reading), 2 i + 1 its commit, 2 n + i the trigger of a transfer.
        var n = order.Count;
        var number = order.Select((location, index) => (location, index)).ToDictionary(item => item.location, item => item.index);
        var edges = Enumerable.Range(0, 3 * n).Select(_ => new List<int>()).ToArray();
        var lastOfQueue = new Dictionary<int, int>();
        var commits = new Dictionary<ushort, List<int>>();
        for (var engine = Engine.Tensor; engine <= Engine.Sync; engine++)
        {
            for (var i = 0; i < program.Instructions(engine).Length; i++)
            {
                var me = number[new InstructionLocation(engine, i)];
                ref readonly var instruction = ref program[new InstructionLocation(engine, i)];
                edges[2 * me].Add((2 * me) + 1);
                if (instruction.IsTransfer)
                {
                    edges[(2 * n) + me].Add(2 * me);
                }

                var first = instruction.IsTransfer ? (2 * n) + me : 2 * me;
                for (var j = 0; j < i; j++)
                {
                    var other = number[new InstructionLocation(engine, j)];
                    var earlier = program[order[other]];
                    edges[earlier.IsTransfer ? (2 * n) + other : (2 * other) + 1].Add(first);
                    if (earlier.IsTransfer && instruction.IsTransfer && earlier.Attributes.Queue == instruction.Attributes.Queue)
                    {
                        edges[(2 * other) + 1].Add(2 * me);
                    }
                }

                if (instruction.Increment is { } semaphore)
                {
                    commits.TryAdd(semaphore, []);
                    commits[semaphore].Add((2 * me) + 1);
                }
            }
        }

        foreach (var location in order)
        {
            var me = number[location];
            foreach (var wait in program[location].Waits)
            {
                var step = wait.Semaphore >= 8 ? 16 : 1;
                edges[commits[wait.Semaphore][(int)(wait.Value / step) - 1]].Add(program[location].IsTransfer ? (2 * n) + me : 2 * me);
            }
        }

        var reach = edges.Select((_, from) => Reachable(edges, from)).ToArray();
        var bytes = order.Select(location => Bytes(program[location])).ToArray();
        var races = new HashSet<(InstructionLocation, InstructionLocation)>();
        for (var a = 0; a < n; a++)
        {
            for (var b = a + 1; b < n; b++)
            {
                if (reach[(2 * a) + 1].Contains(2 * b) || reach[(2 * b) + 1].Contains(2 * a))
                {
                    continue;
                }

                if (bytes[a].Writes.Overlaps(bytes[b].Writes) || bytes[a].Writes.Overlaps(bytes[b].Reads) || bytes[a].Reads.Overlaps(bytes[b].Writes))
                {
                    races.Add((order[a], order[b]));
                }
            }
        }

        return races;
    }

    /// <summary>The instructions that read a byte that nothing wrote, in the order given. Regions are initialised.</summary>
    public static List<InstructionLocation> UninitialisedReaders(LoadedProgram program, IReadOnlyList<InstructionLocation> order)
    {
        var written = new HashSet<(MemoryKind, int, long)>();
        var readers = new List<InstructionLocation>();
        foreach (var location in order)
        {
            var (reads, writes) = Bytes(program[location]);
            if (reads.Any(item => item.Item1 != MemoryKind.Hbm && !written.Contains(item)))
            {
                readers.Add(location);
            }

            written.UnionWith(writes);
        }

        return readers;
    }

    private static HashSet<int> Reachable(List<int>[] edges, int from)
    {
        var seen = new HashSet<int>();
        var stack = new Stack<int>([from]);
        while (stack.TryPop(out var node))
        {
            if (seen.Add(node))
            {
                edges[node].ForEach(stack.Push);
            }
        }

        return seen;
    }

    private static (HashSet<(MemoryKind, int, long)> Reads, HashSet<(MemoryKind, int, long)> Writes) Bytes(in Instruction instruction)
    {
        var reads = new HashSet<(MemoryKind, int, long)>();
        var writes = new HashSet<(MemoryKind, int, long)>();
        for (var i = 0; i < instruction.Operands.Length; i++)
        {
            var written = i == 0 || (i == 2 && instruction.Opcode == Opcode.ActivationReduce);
            var read = !written || instruction.Opcode == Opcode.TensorCopyPredicated
                || (instruction.Opcode == Opcode.NcMatmul && instruction.Attributes.Flags.HasFlag(InstructionFlags.Accumulate));
            foreach (var item in Touched(instruction.Operands[i]))
            {
                _ = read && reads.Add(item);
                _ = written && writes.Add(item);
            }
        }

        return (reads, writes);
    }

    private static IEnumerable<(MemoryKind, int, long)> Touched(Operand operand)
    {
        if (operand.IsImmediate)
        {
            yield break;
        }

        var size = DeviceTypes.Bytes(operand.Type);
        IEnumerable<long> offsets = [operand.Hbm?.Offset ?? operand.OnChip.Offset];
        var dimensions = operand.Hbm is { } hbm
            ? hbm.PartitionDimensions.Concat(hbm.FreeDimensions).Select(dimension => ((long)dimension.Count, dimension.Stride)).ToArray()
            : operand.OnChip.Dimensions.ToArray().Select(dimension => ((long)dimension.Count, (long)dimension.Stride * size)).ToArray();
        foreach (var (count, stride) in dimensions)
        {
            offsets = offsets.SelectMany(offset => Enumerable.Range(0, (int)count).Select(i => offset + (i * stride)));
        }

        var partitions = operand.Hbm is null ? Enumerable.Range(operand.OnChip.FirstPartition, operand.OnChip.Partitions) : [operand.Hbm.Region];
        foreach (var offset in offsets)
        {
            foreach (var partition in partitions)
            {
                for (var b = 0; b < size; b++)
                {
                    yield return (operand.Memory, partition, offset + b);
                }
            }
        }
    }
}
