using System.Collections.Immutable;
using NNLang.Emulator.Execution;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Memories;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Faults;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Faults;

/// <summary>
/// What the faults of a device do to a program (<c>docs/machine.md</c> 9): decided before it runs, in the order of starts, because neither times
/// nor the counts of events depend on data. Immutable.
/// </summary>
internal sealed class FaultPlan
{
    private readonly Dictionary<InstructionLocation, InstructionFaults> _instructions;

    private FaultPlan(Dictionary<InstructionLocation, InstructionFaults> instructions, ImmutableArray<BitFlip> flips)
    {
        _instructions = instructions;
        Flips = flips;
    }

    /// <summary>The bits that flip at a time.</summary>
    public ImmutableArray<BitFlip> Flips { get; }

    /// <summary>The faults of an instruction; null if there are none.</summary>
    public InstructionFaults? For(InstructionLocation location) => _instructions.GetValueOrDefault(location);

    /// <summary>The plan for the device's faults among some; null if none acts on the program.</summary>
    public static FaultPlan? Create(LoadedProgram program, ReadOnlySpan<InstructionLocation> order, ImmutableArray<FaultDescription> faults)
    {
        var active = ImmutableArray.CreateBuilder<FaultFilter>();
        var flips = ImmutableArray.CreateBuilder<BitFlip>();
        for (var i = 0; i < faults.Length; i++)
        {
            if (FaultKinds.Find(faults[i].Kind) is not { IsCompilerFault: false })
            {
                continue;
            }

            if (faults[i].Kind == "flipped_bit")
            {
                if (BitFlip.Create(program, faults[i]) is { } flip)
                {
                    flips.Add(flip);
                }
            }
            else
            {
                active.Add(new FaultFilter(faults[i], i));
            }
        }

        var instructions = new Dictionary<InstructionLocation, InstructionFaults>();
        if (active.Count > 0)
        {
            var layers = LayersOf(program);
            foreach (var location in order)
            {
                if (Decide(program[location], location, layers(location), active) is { } decided)
                {
                    instructions.Add(location, decided);
                }
            }
        }

        return instructions.Count == 0 && flips.Count == 0 ? null : new FaultPlan(instructions, flips.ToImmutable());
    }

    /// <summary>Whether a fault of the device meets something it can change: an instruction, a row, a byte; of the array a row or column in use.</summary>
    public static bool Reaches(LoadedProgram program, ReadOnlySpan<InstructionLocation> order, FaultDescription fault)
    {
        if (Create(program, order, [fault]) is not { } plan)
        {
            return false;
        }

        if (fault.Kind != "stuck_bit" || fault.Word("engine") != Engines.Name(Engine.Tensor))
        {
            return true;
        }

        foreach (var location in plan._instructions.Keys)
        {
            var operands = program[location].Operands;
            var array = fault.Field("column") is null ? operands[2].OnChip : operands[0].OnChip;
            var position = fault.Number(fault.Field("column") is null ? "lane" : "column", 0);
            var first = fault.Field("column") is null ? array.FirstPartition : 0;
            if (position >= first && position < first + array.Partitions)
            {
                return true;
            }
        }

        return false;
    }

    private static InstructionFaults? Decide(in Instruction instruction, InstructionLocation location, string layer, IEnumerable<FaultFilter> filters)
    {
        List<StuckBit>? lanes = null, rows = null, columns = null;
        FunctionTables? tables = null;
        RowFault[]? transfer = null;
        var lost = false;
        foreach (var filter in filters)
        {
            if (!filter.Concerns(instruction, location.Engine, layer))
            {
                continue;
            }

            switch (filter.Fault.Kind)
            {
                case "dropped_row" or "misplaced_row":
                    Rows(instruction, filter, layer, ref transfer);
                    break;
                case "lost_accumulate":
                    lost |= filter.Strikes(layer);
                    break;
                case "wrong_table":
                    if (filter.Strikes(layer))
                    {
                        tables = (tables ?? FunctionTables.Standard).WithWrongRow(
                            instruction.Attributes.Function, (int)filter.Fault.Number("segment", 0));
                    }

                    break;
                case "stuck_bit":
                    if (filter.Strikes(layer))
                    {
                        var stuck = Stuck(filter.Fault);
                        if (filter.Fault.Field("column") is not null)
                        {
                            (columns ??= []).Add(stuck);
                        }
                        else if (location.Engine == Engine.Tensor)
                        {
                            (rows ??= []).Add(stuck);
                        }
                        else
                        {
                            (lanes ??= []).Add(stuck);
                        }
                    }

                    break;
            }
        }

        return lanes is null && rows is null && columns is null && tables is null && transfer is null && !lost
            ? null
            : new InstructionFaults
            {
                Lanes = lanes?.ToArray(),
                ArrayRows = rows?.ToArray(),
                ArrayColumns = columns?.ToArray(),
                Tables = tables,
                LosesAccumulate = lost,
                Rows = transfer,
            };
    }

