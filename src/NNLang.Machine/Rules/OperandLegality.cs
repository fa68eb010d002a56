using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Machine.Rules;

/// <summary>The rules about one operand (<c>docs/machine.md</c> 3.2).</summary>
internal static class OperandLegality
{
    private const int MostElementsInSbuf = 65536;
    private const int MostElementsInPsum = 4096;

    public static string? Check(DeviceDescription device, in OnChipOperand operand, bool isDestination, bool isTransfer)
    {
        if (device.Memory(operand.Memory) is not { } memory)
        {
            return $"is in {Mnemonics.Name(operand.Memory)}, which {device.Name} does not have";
        }

        var (p0, np) = (operand.FirstPartition, operand.Partitions);
        if (np == 0 || p0 + np > memory.Partitions)
        {
            return $"has partitions {p0}+{np}; {Mnemonics.Name(operand.Memory)} has {memory.Partitions}";
        }

        if (!isTransfer && !StartsWell(memory, p0, np))
        {
            return np > 64 ? $"has {np} partitions and starts at {p0}; more than 64 start at 0"
                : np > 32 ? $"has {np} partitions and starts at {p0}; 33 to 64 start at 0 or 64"
                : $"has {np} partitions and starts at {p0}; up to 32 start at 0, 32, 64 or 96";
        }

        if (!memory.Types.IsEmpty && !memory.Types.Contains(operand.Type))
        {
            return $"is {ElementTypes.Name(operand.Type)}, which {Mnemonics.Name(operand.Memory)} does not hold";
        }

        var size = DeviceTypes.Bytes(operand.Type);
        if (operand.Offset % size != 0)
        {
            return $"has the offset {operand.Offset}, which is no multiple of {size}";
        }

        var n = 1L;
        foreach (var dimension in operand.Dimensions)
        {
            if (dimension.Count == 0)
            {
                return "has a dimension without elements";
            }

            if (isDestination && dimension is { Stride: 0, Count: > 1 })
            {
                return "is written with stride 0";
            }

            n *= dimension.Count;
        }

        var most = operand.Memory == MemoryKind.Psum ? MostElementsInPsum : MostElementsInSbuf;
        if (n > most)
        {
            return $"has {n} elements a partition; {Mnemonics.Name(operand.Memory)} allows {most}";
        }

        var box = OperandBox.Of(operand);
        if (box.First < 0 || box.End > memory.Bytes)
        {
            return $"reaches bytes {box.First} to {box.End - 1} of a partition of {memory.Bytes}";
        }

        return !isDestination || IsInjective(operand) ? null : "is written, but addresses an element twice";
    }

    /// <summary>Whether a TensorE result lies in one bank.</summary>
    public static bool IsInOneBank(DeviceDescription device, in OnChipOperand operand)
    {
        var bank = device.Memory(operand.Memory)?.BankBytes ?? 0;
        var box = OperandBox.Of(operand);
        return bank == 0 || box.First / bank == (box.End - 1) / bank;
    }

    // 3.2e: sorted by |stride|, each beyond what the smaller ones reach.
    public static bool IsInjective(in OnChipOperand operand)
    {
        Span<(long Stride, long Count)> dimensions = stackalloc (long, long)[4];
        var count = 0;
        foreach (var dimension in operand.Dimensions)
        {
            if (dimension.Count > 1)
            {
                dimensions[count++] = (Math.Abs((int)dimension.Stride), dimension.Count);
            }
        }

        return IsInjective(dimensions[..count], 1);
    }

    public static bool IsInjective(HbmOperand operand)
    {
        Span<(long Stride, long Count)> dimensions = stackalloc (long, long)[7];
        var count = 0;
        foreach (var dimension in operand.PartitionDimensions)
        {
            if (dimension.Count > 1)
            {
                dimensions[count++] = (Math.Abs(dimension.Stride), dimension.Count);
            }
        }

        foreach (var dimension in operand.FreeDimensions)
        {
            if (dimension.Count > 1)
            {
                dimensions[count++] = (Math.Abs(dimension.Stride), dimension.Count);
            }
        }

        return IsInjective(dimensions[..count], DeviceTypes.Bytes(operand.Type));
    }

    /// <summary>The bytes of a region from the first to one past the last; of a legal operand.</summary>
    public static (long Low, long High) Extent(HbmOperand operand)
    {
        var (low, high) = (operand.Offset, operand.Offset);
        foreach (var dimensions in new[] { operand.PartitionDimensions, operand.FreeDimensions })
        {
            foreach (var dimension in dimensions)
            {
                var reach = dimension.Stride * (dimension.Count - 1L);
                low += Math.Min(0, reach);
                high += Math.Max(0, reach);
            }
        }

        return (low, high + DeviceTypes.Bytes(operand.Type));
    }

    private static bool IsInjective(Span<(long Stride, long Count)> dimensions, long element)
    {
        dimensions.Sort();
        Int128 reach = element - 1;
        foreach (var (stride, count) in dimensions)
        {
            if (stride <= reach)
            {
                return false;
            }

            reach += (Int128)stride * (count - 1);
        }

        return true;
    }

    private static bool StartsWell(MemoryDescription memory, int p0, int np)
    {
        if (np > 64)
        {
            return p0 == 0;
        }

        if (np > 32)
        {
            return p0 is 0 or 64;
        }

        return memory.StartPartitions.IsEmpty ? p0 % 32 == 0 : memory.StartPartitions.Contains(p0);
    }
}
