using System.Buffers.Binary;
using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.ProgramFormat;

/// <summary>
/// Decodes instructions into a few large arrays. Anything malformed ends in a message, not in an exception; memory is bounded by the bytes
/// read. Internal state is reused; not thread-safe.
/// </summary>
internal sealed class InstructionDecoder
{
    private Operand[] _operands = new Operand[64];
    private SemaphoreWait[] _waits = new SemaphoreWait[16];
    private int _operandCount;
    private int _waitCount;

    /// <summary>Decodes a whole stream. Null, with position and reason, if it is malformed.</summary>
    public Instruction[]? Decode(ReadOnlySpan<byte> code, int count, out int position, out string? problem)
    {
        position = 0;
        if (count < 0 || count > code.Length / InstructionCodec.HeaderBytes)
        {
            problem = $"{count} instructions do not fit in {code.Length} bytes";
            return null;
        }

        // The arrays grow as needed; the instructions keep the final ones, so they are bound at the end.
        var raw = new Raw[count];
        _operandCount = 0;
        _waitCount = 0;
        for (var i = 0; i < count; i++)
        {
            if (!DecodeOne(code[position..], ref raw[i], out var length, out problem))
            {
                return null;
            }

            position += length;
        }

        if (position != code.Length)
        {
            problem = $"{code.Length - position} bytes are left after the last instruction";
            return null;
        }

        var operands = _operands.AsSpan(0, _operandCount).ToArray();
        var waits = _waits.AsSpan(0, _waitCount).ToArray();
        var instructions = new Instruction[count];
        for (var i = 0; i < count; i++)
        {
            ref readonly var r = ref raw[i];
            instructions[i] = new Instruction(
                r.Opcode, operands, r.FirstOperand, r.OperandCount, r.Attributes, waits, r.FirstWait, r.WaitCount, r.Increment);
        }

        problem = null;
        return instructions;
    }

    private bool DecodeOne(ReadOnlySpan<byte> code, ref Raw raw, out int length, out string? problem)
    {
        length = 0;
        if (code.Length < InstructionCodec.HeaderBytes)
        {
            problem = "the instruction's header is cut off";
            return false;
        }

        length = BinaryPrimitives.ReadUInt16LittleEndian(code);
        var opcode = (Opcode)code[2];
        var waits = code[3];
        if (length < InstructionCodec.HeaderBytes || length > code.Length)
        {
            problem = $"the instruction's length {length} does not fit";
            return false;
        }

        if (opcode is Opcode.None or > Opcode.Wait)
        {
            problem = $"there is no instruction with the code {(int)opcode}";
            return false;
        }

        if (waits > Instruction.MaximumWaits || InstructionCodec.HeaderBytes + (waits * InstructionCodec.WaitBytes) > length)
        {
            problem = $"the instruction cannot have {waits} waits";
            return false;
        }

        var increment = BinaryPrimitives.ReadUInt16LittleEndian(code[4..]);
        raw.Opcode = opcode;
        raw.Increment = increment == InstructionCodec.NoIncrement ? null : increment;
        raw.FirstWait = _waitCount;
        raw.WaitCount = waits;
        var position = InstructionCodec.HeaderBytes;
        for (var i = 0; i < waits; i++)
        {
            var wait = new SemaphoreWait(
                BinaryPrimitives.ReadUInt16LittleEndian(code[position..]), BinaryPrimitives.ReadUInt32LittleEndian(code[(position + 2)..]));
            Grow(ref _waits, _waitCount);
            _waits[_waitCount++] = wait;
            position += InstructionCodec.WaitBytes;
        }

        raw.FirstOperand = _operandCount;
        var reader = new BodyReader(code[position..length]);
        problem = DecodeBody(opcode, ref reader, out var attributes);
        if (problem is null && !reader.AtEnd)
        {
            problem = $"{Mnemonics.Name(opcode)} has more operands or attributes than it can have, or in another order";
        }

        raw.Attributes = attributes;
        raw.OperandCount = _operandCount - raw.FirstOperand;
        if (problem is null && raw.OperandCount > Instruction.MaximumOperands)
        {
            problem = $"{Mnemonics.Name(opcode)} has too many operands";
        }

        problem ??= InstructionForm.Check(opcode, _operands.AsSpan(raw.FirstOperand, raw.OperandCount), attributes);
        return problem is null;
    }

