using System.Collections.Immutable;
using NNLang.Emulator.Loading;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>What the first phase found: the order of starts, where a parallel run must meet, and what is wrong.</summary>
/// <param name="Order">The instructions in the order in which they start.</param>
/// <param name="Barriers">For each place in that order whether everything before it must be done first; null if races were not checked.</param>
/// <param name="Hazards">What is wrong, in the order of starts.</param>
/// <param name="HasRace">Whether there is a race, listed or not.</param>
internal sealed record CheckedOrder(InstructionLocation[] Order, bool[]? Barriers, ImmutableArray<Hazard> Hazards, bool HasRace);

/// <summary>
/// The first phase: no data moves. Takes the instructions in the order of their starts and checks order and initialisation
/// (<c>docs/machine.md</c> 4.7, 4.8, 2.3).
/// </summary>
internal sealed class ProgramChecker : IDisposable
{
    private readonly LoadedProgram _program;
    private readonly OrderChecker _order;
    private readonly VectorClocks _clocks;
    private readonly ShadowMemory _sbuf;
    private readonly ShadowMemory _psum;
    private readonly RegionShadow?[] _regions;

    private ProgramChecker(LoadedProgram program, CheckOptions options)
    {
        _program = program;
        _order = new OrderChecker(options.MaximumHazards);
        _clocks = new VectorClocks(program.Program);
        Operand OperandOf(InstructionLocation location, int operand) => program[location].Operands[operand];
        _sbuf = new ShadowMemory(MemoryKind.Sbuf, program.PartitionBytes(MemoryKind.Sbuf), _order, OperandOf, options.Initialisation);
        _psum = new ShadowMemory(MemoryKind.Psum, program.PartitionBytes(MemoryKind.Psum), _order, OperandOf, options.Initialisation);
        _regions = new RegionShadow?[program.Program.Regions.Length];
        for (var i = 0; i < _regions.Length; i++)
        {
            if (!program.IsReadOnly(i))
            {
                _regions[i] = new RegionShadow(i, program.Program.Regions[i], _order, OperandOf, options.Initialisation);
            }
        }
    }

    /// <summary>Checks a program. O(words touched); memory in proportion to the device and the accesses.</summary>
    public static CheckedOrder Check(LoadedProgram program, CheckOptions options)
    {
        var order = program.StartOrder();
        var hazards = ImmutableArray.CreateBuilder<Hazard>();
        bool[]? barriers = null;
        var race = false;
        if (options.Races || options.Initialisation)
        {
            using var checker = new ProgramChecker(program, options);
            barriers = checker.Run(order);
            race = checker._order.HasRace;
            foreach (var hazard in checker._order.Hazards)
            {
                if (options.Races || hazard.Kind != HazardKind.Race)
                {
                    hazards.Add(hazard);
                }
            }
        }

        foreach (var blocked in program.Timing.Deadlock)
        {
            hazards.Add(new Hazard(
                HazardKind.Deadlock, blocked.Instruction, null, MemoryKind.Immediate, -1, -1, blocked.Wait.Semaphore, program.Timing.Makespan,
                blocked.Wait.Value));
        }

        return new CheckedOrder(order, barriers, hazards.ToImmutable(), race);
    }

    public void Dispose()
    {
        _sbuf.Dispose();
        _psum.Dispose();
        foreach (var region in _regions)
        {
            region?.Dispose();
        }
    }

    private bool[] Run(InstructionLocation[] order)
    {
        var barriers = new bool[order.Length];
        var completion = _program.Device.Dma.Completion;
        for (var sequence = 0; sequence < order.Length; sequence++)
        {
            var location = order[sequence];
            ref readonly var instruction = ref _program[location];
            _clocks.Begin((int)location.Engine, location.Index, instruction, completion);
            _order.Begin(_clocks.Now, _program.Timing.Start(location.Engine)[location.Index]);
            Visit(instruction, location, sequence);
            _clocks.End(instruction);
            if (_order.NeedsBarrier)
            {
                barriers[sequence] = true;
                _order.LastBarrier = sequence - 1;
            }
        }

        return barriers;
    }

    private void Visit(in Instruction instruction, InstructionLocation location, int sequence)
    {
        var operands = instruction.Operands;
        for (var i = operands.Length - 1; i >= 0; i--)
        {
            ref readonly var operand = ref operands[i];
            if (operand.IsImmediate)
            {
                continue;
            }

            var role = OperandRoles.Of(instruction, i);
            var access = new Access
            {
                Location = location,
                Operand = (byte)i,
                Partitions = 128,
                Agent = (short)_clocks.Agent,
                Ordinal = _clocks.Ordinal,
                Sequence = sequence,
                Key = -1,
            };
            if (operand.IsOnChip)
            {
                access.FirstPartition = (byte)operand.OnChip.FirstPartition;
                access.Partitions = (byte)operand.OnChip.Partitions;
                access.WholeWords = OperandMap.TouchesWholeWords(operand.OnChip);
                access.Key = OperandRoles.ReadsAllLanes(instruction.Opcode, i)
                    ? -1
                    : (operand.OnChip.FirstPartition << 8) | operand.OnChip.Partitions;
            }

            Record(operand, access, (role & OperandRole.Read) != 0, (role & OperandRole.Write) != 0);
        }
    }

    private void Record(in Operand operand, in Access access, bool read, bool write)
    {
        if (operand.Hbm is { } hbm)
        {
            if (_regions[hbm.Region] is { } region)
            {
                region.Check(hbm, _order.Accesses.Add(access), write);
            }

            return;
        }

        (operand.Memory == MemoryKind.Sbuf ? _sbuf : _psum).Check(operand.OnChip, _order.Accesses.Add(access), read, write);
    }
}
