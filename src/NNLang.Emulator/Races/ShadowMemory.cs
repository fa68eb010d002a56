using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NNLang.Emulator.Execution;
using NNLang.Emulator.Memories;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>
/// The shadow of an on-chip memory. For each word column and quadrant of 32 partitions it keeps the set of last writers and the set of
/// readers since; and one bit a byte that tells whether it was written. Neighbouring columns mostly have equal sets, so what was proved for
/// one is compared and copied for the next. Not thread-safe.
/// </summary>
internal sealed unsafe class ShadowMemory : IDisposable
{
    private const int CellInts = 8;

    // States of cells whose answer one access remembers; a power of two.
    private const int Memory = 16;
    private readonly MemoryKind _kind;
    private readonly OrderChecker _order;
    private readonly Func<InstructionLocation, int, Operand> _operandOf;
    private readonly NativeBuffer _cells;
    private readonly NativeBuffer _mask;
    private readonly bool _checkInitialised;
    private readonly int[] _words = new int[1 << 16];

    /// <summary>Makes the shadow of a memory that nothing was written to.</summary>
    /// <param name="kind">The memory.</param>
    /// <param name="partitionBytes">Bytes of a partition.</param>
    /// <param name="order">The rules and the report.</param>
    /// <param name="operandOf">Finds an operand of an instruction again, for exact tests.</param>
    /// <param name="checkInitialised">Whether reads of bytes never written are reported.</param>
    public ShadowMemory(
        MemoryKind kind, long partitionBytes, OrderChecker order, Func<InstructionLocation, int, Operand> operandOf, bool checkInitialised)
    {
        _kind = kind;
        _order = order;
        _operandOf = operandOf;
        _checkInitialised = checkInitialised;
        var columns = (partitionBytes + 3) / 4;
        _cells = new NativeBuffer(columns * CellInts * sizeof(int));
        _mask = new NativeBuffer(columns * ColumnCursor.WordBytes / 8);
    }

    public void Dispose()
    {
        _cells.Dispose();
        _mask.Dispose();
    }

    /// <summary>Checks and records a read or a write.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="access">The access's number in the table.</param>
    /// <param name="read">Whether it reads.</param>
    /// <param name="write">Whether it writes, after reading if it does both.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Check(in OnChipOperand operand, int access, bool read, bool write)
    {
        var count = OperandMap.Words(operand, _words);
        var now = _order.Accesses[access];
        int firstQuadrant = operand.FirstPartition >> 5, lastQuadrant = (operand.FirstPartition + operand.Partitions - 1) >> 5;
        var touched = Vector256<int>.Zero;
        for (var quadrant = firstQuadrant; quadrant <= lastQuadrant; quadrant++)
        {
            touched = touched.WithElement(quadrant, -1).WithElement(quadrant + 4, -1);
        }

        // Cells in the same state have the same answer: the last one, and a small table of the ones before it.
        var never = Vector256.Create(int.MinValue);
        var known = never;
        var result = Vector256<int>.Zero;
        var proved = false;
        Span<Vector256<int>> knownStates = stackalloc Vector256<int>[Memory];
        Span<Vector256<int>> results = stackalloc Vector256<int>[Memory];
        Span<bool> proofs = stackalloc bool[Memory];
        knownStates.Fill(never);
        var allProved = true;
        var reported = false;
        var cells = (int*)_cells.Data;
        for (var i = 0; i < count; i++)
        {
            if (proved || !_checkInitialised)
            {
                i = Repeat(cells, i, count, touched, known, result);
                if (i == count)
                {
                    break;
                }
            }

            var word = _words[i];
            var cell = cells + ((nint)word * CellInts);
            var old = Vector256.Load(cell);
            var state = old & touched;
            if (state != known)
            {
                var slot = Slot(state);
                if (knownStates[slot] == state)
                {
                    known = state;
                    result = results[slot];
                    proved = proofs[slot];
                    Vector256.ConditionalSelect(touched, result, old).Store(cell);
                }
                else if (Resolve(operand, access, now, write, word, cell, firstQuadrant, lastQuadrant, out proved))
                {
                    known = never;
                }
                else
                {
                    known = knownStates[slot] = state;
                    result = results[slot] = Vector256.Load(cell) & touched;
                    proofs[slot] = proved;
                }
            }
            else
            {
                Vector256.ConditionalSelect(touched, result, old).Store(cell);
            }

            if (!proved && _checkInitialised)
            {
                allProved = false;
                if (read && !reported && now.WholeWords && FirstMissing(word, operand, 0xF) is >= 0 and var missing)
                {
                    reported = true;
                    ReportUninitialised(now, missing, word);
                }

                if (write && now.WholeWords)
                {
                    SetWhole(word, operand.FirstPartition, operand.Partitions);
                }
            }
        }

        if (!now.WholeWords && !allProved)
        {
            CheckParts(operand, now, read, write, reported);
        }
    }

