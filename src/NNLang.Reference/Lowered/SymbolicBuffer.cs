using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;

namespace NNLang.Reference.Lowered;

/// <summary>
/// A buffer without an address: f32 words, and whether each was ever written. On-chip buffers hold a row of words for each of 128 partitions.
/// </summary>
internal sealed class SymbolicBuffer
{
    private readonly bool[] _written;

    /// <summary>Makes a buffer.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="words">Words of a partition, or of the whole region.</param>
    /// <param name="onChip">Whether there are 128 partitions.</param>
    /// <param name="initialised">Whether it starts as zeros that may be read.</param>
    public SymbolicBuffer(string name, long words, bool onChip, bool initialised)
    {
        Name = name;
        Words = words;
        IsOnChip = onChip;
        Elements = new float[words * (onChip ? TensorStorage.PartitionCount : 1)];
        _written = new bool[Elements.Length];
        Array.Fill(_written, initialised);
    }

    /// <summary>A region with contents.</summary>
    public SymbolicBuffer(string name, float[] contents)
        : this(name, contents.Length, onChip: false, initialised: true) => contents.CopyTo(Elements, 0);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Words of a partition, or of the region.</summary>
    public long Words { get; }

    /// <summary>Whether it has partitions.</summary>
    public bool IsOnChip { get; }

    /// <summary>All words.</summary>
    public float[] Elements { get; }

    /// <summary>Reads the words at some places.</summary>
    /// <exception cref="LoweredExecutionException">A word was never written, or is outside.</exception>
    public void Read(ReadOnlySpan<int> places, Span<float> values)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            if ((uint)place >= (uint)Elements.Length || !_written[place])
            {
                var what = (uint)place < (uint)Elements.Length ? "nothing has written" : "is outside";
                throw new LoweredExecutionException($"'{Name}' is read at word {place}, which {what}.");
            }

            values[i] = Elements[place];
        }
    }

    /// <summary>Writes the words at some places.</summary>
    public void Write(ReadOnlySpan<int> places, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < places.Length; i++)
        {
            if ((uint)places[i] >= (uint)Elements.Length)
            {
                throw new LoweredExecutionException($"'{Name}' is written at word {places[i]}, which is outside.");
            }

            Elements[places[i]] = values[i];
            _written[places[i]] = true;
        }
    }

    /// <summary>The words an operand addresses: partition by partition, in pattern order.</summary>
    public int[] PlacesOf(in Operand operand)
    {
        if (operand.Hbm is { } hbm)
        {
            var rows = Offsets(hbm.PartitionDimensions.AsSpan());
            var free = Offsets(hbm.FreeDimensions.AsSpan());
            var places = new int[rows.Length * free.Length];
            for (var i = 0; i < places.Length; i++)
            {
                places[i] = (int)((hbm.Offset + rows[i / free.Length] + free[i % free.Length]) / 4);
            }

            return places;
        }

        ref readonly var chip = ref operand.OnChip;
        Span<HbmOperand.Dimension> dimensions = stackalloc HbmOperand.Dimension[chip.Rank];
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = new HbmOperand.Dimension(chip.Dimensions[i].Count, chip.Dimensions[i].Stride * 4L);
        }

        var pattern = Offsets(dimensions);
        var result = new int[pattern.Length * chip.Partitions];
        for (var i = 0; i < result.Length; i++)
        {
            var word = (chip.Offset + pattern[i % pattern.Length]) / 4;
            if (word < 0 || word >= Words)
            {
                throw new LoweredExecutionException($"'{Name}' has {Words} words a partition; word {word} is addressed.");
            }

            result[i] = (int)(((chip.FirstPartition + (i / pattern.Length)) * Words) + word);
        }

        return result;
    }

    private static long[] Offsets(ReadOnlySpan<HbmOperand.Dimension> dimensions)
    {
        var count = 1L;
        foreach (var dimension in dimensions)
        {
            count *= dimension.Count;
        }

        var offsets = new long[count];
        var stride = count;
        foreach (var dimension in dimensions)
        {
            stride /= dimension.Count;
            for (var i = 0L; i < count; i++)
            {
                offsets[i] += i / stride % dimension.Count * dimension.Stride;
            }
        }

        return offsets;
    }
}
