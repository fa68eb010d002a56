using System.Runtime.CompilerServices;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>
/// Walks the elements of an on-chip operand in order and gives, for each, the host address of its first lane. Memory is partition-minor
/// (<c>docs/machine.md</c> 2.6): lanes of one element are 4 bytes apart, neighbouring words of one partition 512.
/// </summary>
internal unsafe struct ColumnCursor
{
    /// <summary>Bytes of host memory that one word of all 128 partitions takes.</summary>
    public const int WordBytes = 512;

    private readonly byte* _lanes;
    private readonly int _count0;
    private readonly int _count1;
    private readonly int _count2;
    private readonly int _count3;
    private readonly int _step0;
    private readonly int _step1;
    private readonly int _step2;
    private readonly int _step3;
    private int _index0;
    private int _index1;
    private int _index2;
    private int _index3;
    private int _byte0;
    private int _byte1;
    private int _byte2;
    private int _byte3;

    /// <summary>Starts at element 0 of an operand.</summary>
    /// <param name="memory">The memory's host bytes.</param>
    /// <param name="operand">The operand.</param>
    /// <param name="firstLane">The first of its partitions wanted, counted from its own first.</param>
    public ColumnCursor(byte* memory, in OnChipOperand operand, int firstLane)
    {
        _lanes = memory + ((operand.FirstPartition + firstLane) * 4);
        var size = DeviceTypes.Bytes(operand.Type);
        var dimensions = operand.Dimensions;
        var rank = dimensions.Length;
        _count0 = _count1 = _count2 = 1;
        _step0 = _step1 = _step2 = 0;
        _count3 = dimensions[rank - 1].Count;
        _step3 = dimensions[rank - 1].Stride * size;
        if (rank > 1)
        {
            _count2 = dimensions[rank - 2].Count;
            _step2 = dimensions[rank - 2].Stride * size;
        }

        if (rank > 2)
        {
            _count1 = dimensions[rank - 3].Count;
            _step1 = dimensions[rank - 3].Stride * size;
        }

        if (rank > 3)
        {
            _count0 = dimensions[0].Count;
            _step0 = dimensions[0].Stride * size;
        }

        _byte0 = _byte1 = _byte2 = _byte3 = (int)operand.Offset;
    }

    private ColumnCursor(byte* lanes, int count)
    {
        _lanes = lanes;
        _count0 = _count1 = _count2 = 1;
        _count3 = count;
        _step3 = 4;
    }

    /// <summary>Walks a host buffer that keeps one word of 128 lanes for each of a number of elements.</summary>
    public static ColumnCursor Captured(byte* buffer, int firstLane, int count) => new(buffer + (firstLane * 4), count);

    /// <summary>Writes the addresses of the next elements; returns how many, at most <paramref name="maximum"/>, 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Next(byte** addresses, int maximum)
    {
        var done = 0;
        while (done < maximum)
        {
            var run = Math.Min(maximum - done, _count3 - _index3);
            var position = _byte3;
            var step = _step3;
            for (var i = 0; i < run; i++)
            {
                addresses[done + i] = Address(_lanes, position);
                position += step;
            }

            done += run;
            _index3 += run;
            _byte3 = position;
            if (_index3 == _count3 && !Carry())
            {
                break;
            }
        }

        return done;
    }

    /// <summary>The host address of a byte of a partition whose lane 0 is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Address(byte* lanes, int offset) => lanes + ((nint)(offset >> 2) * WordBytes) + (offset & 3);

    private bool Carry()
    {
        if (++_index2 < _count2)
        {
            _byte2 += _step2;
        }
        else if (++_index1 < _count1)
        {
            _index2 = 0;
            _byte2 = _byte1 += _step1;
        }
        else if (++_index0 < _count0)
        {
            _index1 = _index2 = 0;
            _byte2 = _byte1 = _byte0 += _step0;
        }
        else
        {
            _index2 = _count2;
            _index1 = _count1;
            _index0 = _count0;
            return false;
        }

        _index3 = 0;
        _byte3 = _byte2;
        return true;
    }
}