    /// <summary>Copies the mask of written bytes, in the order of the memory's host bytes.</summary>
    public ReadOnlySpan<ulong> Mask => new(_mask.Data, checked((int)(_mask.Length / 8)));

    /// <summary>Writes the same answer while the cells are in the same state; returns the first place where they are not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Repeat(int* cells, int from, int count, Vector256<int> touched, Vector256<int> known, Vector256<int> result)
    {
        fixed (int* words = _words)
        {
            for (; from < count; from++)
            {
                var cell = cells + ((nint)words[from] * CellInts);
                var old = Vector256.Load(cell);
                if ((old & touched) != known)
                {
                    break;
                }

                (Vector256.AndNot(old, touched) | result).Store(cell);
            }
        }

        return from;
    }

    private static int Slot(Vector256<int> state)
    {
        var mixed = Vector256.Sum(state * Vector256.Create(1, 3, 5, 7, 0x01000193, 0x03000193, 0x05000193, 0x07000193));
        return (mixed ^ (mixed >>> 13) ^ (mixed >>> 23)) & (Memory - 1);
    }

    /// <summary>Sub-word operands: the initialised bits of each element by itself.</summary>
    private void CheckParts(in OnChipOperand operand, in Access now, bool read, bool write, bool reported)
    {
        var bytes = (1 << DeviceTypes.Bytes(operand.Type)) - 1;
        foreach (var position in new OperandMap.Elements(operand))
        {
            var part = bytes << (position & 3);
            if (read && !reported && FirstMissing(position >> 2, operand, part) is >= 0 and var missing)
            {
                reported = true;
                ReportUninitialised(now, missing, position >> 2);
            }

            if (write)
            {
                Set(position >> 2, operand, part);
            }
        }
    }

    private void ReportUninitialised(in Access now, int missing, int word) =>
        _order.Report(new Hazard(
            HazardKind.UninitialisedRead, now.Location, null, _kind, -1, missing >> 2, ((long)word * 4) + (missing & 3), _order.Time));

    private void SetWhole(int word, int first, int count) =>
        BitRange.Set((ulong*)_mask.Data, ((long)word * ColumnCursor.WordBytes) + (first * 4), count * 4);

    /// <summary>Sets some of the four bytes of a word in the operand's partitions.</summary>
    private void Set(int word, in OnChipOperand operand, int part)
    {
        var words = (ulong*)_mask.Data + ((nint)word * (ColumnCursor.WordBytes / 64));
        var pattern = (ulong)part * 0x1111111111111111UL;
        for (int p = operand.FirstPartition, end = p + operand.Partitions; p < end;)
        {
            var next = Math.Min(end, (p | 15) + 1);
            words[p >> 4] |= pattern & LaneMask(p & 15, next - p);
            p = next;
        }
    }

    /// <summary>The first byte (partition * 4 + byte) of a word that is missing among some of its four; -1 if none is.</summary>
    private int FirstMissing(int word, in OnChipOperand operand, int part)
    {
        var words = (ulong*)_mask.Data + ((nint)word * (ColumnCursor.WordBytes / 64));
        var pattern = (ulong)part * 0x1111111111111111UL;
        for (int p = operand.FirstPartition, end = p + operand.Partitions; p < end;)
        {
            var next = Math.Min(end, (p | 15) + 1);
            var missing = ~words[p >> 4] & pattern & LaneMask(p & 15, next - p);
            if (missing != 0)
            {
                return ((p & ~15) * 4) + System.Numerics.BitOperations.TrailingZeroCount(missing);
            }

            p = next;
        }

        return -1;
    }

    private static ulong LaneMask(int first, int count) => (count == 16 ? ulong.MaxValue : (1UL << (count * 4)) - 1) << (first * 4);

    /// <summary>Checks the access against a column's sets and writes the new sets.</summary>
    /// <returns>Whether the answer holds for this column only.</returns>
    private bool Resolve(
        in OnChipOperand operand, int access, in Access now, bool write, int word, int* cell, int firstQuadrant, int lastQuadrant, out bool proved)
    {
        proved = true;
        var exact = false;
        for (var quadrant = firstQuadrant; quadrant <= lastQuadrant; quadrant++)
        {
            int low = Math.Max(operand.FirstPartition, quadrant * 32), high = Math.Min(operand.FirstPartition + operand.Partitions, (quadrant + 1) * 32);
            ref var writers = ref cell[quadrant];
            ref var readers = ref cell[quadrant + 4];
            exact |= Compare(operand, now, writers, word, low, high);
            proved &= IsCovered(writers, low, high);
            if (write)
            {
                exact |= Compare(operand, now, readers, word, low, high);
                writers = Replace(operand, writers, access, now, word, low, high, sameAgentOnly: false);
                readers = now.WholeWords && high - low == 32 ? 0 : Remaining(operand, readers, now, word, low, high);
            }
            else
            {
                readers = Replace(operand, readers, access, now, word, low, high, sameAgentOnly: true);
            }
        }

        return exact;
    }

