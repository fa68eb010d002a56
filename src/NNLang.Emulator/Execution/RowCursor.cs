using System.Runtime.CompilerServices;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>
/// Walks the byte offsets at which the rows of a transfer begin on one side (<c>docs/machine.md</c> 5.4), in element order, inside one
/// partition.
/// </summary>
internal struct RowCursor
{
    private Levels _counts;
    private Levels _strides;
    private Levels _indices;
    private long _offset;
    private int _used;

    /// <summary>Starts at the first row.</summary>
    /// <param name="operand">The side.</param>
    /// <param name="rowElements">Elements of a row; divides the side's contiguous run.</param>
    public RowCursor(in Operand operand, long rowElements)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        long run = 1;
        long first;
        var open = true;
        if (operand.Hbm is { } hbm)
        {
            first = hbm.Offset;
            for (var i = hbm.FreeDimensions.Length - 1; i >= 0; i--)
            {
                Add(hbm.FreeDimensions[i].Count, hbm.FreeDimensions[i].Stride, size, rowElements, ref run, ref open);
            }
        }
        else
        {
            ref readonly var chip = ref operand.OnChip;
            first = chip.Offset;
            for (var i = chip.Rank - 1; i >= 0; i--)
            {
                Add(chip.Dimensions[i].Count, (long)chip.Dimensions[i].Stride * size, size, rowElements, ref run, ref open);
            }
        }

        if (open)
        {
            Close(size, rowElements, run);
        }

        _offset = first;
    }

    /// <summary>The byte offset of the current row: in the partition on chip, in the region otherwise.</summary>
    public readonly long Offset => _offset;

    /// <summary>Steps to the next row; at the end back to the first.</summary>
    public void Advance()
    {
        for (var level = 0; level < _used; level++)
        {
            _offset += _strides[level];
            if (++_indices[level] < _counts[level])
            {
                return;
            }

            _offset -= _strides[level] * _counts[level];
            _indices[level] = 0;
        }
    }

    private void Add(long count, long stride, int size, long rowElements, ref long run, ref bool open)
    {
        if (open && (count == 1 || stride == run * size))
        {
            run *= count;
            return;
        }

        if (open)
        {
            Close(size, rowElements, run);
            open = false;
        }

        _counts[_used] = count;
        _strides[_used++] = stride;
    }

    private void Close(int size, long rowElements, long run)
    {
        _counts[_used] = run / rowElements;
        _strides[_used++] = rowElements * size;
    }

    [InlineArray(5)]
    private struct Levels
    {
        private long _first;
    }
}