    private string? DecodeBody(Opcode opcode, ref BodyReader reader, out InstructionAttributes attributes)
    {
        attributes = default;
        var flags = InstructionFlags.None;
        byte function = 0, operation0 = 0, operation1 = 0, axes = 0, groups = 0, queue = 0;
        string? problem = null;
        foreach (var slot in InstructionForm.Of(opcode))
        {
            switch (slot)
            {
                case SlotKind.Function:
                    if (!reader.TryWord(InstructionCodec.FirstFunction, Mnemonics.FunctionCount, out function))
                    {
                        return "a function is missing or unknown";
                    }

                    break;
                case SlotKind.Operation0 or SlotKind.ReversibleOperation0:
                    if (!reader.TryWord(0, Mnemonics.OperationCount, out operation0))
                    {
                        return "an operation is missing or unknown";
                    }

                    flags |= slot == SlotKind.ReversibleOperation0 && reader.TryFlag(InstructionCodec.ReverseWord) ? InstructionFlags.Reverse0 : 0;
                    break;
                case SlotKind.Operation1 or SlotKind.ReversibleOperation1:
                    if (!reader.TryWord(0, Mnemonics.OperationCount, out operation1))
                    {
                        return "an operation is missing or unknown";
                    }

                    flags |= slot == SlotKind.ReversibleOperation1 && reader.TryFlag(InstructionCodec.ReverseWord) ? InstructionFlags.Reverse1 : 0;
                    break;
                case SlotKind.OptionalPair:
                    if (reader.TryWord(0, Mnemonics.OperationCount, out operation1))
                    {
                        flags |= reader.TryFlag(InstructionCodec.ReverseWord) ? InstructionFlags.Reverse1 : 0;
                        problem = Operand(ref reader);
                    }

                    break;
                case SlotKind.Accumulate:
                    flags |= reader.TryFlag(InstructionCodec.AccumulateWord) ? InstructionFlags.Accumulate : 0;
                    break;
                case SlotKind.FusedMultiplyAdd:
                    flags |= reader.TryFlag(InstructionCodec.FusedMultiplyAddWord) ? InstructionFlags.FusedMultiplyAdd : 0;
                    break;
                case SlotKind.Negate:
                    flags |= reader.TryFlag(InstructionCodec.NegateWord) ? InstructionFlags.Negate : 0;
                    break;
                case SlotKind.Axes:
                    if (!reader.TryAttribute(InstructionCodec.AxesTag, out axes))
                    {
                        return "the number of axes is missing";
                    }

                    break;
                case SlotKind.Groups:
                    if (reader.TryAttribute(InstructionCodec.GroupsTag, out groups) && groups < 2)
                    {
                        return "groups are written only if there are two or more";
                    }

                    break;
                case SlotKind.Queue:
                    if (!reader.TryAttribute(InstructionCodec.QueueTag, out queue))
                    {
                        return "the queue is missing";
                    }

                    break;
                case SlotKind.Integers:
                    while (problem is null && !reader.AtEnd)
                    {
                        problem = Operand(ref reader);
                    }

                    break;
                case SlotKind.OptionalScalar:
                    problem = reader.AtEnd ? null : Operand(ref reader);
                    break;
                default:
                    problem = Operand(ref reader);
                    break;
            }

            if (problem is not null)
            {
                return problem;
            }
        }

        attributes = new InstructionAttributes
        {
            Function = (ActivationFunction)function,
            Operation0 = (AluOperation)operation0,
            Operation1 = (AluOperation)operation1,
            Flags = flags,
            Axes = axes,
            Groups = groups,
            Queue = queue,
        };
        return null;
    }

    private string? Operand(ref BodyReader reader)
    {
        Grow(ref _operands, _operandCount);
        var problem = reader.ReadOperand(out _operands[_operandCount]);
        _operandCount += problem is null ? 1 : 0;
        return problem;
    }

    private static void Grow<T>(ref T[] array, int used)
    {
        if (used == array.Length)
        {
            Array.Resize(ref array, used * 2);
        }
    }

    private struct Raw
    {
        public Opcode Opcode;
        public InstructionAttributes Attributes;
        public ushort? Increment;
        public int FirstOperand;
        public int OperandCount;
        public int FirstWait;
        public int WaitCount;
    }

    private ref struct BodyReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool AtEnd => _rest.IsEmpty;

        public bool TryAttribute(byte tag, out byte value)
        {
            if (_rest.Length < 2 || _rest[0] != tag)
            {
                value = 0;
                return false;
            }

            value = _rest[1];
            _rest = _rest[2..];
            return true;
        }

