using NNLang.Emulator.Sessions;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Targets.Emulation;

/// <summary>Reads what an operand addresses, partition by partition in pattern order, out of a session.</summary>
internal static class OperandReader
{
    /// <summary>The elements as a tensor [partitions, elements].</summary>
    public static Tensor Read(EmulatorSession session, in Operand operand)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        return operand.Hbm is { } hbm ? ReadRegion(session, hbm, size) : ReadOnChip(session, operand.OnChip, size);
    }

    private static Tensor ReadOnChip(EmulatorSession session, in OnChipOperand operand, int size)
    {
        var elements = operand.ElementsPerPartition;
        var bytes = new byte[operand.Partitions * elements * size];
        var index = new int[operand.Rank];
        for (var element = 0; element < elements; element++)
        {
            var offset = (long)operand.Offset;
            for (var d = 0; d < index.Length; d++)
            {
                offset += (long)index[d] * operand.Dimensions[d].Stride * size;
            }

            for (var p = 0; p < operand.Partitions; p++)
            {
                session.ReadOnChip(
                    operand.Memory, operand.FirstPartition + p, offset, bytes.AsSpan(((p * elements) + element) * size, size), []);
            }

            for (var d = index.Length - 1; d >= 0 && ++index[d] == operand.Dimensions[d].Count; d--)
            {
                index[d] = 0;
            }
        }

        return new Tensor(operand.Type, new Shape(operand.Partitions, elements), bytes);
    }

    private static Tensor ReadRegion(EmulatorSession session, HbmOperand operand, int size)
    {
        var rows = Offsets(operand.PartitionDimensions.AsSpan());
        var free = Offsets(operand.FreeDimensions.AsSpan());
        var bytes = new byte[rows.Length * free.Length * size];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < free.Length; j++)
            {
                session.ReadRegion(
                    (int)operand.Region, operand.Offset + rows[i] + free[j], bytes.AsSpan(((i * free.Length) + j) * size, size), []);
            }
        }

        return new Tensor(operand.Type, new Shape(rows.Length, free.Length), bytes);
    }

    private static long[] Offsets(ReadOnlySpan<HbmOperand.Dimension> dimensions)
    {
        var offsets = new List<long> { 0 };
        foreach (var dimension in dimensions)
        {
            var next = new List<long>(offsets.Count * (int)dimension.Count);
            foreach (var offset in offsets)
            {
                for (var i = 0; i < dimension.Count; i++)
                {
                    next.Add(offset + (i * dimension.Stride));
                }
            }

            offsets = next;
        }

        return [.. offsets];
    }
}
