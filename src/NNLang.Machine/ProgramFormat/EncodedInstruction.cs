using System.Buffers.Binary;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.ProgramFormat;

/// <summary>
/// Reads and patches single fields of an encoded instruction without decoding it. Patching keeps the length. Positions are in bytes from the
/// instruction's first byte; the caller vouches that the bytes are one well-formed instruction.
/// </summary>
public static class EncodedInstruction
{
    /// <summary>The length of the instruction at the start of the bytes.</summary>
    public static int Length(ReadOnlySpan<byte> encoded) => BinaryPrimitives.ReadUInt16LittleEndian(encoded);

    /// <summary>The opcode.</summary>
    public static Opcode Opcode(ReadOnlySpan<byte> encoded) => (Opcode)encoded[2];

    /// <summary>Where operands and attributes begin.</summary>
    public static int BodyPosition(ReadOnlySpan<byte> encoded) =>
        InstructionCodec.HeaderBytes + (InstructionCodec.WaitBytes * encoded[3]);

    /// <summary>Where the offset of operand <paramref name="operand"/> lies: 4 bytes for an on-chip operand, 8 for one in device memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such operand, or it is an immediate.</exception>
    public static int OffsetPosition(ReadOnlySpan<byte> encoded, int operand)
    {
        var position = OperandPosition(encoded, operand);
        return (encoded[position] >> 4) switch
        {
            (int)MemoryKind.Hbm => position + 8,
            (int)MemoryKind.Immediate => throw new ArgumentOutOfRangeException(nameof(operand), "The operand is an immediate."),
            _ => position + 4,
        };
    }

    /// <summary>Where operand <paramref name="operand"/> begins.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such operand.</exception>
    public static int OperandPosition(ReadOnlySpan<byte> encoded, int operand)
    {
        var position = BodyPosition(encoded);
        var end = Length(encoded);
        while (position < end)
        {
            var tag = encoded[position];
            var isOperand = tag is < InstructionCodec.QueueTag or >= InstructionCodec.HbmTag;
            if (isOperand && operand-- == 0)
            {
                return position;
            }

            position += tag switch
            {
                0 => 5,
                >= InstructionCodec.HbmTag => InstructionCodec.HbmBytes((encoded[position + 1] >> 4) + (encoded[position + 1] & 15)),
                >= InstructionCodec.QueueTag => 2,
                _ => InstructionCodec.OnChipBytes(encoded[position + 1]),
            };
        }

        throw new ArgumentOutOfRangeException(nameof(operand), "The instruction has no such operand.");
    }

    /// <summary>Sets the offset of an on-chip operand.</summary>
    public static void SetOffset(Span<byte> encoded, int position, uint offset) =>
        BinaryPrimitives.WriteUInt32LittleEndian(encoded[position..], offset);

    /// <summary>Sets the region of an operand in device memory, given the position of its offset.</summary>
    public static void SetRegion(Span<byte> encoded, int offsetPosition, int region) =>
        BinaryPrimitives.WriteUInt32LittleEndian(encoded[(offsetPosition - 4)..], (uint)region);
}
