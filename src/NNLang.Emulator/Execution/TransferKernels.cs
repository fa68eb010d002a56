using NNLang.Emulator.Kernels;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>
/// Executes dma_copy on a range of partitions (of the on-chip side; where none is, of the destination's pattern). Rows contiguous on both
/// sides move as words; between device memory and a partition-minor memory that is a transpose.
/// </summary>
internal static unsafe class TransferKernels
{
    private const int SlotPartitions = 0;
    private const int SlotColumns = 1;
    private const int SlotOther = 2;

    // Words of a row that are transposed at once: their columns stay in the first-level cache for all partitions.
    private const int Block = 64;

    /// <summary>The number of partitions to divide.</summary>
    public static int Partitions(in Instruction instruction)
    {
        var operands = instruction.Operands;
        return operands[0].IsOnChip ? operands[0].OnChip.Partitions
            : operands[1].IsOnChip ? operands[1].OnChip.Partitions
            : (int)operands[0].Hbm!.Partitions;
    }

    /// <summary>Moves the elements of some partitions.</summary>
    public static void Copy(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        ref readonly var destination = ref instruction.Operands[0];
        ref readonly var source = ref instruction.Operands[1];
        if (!TransferShape.TryCreate(instruction, out var shape))
        {
            throw new ArgumentException("The transfer has no shape.", nameof(instruction));
        }

        var convert = destination.Type != source.Type;
        if (!destination.IsOnChip && !source.IsOnChip)
        {
            BetweenRegions(context, destination, source, shape.RowElements, convert, lo, hi);
        }
        else if (convert)
        {
            Convert(context, destination, source, shape, lo, hi);
        }
        else if (source.Hbm is not null)
        {
            Load(context, destination, source, shape, lo, hi);
        }
        else if (destination.Hbm is not null)
        {
            Store(context, destination, source, shape, lo, hi);
        }
        else
        {
            Move(context, destination, source, shape, lo, hi);
        }
    }

    /// <summary>Byte offset, relative to the operand's own, of partition k of an operand in device memory.</summary>
    public static long PartitionOffset(HbmOperand operand, long k)
    {
        var offset = 0L;
        for (var i = operand.PartitionDimensions.Length - 1; i >= 0; i--)
        {
            var (count, stride) = operand.PartitionDimensions[i];
            offset += k % count * stride;
            k /= count;
        }

        return offset;
    }

    /// <summary>Host address of element offset 0 of the operand's region for each partition of a range.</summary>
    private static byte** Bases(KernelContext context, HbmOperand operand, int lo, int hi, int slot)
    {
        var bases = context.AddressSlot(slot);
        var data = context.Memory.Regions[operand.Region].Data;
        for (var k = lo; k < hi; k++)
        {
            bases[k - lo] = data + PartitionOffset(operand, k);
        }

        return bases;
    }

    private static byte* LaneBase(KernelContext context, in OnChipOperand operand, int lo) =>
        context.Data(operand.Memory) + ((operand.FirstPartition + lo) * 4);

    private static void Load(KernelContext context, in Operand destination, in Operand source, in TransferShape shape, int lo, int hi)
    {
        var bases = Bases(context, source.Hbm!, lo, hi, SlotPartitions);
        var rows = (float**)context.AddressSlot(SlotOther);
        var lanes = hi - lo;
        var target = LaneBase(context, destination.OnChip, lo);
        var bytes = (int)shape.RowBytes;
        var from = new RowCursor(source, shape.RowElements);
        var to = new RowCursor(destination, shape.RowElements);
        for (var row = 0L; row < shape.RowsPerPartition; row++, from.Advance(), to.Advance())
        {
            for (var k = 0; k < lanes; k++)
            {
                rows[k] = (float*)(bases[k] + from.Offset);
            }

            var column = (int)to.Offset;
            if (((column | bytes) & 3) == 0)
            {
                for (var word = 0; word < bytes / 4; word += Block)
                {
                    Transpose.ToStrided(
                        context.Path, rows, word, lanes, Math.Min(Block, (bytes / 4) - word),
                        (float*)ColumnCursor.Address(target, column + (word * 4)), ColumnCursor.WordBytes / 4);
                }

                continue;
            }

            for (var i = 0; i < bytes; i++)
            {
                var address = ColumnCursor.Address(target, column + i);
                for (var k = 0; k < lanes; k++)
                {
                    address[k * 4] = ((byte*)rows[k])[i];
                }
            }
        }
    }

    private static void Store(KernelContext context, in Operand destination, in Operand source, in TransferShape shape, int lo, int hi)
    {
        var bases = Bases(context, destination.Hbm!, lo, hi, SlotPartitions);
        var columns = (float**)context.AddressSlot(SlotColumns);
        var rows = (float**)context.AddressSlot(SlotOther);
        var lanes = hi - lo;
        var origin = LaneBase(context, source.OnChip, lo);
        var bytes = (int)shape.RowBytes;
        var from = new RowCursor(source, shape.RowElements);
        var to = new RowCursor(destination, shape.RowElements);
        for (var row = 0L; row < shape.RowsPerPartition; row++, from.Advance(), to.Advance())
        {
            for (var k = 0; k < lanes; k++)
            {
                rows[k] = (float*)(bases[k] + to.Offset);
            }

            var column = (int)from.Offset;
            if (((column | bytes) & 3) == 0)
            {
                for (var word = 0; word < bytes / 4; word += Block)
                {
                    var count = Math.Min(Block, (bytes / 4) - word);
                    for (var j = 0; j < count; j++)
                    {
                        columns[j] = (float*)ColumnCursor.Address(origin, column + ((word + j) * 4));
                    }

                    Transpose.ToRows(context.Path, columns, count, lanes, rows, word);
                }

                continue;
            }

            for (var i = 0; i < bytes; i++)
            {
                var address = ColumnCursor.Address(origin, column + i);
                for (var k = 0; k < lanes; k++)
                {
                    ((byte*)rows[k])[i] = address[k * 4];
                }
            }
        }
    }

