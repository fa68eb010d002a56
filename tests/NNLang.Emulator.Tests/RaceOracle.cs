using NNLang.Emulator.Loading;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Tests;

/// <summary>Races and uninitialised reads by brute force: reachability between starts and commits, and bits of single bytes.</summary>
internal static class RaceOracle
{
    private const int PsumBase = 128 * RandomInstructions.SbufBytes;
    private const int RegionBase = PsumBase + (128 * RandomInstructions.PsumBytes);
    private const int Words = (RegionBase + (2 * RandomInstructions.RegionBytes)) / 64;

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

                if (Overlap(bytes[a].Writes, bytes[b].Writes) || Overlap(bytes[a].Writes, bytes[b].Reads) || Overlap(bytes[a].Reads, bytes[b].Writes))
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
        var written = new ulong[Words];
        written.AsSpan(RegionBase / 64).Fill(ulong.MaxValue);
        var readers = new List<InstructionLocation>();
        foreach (var location in order)
        {
            var (reads, writes) = Bytes(program[location]);
            var missing = false;
            for (var i = 0; i < Words; i++)
            {
                missing |= (reads[i] & ~written[i]) != 0;
                written[i] |= writes[i];
            }

            if (missing)
            {
                readers.Add(location);
            }
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

    private static bool Overlap(ulong[] a, ulong[] b)
    {
        for (var i = 0; i < Words; i++)
        {
            if ((a[i] & b[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bytes an instruction reads and writes: one bit a byte of sbuf, psum and the two regions, partition after partition.</summary>
    private static (ulong[] Reads, ulong[] Writes) Bytes(in Instruction instruction)
    {
        var (reads, writes) = (new ulong[Words], new ulong[Words]);
        for (var i = 0; i < instruction.Operands.Length; i++)
        {
            var written = i == 0 || (i == 2 && instruction.Opcode == Opcode.ActivationReduce);
            var read = !written || instruction.Opcode == Opcode.TensorCopyPredicated
                || (instruction.Opcode == Opcode.NcMatmul && instruction.Attributes.Flags.HasFlag(InstructionFlags.Accumulate));
            if (read)
            {
                Touch(instruction.Operands[i], reads);
            }

            if (written)
            {
                Touch(instruction.Operands[i], writes);
            }
        }

        return (reads, writes);
    }

    private static void Touch(Operand operand, ulong[] bits)
    {
        if (operand.IsImmediate)
        {
            return;
        }

        var size = DeviceTypes.Bytes(operand.Type);
        if (operand.Hbm is { } hbm)
        {
            (long, long)[] dimensions = [.. hbm.PartitionDimensions.Concat(hbm.FreeDimensions).Select(dimension => ((long)dimension.Count, dimension.Stride))];
            Walk(dimensions, RegionBase + (hbm.Region * RandomInstructions.RegionBytes) + hbm.Offset, size, bits);
            return;
        }

        var chip = operand.OnChip;
        (long, long)[] pattern = [.. chip.Dimensions.ToArray().Select(dimension => ((long)dimension.Count, (long)dimension.Stride * size))];
        for (var p = chip.FirstPartition; p < chip.FirstPartition + chip.Partitions; p++)
        {
            var start = chip.Memory == MemoryKind.Sbuf ? p * RandomInstructions.SbufBytes : PsumBase + (p * RandomInstructions.PsumBytes);
            Walk(pattern, start + chip.Offset, size, bits);
        }
    }

    private static void Walk(ReadOnlySpan<(long Count, long Stride)> dimensions, long at, int size, ulong[] bits)
    {
        if (dimensions.IsEmpty)
        {
            for (var i = at; i < at + size; i++)
            {
                bits[i >> 6] |= 1UL << (int)(i & 63);
            }

            return;
        }

        for (var i = 0L; i < dimensions[0].Count; i++)
        {
            Walk(dimensions[1..], at + (i * dimensions[0].Stride), size, bits);
        }
    }
}
