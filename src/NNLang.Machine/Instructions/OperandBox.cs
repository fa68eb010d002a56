using NNLang.Machine.Devices;

namespace NNLang.Machine.Instructions;

/// <summary>
/// The box of an on-chip operand (<c>docs/machine.md</c> 3.3): its partitions, and the bytes from the first to the last it addresses. Cheap, and
/// the same everywhere; races and initialised bits are exact instead.
/// </summary>
/// <param name="Memory">The memory; <see cref="MemoryKind.Immediate"/> for an empty box.</param>
/// <param name="FirstPartition">The first partition.</param>
/// <param name="EndPartition">One past the last partition.</param>
/// <param name="First">The first byte in a partition.</param>
/// <param name="End">One past the last byte in a partition.</param>
public readonly record struct OperandBox(MemoryKind Memory, short FirstPartition, short EndPartition, long First, long End)
{
    /// <summary>The box of an operand; bytes may lie outside the memory if the operand is not legal.</summary>
    public static OperandBox Of(in OnChipOperand operand)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        long low = operand.Offset;
        long high = operand.Offset;
        foreach (var dimension in operand.Dimensions)
        {
            var reach = (long)dimension.Stride * (dimension.Count - 1) * size;
            if (reach < 0)
            {
                low += reach;
            }
            else
            {
                high += reach;
            }
        }

        return new OperandBox(
            operand.Memory, (short)operand.FirstPartition, (short)(operand.FirstPartition + operand.Partitions), low, high + size);
    }

    /// <summary>Whether two boxes share a byte.</summary>
    public bool Hits(in OperandBox other) =>
        Memory == other.Memory && Memory != MemoryKind.Immediate
        && FirstPartition < other.EndPartition && other.FirstPartition < EndPartition && First < other.End && other.First < End;
}