    private static void Move(KernelContext context, in Operand destination, in Operand source, in TransferShape shape, int lo, int hi)
    {
        var lanes = hi - lo;
        var origin = LaneBase(context, source.OnChip, lo);
        var target = LaneBase(context, destination.OnChip, lo);
        var bytes = (int)shape.RowBytes;
        var from = new RowCursor(source, shape.RowElements);
        var to = new RowCursor(destination, shape.RowElements);
        for (var row = 0L; row < shape.RowsPerPartition; row++, from.Advance(), to.Advance())
        {
            int here = (int)from.Offset, there = (int)to.Offset;
            if (((here | there | bytes) & 3) == 0)
            {
                for (var i = 0; i < bytes; i += 4)
                {
                    Buffer.MemoryCopy(ColumnCursor.Address(origin, here + i), ColumnCursor.Address(target, there + i), lanes * 4, lanes * 4);
                }

                continue;
            }

            for (var i = 0; i < bytes; i++)
            {
                byte* a = ColumnCursor.Address(origin, here + i), b = ColumnCursor.Address(target, there + i);
                for (var k = 0; k < lanes; k++)
                {
                    b[k * 4] = a[k * 4];
                }
            }
        }
    }

    /// <summary>One side at least on chip, with a conversion through f32: a row of lanes at a time.</summary>
    private static void Convert(KernelContext context, in Operand destination, in Operand source, in TransferShape shape, int lo, int hi)
    {
        var lanes = hi - lo;
        var bases = source.Hbm is { } input ? Bases(context, input, lo, hi, SlotPartitions)
            : destination.Hbm is { } output ? Bases(context, output, lo, hi, SlotPartitions)
            : null;
        var origin = source.IsOnChip ? LaneBase(context, source.OnChip, lo) : null;
        var target = destination.IsOnChip ? LaneBase(context, destination.OnChip, lo) : null;
        int sourceSize = DeviceTypes.Bytes(source.Type), targetSize = DeviceTypes.Bytes(destination.Type);
        float* values = context.SingleRow(0), words = context.SingleRow(1);
        var from = new RowCursor(source, shape.RowElements);
        var to = new RowCursor(destination, shape.RowElements);
        for (var row = 0L; row < shape.RowsPerPartition; row++, from.Advance(), to.Advance())
        {
            for (var i = 0; i < shape.RowElements; i++)
            {
                var here = from.Offset + (i * sourceSize);
                var there = to.Offset + (i * targetSize);
                if (origin is not null)
                {
                    Lanes.Load(context.Path, source.Type, raw: false, ColumnCursor.Address(origin, (int)here), values, lanes);
                }
                else
                {
                    for (var k = 0; k < lanes; k++)
                    {
                        ((uint*)words)[k] = Read(bases[k] + here, sourceSize);
                    }

                    Lanes.Load(context.Path, source.Type, raw: false, (byte*)words, values, lanes);
                }

                if (target is not null)
                {
                    Lanes.Store(context.Path, destination.Type, raw: false, values, ColumnCursor.Address(target, (int)there), lanes);
                }
                else
                {
                    Lanes.Store(context.Path, destination.Type, raw: false, values, (byte*)words, lanes);
                    for (var k = 0; k < lanes; k++)
                    {
                        Write(bases[k] + there, targetSize, ((uint*)words)[k]);
                    }
                }
            }
        }
    }

    private static void BetweenRegions(
        KernelContext context, in Operand destination, in Operand source, long rowElements, bool convert, int lo, int hi)
    {
        HbmOperand input = source.Hbm!, output = destination.Hbm!;
        byte* origin = context.Memory.Regions[input.Region].Data, target = context.Memory.Regions[output.Region].Data;
        var rows = output.ElementsPerPartition / rowElements;
        int sourceSize = DeviceTypes.Bytes(source.Type), targetSize = DeviceTypes.Bytes(destination.Type);
        var from = new RowCursor(source, rowElements);
        var to = new RowCursor(destination, rowElements);
        for (var k = lo; k < hi; k++)
        {
            long here = PartitionOffset(input, k), there = PartitionOffset(output, k);
            for (var row = 0L; row < rows; row++, from.Advance(), to.Advance())
            {
                byte* a = origin + here + from.Offset, b = target + there + to.Offset;
                if (!convert)
                {
                    Buffer.MemoryCopy(a, b, rowElements * targetSize, rowElements * targetSize);
                    continue;
                }

                for (var i = 0L; i < rowElements; i++)
                {
                    var value = Lanes.Decode(source.Type, Read(a + (i * sourceSize), sourceSize));
                    Write(b + (i * targetSize), targetSize, Lanes.Encode(destination.Type, value));
                }
            }
        }
    }

    internal static uint Read(byte* element, int size) => size == 4 ? *(uint*)element : size == 2 ? *(ushort*)element : *element;

    internal static void Write(byte* element, int size, uint bits)
    {
        if (size == 4)
        {
            *(uint*)element = bits;
        }
        else if (size == 2)
        {
            *(ushort*)element = (ushort)bits;
        }
        else
        {
            *element = (byte)bits;
        }
    }
}