    private bool Compare(in OnChipOperand operand, in Access now, int set, int word, int low, int high)
    {
        Span<int> single = stackalloc int[1];
        var exact = false;
        foreach (var member in _order.Accesses.Members(set, single))
        {
            ref readonly var earlier = ref _order.Accesses[member];
            int first = Math.Max(low, earlier.FirstPartition), last = Math.Min(high, earlier.FirstPartition + earlier.Partitions);
            if (first >= last)
            {
                continue;
            }

            _order.NoteConflict(earlier, now);
            if (_order.IsOrdered(earlier, now))
            {
                continue;
            }

            var bytes = 0xF;
            if (!earlier.WholeWords || !now.WholeWords)
            {
                exact = true;
                var found = _operandOf(earlier.Location, earlier.Operand);
                bytes = OperandMap.BytesInWord(operand, word) & OperandMap.BytesInWord(found.OnChip, word);
                if (bytes == 0)
                {
                    continue;
                }
            }

            var at = ((long)word * 4) + System.Numerics.BitOperations.TrailingZeroCount(bytes);
            _order.ReportRace(earlier, now, _kind, -1, first, at);
        }

        return exact;
    }

    /// <summary>Whether one writer wrote all of the range, whole words.</summary>
    private bool IsCovered(int set, int low, int high)
    {
        Span<int> single = stackalloc int[1];
        foreach (var member in _order.Accesses.Members(set, single))
        {
            ref readonly var writer = ref _order.Accesses[member];
            if (writer.WholeWords && writer.FirstPartition <= low && writer.FirstPartition + writer.Partitions >= high)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The set with the access added and those it stands for removed.</summary>
    private int Replace(in OnChipOperand operand, int set, int access, in Access now, int word, int low, int high, bool sameAgentOnly)
    {
        Span<int> single = stackalloc int[1];
        var members = _order.Accesses.Members(set, single);
        if (members.IsEmpty)
        {
            return access;
        }

        Span<int> kept = members.Length < 64 ? stackalloc int[members.Length + 1] : new int[members.Length + 1];
        var count = 0;
        foreach (var member in members)
        {
            ref readonly var earlier = ref _order.Accesses[member];
            var replaced = sameAgentOnly
                ? earlier.Agent == now.Agent && earlier.Key == now.Key && Covers(operand, now, earlier, word, low, high, members.Length)
                : Covers(operand, now, earlier, word, low, high, members.Length);
            if (!replaced)
            {
                kept[count++] = member;
            }
        }

        kept[count++] = access;
        return _order.Accesses.Intern(kept[..count]);
    }

    /// <summary>A write makes readers that it covers irrelevant: whoever is ordered after it is ordered after them.</summary>
    private int Remaining(in OnChipOperand operand, int set, in Access now, int word, int low, int high)
    {
        Span<int> single = stackalloc int[1];
        var members = _order.Accesses.Members(set, single);
        Span<int> kept = members.Length < 64 ? stackalloc int[members.Length] : new int[members.Length];
        var count = 0;
        foreach (var member in members)
        {
            if (!Covers(operand, now, _order.Accesses[member], word, low, high, members.Length))
            {
                kept[count++] = member;
            }
        }

        return _order.Accesses.Intern(kept[..count]);
    }

    /// <summary>Whether the access touches all that an earlier one touched of this quadrant and word.</summary>
    private bool Covers(in OnChipOperand operand, in Access now, in Access earlier, int word, int low, int high, int setSize)
    {
        var quadrant = low & ~31;
        int first = Math.Max(quadrant, earlier.FirstPartition), last = Math.Min(quadrant + 32, earlier.FirstPartition + earlier.Partitions);
        if (first < low || last > high)
        {
            return false;
        }

        if (now.WholeWords)
        {
            return true;
        }

        var found = _operandOf(earlier.Location, earlier.Operand);
        ref readonly var other = ref found.OnChip;
        return other.Offset == operand.Offset && other.Type == operand.Type && other.Dimensions.SequenceEqual(operand.Dimensions)
            ? true
            : setSize > OrderChecker.LargeSet
                && (OperandMap.BytesInWord(other, word) & ~OperandMap.BytesInWord(operand, word)) == 0;
    }
}