    private static StuckBit Stuck(FaultDescription fault)
    {
        var bit = 1u << (int)fault.Number("bit", 0);
        var position = (int)fault.Number(fault.Field("column") is null ? "lane" : "column", 0);
        return fault.Number("value", 1) != 0 ? new StuckBit(position, uint.MaxValue, bit) : new StuckBit(position, ~bit, 0);
    }

    private static void Rows(in Instruction instruction, FaultFilter filter, string layer, ref RowFault[]? rows)
    {
        if (!TransferShape.TryCreate(instruction, out var shape))
        {
            return;
        }

        ref readonly var destination = ref instruction.Operands[0];
        var elements = destination.Hbm?.ElementsPerPartition ?? destination.OnChip.ElementsPerPartition;
        var count = TransferKernels.Partitions(instruction) * (elements / shape.RowElements);
        for (var row = 0L; row < count; row++)
        {
            if (filter.Strikes(layer))
            {
                rows ??= new RowFault[count];
                rows[row] = filter.Fault.Kind == "dropped_row"
                    ? rows[row] with { Dropped = true }
                    : rows[row] with { Displacement = rows[row].Displacement + filter.Fault.Number("offset", 0) };
            }
        }
    }

    private static Func<InstructionLocation, string> LayersOf(LoadedProgram program)
    {
        if (program.Program.Debug is not { } debug)
        {
            return _ => "";
        }

        var layers = new string[Engines.Count][];
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            layers[engine] = new string[program.Instructions((Engine)engine).Length];
            var index = 0;
            foreach (var run in debug.Runs[engine])
            {
                var layer = (uint)run.Operation < (uint)debug.Operations.Length ? debug.Operations[run.Operation].LayerPath : "";
                for (var i = 0; i < run.Count && index < layers[engine].Length; i++)
                {
                    layers[engine][index++] = layer;
                }
            }

            layers[engine].AsSpan(index).Fill("");
        }

        return location => layers[(int)location.Engine][location.Index];
    }
}

/// <summary>One fault's filter with the counts of its events.</summary>
internal sealed class FaultFilter(FaultDescription fault, int ordinal)
{
    private readonly Dictionary<string, long> _counts = [];
    private readonly string? _layer = fault.Word("layer");
    private readonly long _every = Math.Max(1, fault.Number("every", 1));
    private readonly double _probability = fault.Field("probability")?.Value switch
    {
        double value => value,
        long value => value,
        _ => 1,
    };

    private readonly ImmutableArray<string> _opcodes = fault.Field("instructions")?.Value is ImmutableArray<string> names ? names : default;
    private readonly string? _engine = fault.Word("engine");
    private readonly string? _function = fault.Word("function");
    private long _events;

    public FaultDescription Fault { get; } = fault;