        public bool TryFlag(byte word)
        {
            if (_rest.Length < 2 || _rest[0] != InstructionCodec.WordTag || _rest[1] != word)
            {
                return false;
            }

            _rest = _rest[2..];
            return true;
        }

        public bool TryWord(byte first, int count, out byte value)
        {
            value = 0;
            if (_rest.Length < 2 || _rest[0] != InstructionCodec.WordTag || _rest[1] < first || _rest[1] >= first + count)
            {
                return false;
            }

            value = (byte)(_rest[1] - first);
            _rest = _rest[2..];
            return true;
        }

        public string? ReadOperand(out Operand operand)
        {
            operand = default;
            if (_rest.IsEmpty)
            {
                return "an operand is missing";
            }

            switch (_rest[0] >> 4)
            {
                case (int)MemoryKind.Immediate when _rest[0] == 0:
                    if (_rest.Length < 5)
                    {
                        return "an immediate is cut off";
                    }

                    operand = Instructions.Operand.ImmediateBits(BinaryPrimitives.ReadUInt32LittleEndian(_rest[1..]));
                    _rest = _rest[5..];
                    return null;
                case (int)MemoryKind.Sbuf or (int)MemoryKind.Psum:
                    return ReadOnChip(out operand);
                case (int)MemoryKind.Hbm:
                    return ReadHbm(out operand);
                default:
                    return $"an operand cannot begin with the byte 0x{_rest[0]:X2}";
            }
        }

        private string? ReadOnChip(out Operand operand)
        {
            operand = default;
            if (DeviceTypes.FromCode(_rest[0] & 15) is not { } type)
            {
                return $"there is no type with the code {_rest[0] & 15}";
            }

            if (_rest.Length < 2 || _rest[1] is 0 or > 4)
            {
                return "an operand has 1 to 4 dimensions";
            }

            var rank = _rest[1];
            var length = InstructionCodec.OnChipBytes(rank);
            if (_rest.Length < length)
            {
                return "an operand is cut off";
            }

            Span<OnChipOperand.Dimension> dimensions = stackalloc OnChipOperand.Dimension[rank];
            for (var i = 0; i < rank; i++)
            {
                dimensions[i] = new OnChipOperand.Dimension(
                    BinaryPrimitives.ReadUInt16LittleEndian(_rest[(8 + (4 * i))..]), BinaryPrimitives.ReadInt16LittleEndian(_rest[(10 + (4 * i))..]));
            }

            operand = new OnChipOperand(
                (MemoryKind)(_rest[0] >> 4), _rest[2], _rest[3], BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]), type, dimensions);
            _rest = _rest[length..];
            return null;
        }

        private string? ReadHbm(out Operand operand)
        {
            operand = default;
            if (DeviceTypes.FromCode(_rest[0] & 15) is not { } type)
            {
                return $"there is no type with the code {_rest[0] & 15}";
            }

            if (_rest.Length < 16 || BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) != 0)
            {
                return "an operand in device memory is cut off or has reserved bits";
            }

            var (partitionRank, freeRank) = (_rest[1] >> 4, _rest[1] & 15);
            if (partitionRank > 3 || freeRank > 4)
            {
                return "an operand in device memory has at most 3 partition and 4 free dimensions";
            }

            var length = InstructionCodec.HbmBytes(partitionRank + freeRank);
            var region = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
            if (_rest.Length < length || region > int.MaxValue)
            {
                return "an operand in device memory is cut off";
            }

            operand = new HbmOperand(
                (int)region, BinaryPrimitives.ReadInt64LittleEndian(_rest[8..]), type, ReadDimensions(16, partitionRank),
                ReadDimensions(16 + (12 * partitionRank), freeRank));
            _rest = _rest[length..];
            return null;
        }

        private readonly ImmutableArray<HbmOperand.Dimension> ReadDimensions(int position, int count)
        {
            var dimensions = ImmutableArray.CreateBuilder<HbmOperand.Dimension>(count);
            for (var i = 0; i < count; i++)
            {
                dimensions.Add(new HbmOperand.Dimension(
                    BinaryPrimitives.ReadUInt32LittleEndian(_rest[position..]), BinaryPrimitives.ReadInt64LittleEndian(_rest[(position + 4)..])));
                position += 12;
            }

            return dimensions.MoveToImmutable();
        }
    }
}
