using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Collects the dimensions of an access pattern, outermost first, in elements or bytes, dropping those of count 1 and merging those that are
/// contiguous. At most eight dimensions before merging.
/// </summary>
internal struct PatternBuilder
{
    private DimensionList _dimensions;
    private int _rank;

    /// <summary>How many dimensions there are after merging; 0 for one element.</summary>
    public readonly int Rank => _rank;

    /// <summary>The product of the counts.</summary>
    public readonly long Count
    {
        get
        {
            var count = 1L;
            for (var i = 0; i < _rank; i++)
            {
                count *= _dimensions[i].Count;
            }

            return count;
        }
    }

    /// <summary>Adds a dimension inside those added before.</summary>
    public void Add(long count, long stride)
    {
        if (count == 1)
        {
            return;
        }

        if (_rank > 0 && _dimensions[_rank - 1] is var outer && outer.Stride == count * stride)
        {
            _dimensions[_rank - 1] = (outer.Count * count, stride);
        }
        else
        {
            _dimensions[_rank++] = (count, stride);
        }
    }

    /// <summary>Adds a dimension that is not to be merged with its neighbours: one a reduction counts.</summary>
    public void AddUnmerged(long count, long stride) => _dimensions[_rank++] = (count, stride);

    /// <summary>Whether an on-chip operand can hold the pattern; strides are in bytes.</summary>
    public readonly bool FitsOnChip(int elementBytes)
    {
        if (_rank > 4)
        {
            return false;
        }

        for (var i = 0; i < _rank; i++)
        {
            var (count, stride) = _dimensions[i];
            if (count > ushort.MaxValue || Math.Abs(stride / elementBytes) > short.MaxValue)
            {
                return false;
            }
        }

        return Count <= 65536;
    }

    /// <summary>The pattern as an on-chip operand; strides were given in bytes.</summary>
    public readonly OnChipOperand OnChip(MemoryKind memory, int firstPartition, int partitions, long offset, ElementType type)
    {
        var bytes = DeviceTypes.Bytes(type);
        Span<OnChipOperand.Dimension> dimensions = stackalloc OnChipOperand.Dimension[Math.Max(1, _rank)];
        dimensions[0] = new OnChipOperand.Dimension(1, 1);
        for (var i = 0; i < _rank; i++)
        {
            var (count, stride) = _dimensions[i];
            dimensions[i] = new OnChipOperand.Dimension(checked((ushort)count), checked((short)(stride / bytes)));
        }

        return new OnChipOperand(memory, firstPartition, partitions, checked((uint)offset), type, dimensions);
    }

    /// <summary>The pattern as the free or partition dimensions of an operand in device memory.</summary>
    public readonly HbmOperand.Dimension[] Hbm(int atLeast = 0)
    {
        var result = new HbmOperand.Dimension[Math.Max(_rank, atLeast)];
        for (var i = 0; i < _rank; i++)
        {
            result[i] = new HbmOperand.Dimension(checked((uint)_dimensions[i].Count), _dimensions[i].Stride);
        }

        for (var i = _rank; i < result.Length; i++)
        {
            result[i] = new HbmOperand.Dimension(1, 4);
        }

        return result;
    }

    [System.Runtime.CompilerServices.InlineArray(10)]
    private struct DimensionList
    {
        private (long Count, long Stride) _first;
    }
}