    /// <summary>Whether the fault can act on an instruction at all. Does not count.</summary>
    public bool Concerns(in Instruction instruction, Engine engine, string layer)
    {
        if (_layer is not null && !IsInLayer(layer, _layer))
        {
            return false;
        }

        if (!_opcodes.IsDefault && !_opcodes.Contains(Mnemonics.Name(instruction.Opcode)))
        {
            return false;
        }

        if (_engine is not null && Engines.Name(engine) != _engine)
        {
            return false;
        }

        switch (Fault.Kind)
        {
            case "dropped_row" or "misplaced_row":
                return instruction.IsTransfer && (Fault.Field("queue") is null || Fault.Number("queue", 0) == instruction.Attributes.Queue);
            case "lost_accumulate":
                return instruction.Opcode == Opcode.NcMatmul && (instruction.Attributes.Flags & InstructionFlags.Accumulate) != 0
                    && (Fault.Field("bank") is null || Fault.Number("bank", 0) == instruction.Operands[0].OnChip.Offset >> 11);
            case "wrong_table":
                return instruction.Opcode is Opcode.Activation or Opcode.ActivationReduce
                    && Mnemonics.Name(instruction.Attributes.Function) == _function;
            case "stuck_bit":
                if (instruction.IsTransfer || instruction.Opcode is Opcode.Wait or Opcode.None)
                {
                    return false;
                }

                return engine == Engine.Tensor ? instruction.Opcode == Opcode.NcMatmul : HasLane(instruction.Operands[0].OnChip);
            default:
                return false;
        }
    }

    /// <summary>Counts an event; whether the fault acts on it.</summary>
    public bool Strikes(string layer)
    {
        var count = _counts.GetValueOrDefault(layer) + 1;
        _counts[layer] = count;
        var number = _events++;
        return count % _every == 0 && (_probability >= 1 || Draw(number) < _probability);
    }

    private bool HasLane(in OnChipOperand destination)
    {
        var lane = Fault.Number("lane", 0);
        return lane >= destination.FirstPartition && lane < destination.FirstPartition + destination.Partitions;
    }

    private static bool IsInLayer(string layer, string wanted) =>
        layer == wanted || (layer.StartsWith(wanted, StringComparison.Ordinal) && layer[wanted.Length] is '/' or '.');

    /// <summary>A number in [0, 1) that depends only on seed, fault and event: the finaliser of a 64-bit mixing generator.</summary>
    private double Draw(long number)
    {
        var x = unchecked(((ulong)Fault.Number("seed", 0) * 0x9E3779B97F4A7C15) ^ ((ulong)ordinal << 48) ^ (ulong)number);
        for (var round = 0; round < 2; round++)
        {
            x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
            x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
            x ^= x >> 31;
        }

        return (x >> 11) * (1.0 / (1UL << 53));
    }
}

/// <summary>A bit of a memory that flips once.</summary>
/// <param name="Memory">The memory.</param>
/// <param name="Region">The region if in device memory, else -1.</param>
/// <param name="Partition">The partition on chip.</param>
/// <param name="Byte">The byte, in the partition or region.</param>
/// <param name="Mask">The bit.</param>
/// <param name="Time">The earliest time, ps.</param>
internal sealed record BitFlip(MemoryKind Memory, int Region, int Partition, long Byte, byte Mask, long Time)
{
    // The loader places regions in order, at multiples of this.
    private const long RegionAlignment = 64;

    /// <summary>The flip that a fault describes; null if its byte lies in no memory or region.</summary>
    public static BitFlip? Create(LoadedProgram program, FaultDescription fault)
    {
        var at = fault.Number("byte", 0);
        var mask = (byte)(1 << (int)fault.Number("bit", 0));
        var time = fault.Number("at", 0);
        var memory = Mnemonics.ParseMemory(fault.Word("memory") ?? "");
        if (memory is MemoryKind.Sbuf or MemoryKind.Psum)
        {
            return at < program.PartitionBytes(memory.Value) ? new BitFlip(memory.Value, -1, (int)fault.Number("partition", 0), at, mask, time) : null;
        }

        var start = 0L;
        for (var region = 0; region < program.Program.Regions.Length; region++)
        {
            var bytes = program.Program.Regions[region].Bytes;
            if (at >= start && at < start + bytes)
            {
                return new BitFlip(MemoryKind.Hbm, region, 0, at - start, mask, time);
            }

            start += (bytes + RegionAlignment - 1) / RegionAlignment * RegionAlignment;
        }

        return null;
    }

    /// <summary>Flips the bit.</summary>
    public unsafe void Apply(DeviceMemory memory)
    {
        var target = Memory == MemoryKind.Hbm ? memory.Regions[Region] : memory.OnChip(Memory);
        var at = Memory == MemoryKind.Hbm ? Byte : DenseTransfer.HostOffset(Partition, Byte);
        target.Touch(at, 1);
        target.Data[at] ^= Mask;
    }
}
