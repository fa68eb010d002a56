using System.Numerics;
using NNLang.Machine.Devices;

namespace NNLang.Machine.Instructions;

/// <summary>
/// How a transfer splits into rows and over the DMA engines (<c>docs/machine.md</c> 5.3, 5.4). A row is a run contiguous on both sides; where
/// the runs of the two sides do not nest, rows have their greatest common length, so that all rows of a transfer are alike.
/// </summary>
/// <param name="FirstPartition">The first partition of the on-chip side (the destination if both are on chip); 0 if neither is.</param>
/// <param name="Partitions">The partitions of that side; if neither is on chip, all rows.</param>
/// <param name="RowsPerPartition">Rows in each partition; 1 if neither side is on chip.</param>
/// <param name="RowElements">Elements of a row.</param>
/// <param name="RowBytes">Bytes of a row on its larger side.</param>
public readonly record struct TransferShape(
    int FirstPartition, long Partitions, long RowsPerPartition, long RowElements, long RowBytes)
{
    // Beyond these a transfer has no time that fits 64 bits.
    private const long MostRows = 1L << 32;
    private const long MostBytes = 1L << 50;

    /// <summary>All rows of the transfer.</summary>
    public long Rows => Partitions * RowsPerPartition;

    /// <summary>Bytes moved, counting the larger side.</summary>
    public long Bytes => Rows * RowBytes;

    /// <summary>
    /// The shape of a dma_copy or dma_gather. False if the instruction lacks operands, if its sides differ in elements per partition, or beyond
    /// 2^32 rows or 2^50 bytes.
    /// </summary>
    public static bool TryCreate(in Instruction instruction, out TransferShape shape)
    {
        shape = default;
        var operands = instruction.Operands;
        if (operands.Length < 2)
        {
            return false;
        }

        ref readonly var destination = ref operands[0];
        ref readonly var source = ref operands[1];
        if (destination.IsImmediate || source.IsImmediate)
        {
            return false;
        }

        var (run, n, size) = Run(destination);
        var (otherRun, otherN, otherSize) = Run(source);
        if (n <= 0 || otherN != n)
        {
            return false;
        }

        var elements = (long)BigInteger.GreatestCommonDivisor(run, otherRun);
        var rows = n / elements;
        var bytes = elements * Math.Max(size, otherSize);
        if (destination.IsOnChip || source.IsOnChip)
        {
            ref readonly var side = ref (destination.IsOnChip ? ref destination : ref source);
            shape = new TransferShape(side.OnChip.FirstPartition, side.OnChip.Partitions, rows, elements, bytes);
        }
        else
        {
            var partitions = Int128.Min((Int128)destination.Hbm!.Partitions * rows, long.MaxValue);
            shape = new TransferShape(0, (long)partitions, 1, elements, bytes);
        }

        var all = (Int128)shape.Partitions * shape.RowsPerPartition;
        return all <= MostRows && all * bytes <= MostBytes;
    }

    /// <summary>Rows that one of <paramref name="engines"/> DMA engines moves.</summary>
    public long RowsOn(int engine, int engines)
    {
        // Partition (or row) k belongs to engine (k / 8) mod engines.
        var period = 8L * engines;
        var end = FirstPartition + Partitions;
        return (Below(end) - Below(FirstPartition)) * RowsPerPartition;

        long Below(long k)
        {
            var rest = (k % period) - (8L * engine);
            return (k / period * 8) + Math.Clamp(rest, 0, 8);
        }
    }

    // The longest contiguous run in elements, the elements per partition, and the element size.
    private static (long Run, long Elements, int Size) Run(in Operand operand)
    {
        long run = 1;
        long n = 1;
        var size = DeviceTypes.Bytes(operand.Type);
        var open = true;
        if (operand.Hbm is { } hbm)
        {
            var dimensions = hbm.FreeDimensions;
            for (var i = dimensions.Length - 1; i >= 0; i--)
            {
                open &= dimensions[i].Count == 1 || dimensions[i].Stride == run * size;
                run = open ? run * dimensions[i].Count : run;
                n = n > int.MaxValue ? n : n * dimensions[i].Count;
            }
        }
        else
        {
            var dimensions = operand.OnChip.Dimensions;
            for (var i = dimensions.Length - 1; i >= 0; i--)
            {
                open &= dimensions[i].Count == 1 || dimensions[i].Stride == run;
                run = open ? run * dimensions[i].Count : run;
                n = n > int.MaxValue ? n : n * dimensions[i].Count;
            }
        }

        return (Math.Max(1, run), n, size);
    }
}
