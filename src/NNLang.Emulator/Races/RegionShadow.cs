using System.Numerics;
using NNLang.Emulator.Memories;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Emulator.Races;

/// <summary>
/// The shadow of a region of device memory: for each 64 bytes the set of last writers and of readers since, and one bit a byte that tells
/// whether it was written (none for regions that start initialised). Not thread-safe.
/// </summary>
internal sealed unsafe class RegionShadow : IDisposable
{
    private const int CellBytes = 64;
    private readonly int _region;
    private readonly OrderChecker _order;
    private readonly Func<InstructionLocation, int, Operand> _operandOf;
    private readonly int[] _writers;
    private readonly int[] _readers;
    private readonly NativeBuffer? _mask;

    public RegionShadow(int region, Region description, OrderChecker order, Func<InstructionLocation, int, Operand> operandOf, bool checkInitialised)
    {
        _region = region;
        _order = order;
        _operandOf = operandOf;
        var cells = (description.Bytes + CellBytes - 1) / CellBytes;
        _writers = new int[cells];
        _readers = new int[cells];
        _mask = checkInitialised && description.Kind is RegionKind.Output or RegionKind.Spill ? new NativeBuffer((cells * CellBytes) / 8) : null;
    }

    public void Dispose() => _mask?.Dispose();

    /// <summary>Checks and records a read or a write.</summary>
    public void Check(HbmOperand operand, int access, bool write)
    {
        var now = _order.Accesses[access];
        var reported = false;
        RegionRuns.ForEach(operand, (start, length) =>
        {
            for (var cell = start / CellBytes; cell <= (start + length - 1) / CellBytes; cell++)
            {
                var whole = start <= cell * CellBytes && start + length >= (cell + 1) * CellBytes;
                Visit(operand, access, now, write, cell, whole);
            }

            if (_mask is null)
            {
                return;
            }

            if (write)
            {
                BitRange.Set((ulong*)_mask.Data, start, length);
            }
            else if (!reported && BitRange.FirstClear((ulong*)_mask.Data, start, length) is >= 0 and var missing)
            {
                reported = true;
                _order.Report(new Hazard(HazardKind.UninitialisedRead, now.Location, null, MemoryKind.Hbm, _region, -1, missing, _order.Time));
            }
        });
    }

    private void Visit(HbmOperand operand, int access, in Access now, bool write, long cell, bool whole)
    {
        Compare(operand, now, _writers[cell], cell, whole);
        if (write)
        {
            Compare(operand, now, _readers[cell], cell, whole);
            _writers[cell] = Replace(operand, _writers[cell], access, now, cell, whole, sameAgentOnly: false, add: true);
            _readers[cell] = Replace(operand, _readers[cell], access, now, cell, whole, sameAgentOnly: false, add: false);
        }
        else
        {
            _readers[cell] = Replace(operand, _readers[cell], access, now, cell, whole, sameAgentOnly: true, add: true);
        }
    }

    private void Compare(HbmOperand operand, in Access now, int set, long cell, bool whole)
    {
        Span<int> single = stackalloc int[1];
        foreach (var member in _order.Accesses.Members(set, single))
        {
            ref readonly var earlier = ref _order.Accesses[member];
            if (earlier.Location == now.Location)
            {
                continue;
            }

            _order.NoteConflict(earlier, now);
            if (_order.IsOrdered(earlier, now))
            {
                continue;
            }

            var other = _operandOf(earlier.Location, earlier.Operand).Hbm!;
            var bytes = RegionRuns.BytesInCell(other, cell, CellBytes) & (whole ? ulong.MaxValue : RegionRuns.BytesInCell(operand, cell, CellBytes));
            if (bytes != 0)
            {
                var at = (cell * CellBytes) + BitOperations.TrailingZeroCount(bytes);
                _order.ReportRace(earlier, now, MemoryKind.Hbm, _region, -1, at);
            }
        }
    }

    private int Replace(HbmOperand operand, int set, int access, in Access now, long cell, bool whole, bool sameAgentOnly, bool add)
    {
        Span<int> single = stackalloc int[1];
        var members = _order.Accesses.Members(set, single);
        if (members.IsEmpty)
        {
            return add ? access : 0;
        }

        Span<int> kept = members.Length < 64 ? stackalloc int[members.Length + 1] : new int[members.Length + 1];
        var count = 0;
        foreach (var member in members)
        {
            ref readonly var earlier = ref _order.Accesses[member];
            var sameAgent = earlier.Agent == now.Agent;
            if (member != access && ((sameAgentOnly && !sameAgent) || !Covers(operand, now, earlier, cell, whole, members.Length)))
            {
                kept[count++] = member;
            }
        }

        if (add)
        {
            kept[count++] = access;
        }

        return _order.Accesses.Intern(kept[..count]);
    }

    private bool Covers(HbmOperand operand, in Access now, in Access earlier, long cell, bool whole, int setSize)
    {
        if (whole || earlier.Location == now.Location)
        {
            return true;
        }

        var other = _operandOf(earlier.Location, earlier.Operand).Hbm!;
        return other.Equals(operand)
            || (setSize > OrderChecker.LargeSet
                && (RegionRuns.BytesInCell(other, cell, CellBytes) & ~RegionRuns.BytesInCell(operand, cell, CellBytes)) == 0);
    }
}
