using NNLang.Emulator.Faults;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Memories;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>
/// The two halves of a transfer one element at a time: read into a dense host buffer, [partition][element] in the destination's type, and
/// written from it. Used where the halves happen at different times, where rows go astray, and for gathers.
/// </summary>
internal static unsafe class DenseTransfer
{
    /// <summary>Bytes that the whole transfer takes densely.</summary>
    public static long Bytes(in Instruction instruction) =>
        (long)TransferKernels.Partitions(instruction) * Elements(instruction.Operands[0]) * DeviceTypes.Bytes(instruction.Operands[0].Type);

    /// <summary>Reads the partitions of a range.</summary>
    /// <returns>-1, or the first partition whose index is out of range (dma_gather); its elements become 0.</returns>
    public static int Read(DeviceMemory memory, in Instruction instruction, int lo, int hi, byte* dense)
    {
        ref readonly var destination = ref instruction.Operands[0];
        ref readonly var source = ref instruction.Operands[1];
        int size = DeviceTypes.Bytes(destination.Type), sourceSize = DeviceTypes.Bytes(source.Type);
        var elements = Elements(destination);
        if (!TransferShape.TryCreate(instruction, out var shape))
        {
            throw new ArgumentException("The transfer has no shape.", nameof(instruction));
        }

        var bad = -1;
        var rows = elements / shape.RowElements;
        var from = new RowCursor(source, shape.RowElements);
        var convert = destination.Type != source.Type;
        var origin = source.Hbm is { } hbm ? memory.Regions[hbm.Region].Data : memory.OnChip(source.Memory).Data;
        for (var k = lo; k < hi; k++)
        {
            var target = dense + (k * elements * size);
            var here = 0L;
            if (source.Hbm is { } input)
            {
                if (instruction.Opcode == Opcode.DmaGather)
                {
                    var index = GatherIndex(memory, instruction, k);
                    if ((ulong)index >= (ulong)GatherLimit(input))
                    {
                        bad = bad < 0 ? k : bad;
                        new Span<byte>(target, checked((int)(elements * size))).Clear();
                        continue;
                    }

                    here = index * input.PartitionDimensions[0].Stride;
                }
                else
                {
                    here = TransferKernels.PartitionOffset(input, k);
                }
            }

            for (var row = 0L; row < rows; row++, from.Advance())
            {
                for (var i = 0L; i < shape.RowElements; i++, target += size)
                {
                    var address = source.Hbm is not null
                        ? origin + here + from.Offset + (i * sourceSize)
                        : ColumnCursor.Address(origin + ((source.OnChip.FirstPartition + k) * 4), (int)(from.Offset + (i * sourceSize)));
                    var bits = TransferKernels.Read(address, sourceSize);
                    TransferKernels.Write(target, size, convert ? Lanes.Encode(destination.Type, Lanes.Decode(source.Type, bits)) : bits);
                }
            }
        }

        return bad;
    }

    /// <summary>
    /// Writes the partitions of a range. Rows with a fault are dropped, or displaced and wrapped in their partition or region. The caller
    /// has touched the destination if it is on chip; what a displaced row hits is touched here.
    /// </summary>
    public static void Write(DeviceMemory memory, in Instruction instruction, int lo, int hi, byte* dense, RowFault[]? faults)
    {
        ref readonly var destination = ref instruction.Operands[0];
        var size = DeviceTypes.Bytes(destination.Type);
        var elements = Elements(destination);
        if (!TransferShape.TryCreate(instruction, out var shape))
        {
            throw new ArgumentException("The transfer has no shape.", nameof(instruction));
        }

        var rows = elements / shape.RowElements;
        var to = new RowCursor(destination, shape.RowElements);
        var target = destination.Hbm is { } hbm ? memory.Regions[hbm.Region] : memory.OnChip(destination.Memory);
        var room = destination.Hbm is null ? target.Length / DeviceMemory.Partitions : target.Length;
        for (var k = lo; k < hi; k++)
        {
            var origin = dense + (k * elements * size);
            var there = destination.Hbm is { } output ? TransferKernels.PartitionOffset(output, k) : 0;
            for (var row = 0L; row < rows; row++, to.Advance(), origin += shape.RowElements * size)
            {
                var fault = faults is null ? default : faults[(k * rows) + row];
                if (fault.Dropped)
                {
                    continue;
                }

                var count = shape.RowElements * size;
                var position = there + to.Offset + fault.Displacement;
                if (destination.Hbm is not null && fault.Displacement == 0)
                {
                    target.Touch(position, count);
                    Buffer.MemoryCopy(origin, target.Data + position, count, count);
                    continue;
                }

                if (fault.Displacement == 0)
                {
                    var lane = target.Data + ((destination.OnChip.FirstPartition + k) * 4);
                    for (var i = 0L; i < count; i += size)
                    {
                        TransferKernels.Write(ColumnCursor.Address(lane, (int)(position + i)), size, TransferKernels.Read(origin + i, size));
                    }

                    continue;
                }

                for (var i = 0L; i < count; i++)
                {
                    var at = (position + i) % room;
                    at = at < 0 ? at + room : at;
                    var host = destination.Hbm is not null ? at : HostOffset(destination.OnChip.FirstPartition + k, at);
                    target.Touch(host, 1);
                    target.Data[host] = origin[i];
                }
            }
        }
    }

    /// <summary>The index that partition k of a gather reads.</summary>
    public static int GatherIndex(DeviceMemory memory, in Instruction instruction, int k)
    {
        ref readonly var column = ref instruction.Operands[2].OnChip;
        var lane = memory.OnChip(column.Memory).Data + ((column.FirstPartition + k) * 4);
        return *(int*)ColumnCursor.Address(lane, (int)column.Offset);
    }

    /// <summary>The number of rows of a gather's table.</summary>
    public static long GatherLimit(HbmOperand table) => table.PartitionDimensions.IsEmpty ? 0 : table.PartitionDimensions[0].Count;

    /// <summary>Where byte b of a partition lies in the host memory of an on-chip memory (<c>docs/machine.md</c> 2.6).</summary>
    public static long HostOffset(int partition, long offset) =>
        ((offset >> 2) * ColumnCursor.WordBytes) + (partition * 4) + (offset & 3);

    private static long Elements(in Operand operand) =>
        operand.Hbm is { } hbm ? hbm.ElementsPerPartition : operand.OnChip.ElementsPerPartition;
}
