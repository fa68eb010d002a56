using System.Buffers.Binary;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.ProgramFormat;

/// <summary>The constants of encoded instructions (<c>docs/machine.md</c> 8.3).</summary>
internal static class InstructionCodec
{
    /// <summary>Bytes before the waits: length, opcode, waits, increment.</summary>
    public const int HeaderBytes = 6;

    /// <summary>Bytes of a wait.</summary>
    public const int WaitBytes = 6;

    /// <summary>The increment that stands for none.</summary>
    public const ushort NoIncrement = 0xFFFF;

    /// <summary>The longest instruction: header, waits, eight operands of which two are in device memory, attributes.</summary>
    public const int MaximumBytes = 512;

    public const byte QueueTag = 0xE0;
    public const byte WordTag = 0xE1;
    public const byte AxesTag = 0xE2;
    public const byte GroupsTag = 0xE3;
    public const byte HbmTag = 0xF0;

    public const byte FirstFunction = 32;
    public const byte AccumulateWord = 64;
    public const byte FusedMultiplyAddWord = 65;
    public const byte NegateWord = 66;
    public const byte ReverseWord = 67;

    public static int OnChipBytes(int rank) => 8 + (4 * rank);

    public static int HbmBytes(int dimensions) => 16 + (12 * dimensions);

    public static int Write(Span<byte> destination, in Operand operand)
    {
        switch (operand.Memory)
        {
            case MemoryKind.Immediate:
                destination[0] = 0;
                BinaryPrimitives.WriteUInt32LittleEndian(destination[1..], operand.Bits);
                return 5;
            case MemoryKind.Hbm:
                return Write(destination, operand.Hbm!);
            default:
                return Write(destination, operand.OnChip);
        }
    }

    private static int Write(Span<byte> destination, in OnChipOperand operand)
    {
        destination[0] = (byte)(((int)operand.Memory << 4) | DeviceTypes.Code(operand.Type));
        destination[1] = (byte)operand.Rank;
        destination[2] = (byte)operand.FirstPartition;
        destination[3] = (byte)operand.Partitions;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], operand.Offset);
        var position = 8;
        foreach (var dimension in operand.Dimensions)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[position..], dimension.Count);
            BinaryPrimitives.WriteInt16LittleEndian(destination[(position + 2)..], dimension.Stride);
            position += 4;
        }

        return position;
    }

    private static int Write(Span<byte> destination, HbmOperand operand)
    {
        destination[0] = (byte)(HbmTag | DeviceTypes.Code(operand.Type));
        destination[1] = (byte)((operand.PartitionDimensions.Length << 4) | operand.FreeDimensions.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)operand.Region);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], operand.Offset);
        var position = 16;
        foreach (var dimension in operand.PartitionDimensions)
        {
            position = Write(destination, position, dimension);
        }

        foreach (var dimension in operand.FreeDimensions)
        {
            position = Write(destination, position, dimension);
        }

        return position;
    }

    private static int Write(Span<byte> destination, int position, HbmOperand.Dimension dimension)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination[position..], dimension.Count);
        BinaryPrimitives.WriteInt64LittleEndian(destination[(position + 4)..], dimension.Stride);
        return position + 12;
    }
}
