using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>The contiguous byte runs that an operand in device memory touches, in no particular order of elements.</summary>
internal static class RegionRuns
{
    /// <summary>Calls back for each run; runs are merged as far as the pattern's dimensions allow.</summary>
    public static void ForEach(HbmOperand operand, Action<long, long> run)
    {
        var dimensions = new List<(long Count, long Stride)>();
        foreach (var dimension in operand.PartitionDimensions)
        {
            dimensions.Add((dimension.Count, dimension.Stride));
        }

        foreach (var dimension in operand.FreeDimensions)
        {
            dimensions.Add((dimension.Count, dimension.Stride));
        }

        var start = operand.Offset;
        long length = DeviceTypes.Bytes(operand.Type);
        for (var i = dimensions.Count - 1; i >= 0; i--)
        {
            var (count, stride) = dimensions[i];
            if (count == 1 || stride == 0)
            {
                dimensions.RemoveAt(i);
            }
            else if (stride < 0)
            {
                start += stride * (count - 1);
                dimensions[i] = (count, -stride);
            }
        }

        // From the smallest step up, what continues the run joins it.
        dimensions.Sort((a, b) => a.Stride.CompareTo(b.Stride));
        while (dimensions.Count > 0 && dimensions[0].Stride <= length)
        {
            length = (dimensions[0].Stride * (dimensions[0].Count - 1)) + length;
            dimensions.RemoveAt(0);
        }

        Walk(dimensions, dimensions.Count - 1, start, length, run);
    }

    /// <summary>Whether an operand touches a byte of a range. O(runs).</summary>
    public static ulong BytesInCell(HbmOperand operand, long cell, int cellBytes)
    {
        var bytes = 0UL;
        long low = cell * cellBytes, high = low + cellBytes;
        ForEach(operand, (start, length) =>
        {
            for (var at = Math.Max(low, start); at < Math.Min(high, start + length); at++)
            {
                bytes |= 1UL << (int)(at - low);
            }
        });
        return bytes;
    }

    private static void Walk(List<(long Count, long Stride)> dimensions, int level, long start, long length, Action<long, long> run)
    {
        if (level < 0)
        {
            run(start, length);
            return;
        }

        for (var i = 0L; i < dimensions[level].Count; i++, start += dimensions[level].Stride)
        {
            Walk(dimensions, level - 1, start, length, run);
        }
    }
}
