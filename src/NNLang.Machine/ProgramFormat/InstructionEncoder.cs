using System.Buffers.Binary;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Machine.ProgramFormat;

/// <summary>
/// Writes instructions one after the other (<c>docs/machine.md</c> 8.3). Reusable; not thread-safe. An instruction's operands follow its waits,
/// so a compiler keeps templates without waits and appends them with <see cref="Append"/>, which leaves patch positions in the body valid.
/// </summary>
public sealed class InstructionEncoder
{
    private byte[] _bytes;
    private int _length;

    /// <summary>Makes an encoder with room for some bytes.</summary>
    public InstructionEncoder(int capacity = 4096) => _bytes = new byte[Math.Max(capacity, InstructionCodec.MaximumBytes)];

    /// <summary>The number of instructions written.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes written; valid until the next write. They may be patched in place.</summary>
    public Span<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Forgets everything written, keeps the room.</summary>
    public void Clear()
    {
        _length = 0;
        Count = 0;
    }

    /// <summary>Writes an instruction.</summary>
    /// <returns>The position of its first byte.</returns>
    /// <exception cref="ArgumentException">Its operands do not have the form of its opcode, or a type is no device type.</exception>
    public int Write(in Instruction instruction) =>
        Write(instruction.Opcode, instruction.Operands, instruction.Attributes, instruction.Waits, instruction.Increment);

    /// <summary>Writes an instruction given by its parts.</summary>
    /// <returns>The position of its first byte.</returns>
    /// <exception cref="ArgumentException">The operands do not have the form of the opcode, or a type is no device type.</exception>
    public int Write(
        Opcode opcode,
        ReadOnlySpan<Operand> operands,
        InstructionAttributes attributes = default,
        ReadOnlySpan<SemaphoreWait> waits = default,
        ushort? increment = null)
    {
        if (opcode is Opcode.None or > Opcode.Wait)
        {
            throw new ArgumentException("There is no such instruction.", nameof(opcode));
        }

        if (InstructionForm.Check(opcode, operands, attributes) is { } problem)
        {
            throw new ArgumentException(problem, nameof(operands));
        }

        foreach (ref readonly var operand in operands)
        {
            if (DeviceTypes.Code(operand.Type) < 0)
            {
                throw new ArgumentException($"{Tensors.ElementTypes.Name(operand.Type)} is not a device type.", nameof(operands));
            }
        }

        var start = _length;
        Reserve(InstructionCodec.MaximumBytes);
        var body = BeginBody(start, opcode, waits, increment);
        body = WriteBody(body, opcode, operands, attributes);
        _length = body;
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start), checked((ushort)(body - start)));
        Count++;
        return start;
    }

    /// <summary>Copies an encoded instruction with other waits and another increment. O(its bytes).</summary>
    /// <param name="encoded">One encoded instruction; its own waits are left out.</param>
    /// <param name="waits">The new waits.</param>
    /// <param name="increment">The new increment.</param>
    /// <returns>The position of its body: positions relative to the body of <paramref name="encoded"/> are relative to this.</returns>
    public int Append(ReadOnlySpan<byte> encoded, ReadOnlySpan<SemaphoreWait> waits, ushort? increment)
    {
        var start = _length;
        var body = encoded[EncodedInstruction.BodyPosition(encoded)..BinaryPrimitives.ReadUInt16LittleEndian(encoded)];
        Reserve(InstructionCodec.MaximumBytes + body.Length);
        var position = BeginBody(start, (Opcode)encoded[2], waits, increment);
        body.CopyTo(_bytes.AsSpan(position));
        _length = position + body.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start), checked((ushort)(_length - start)));
        Count++;
        return position;
    }

    /// <summary>A stream of what was written; the bytes are copied.</summary>
    public InstructionStream ToStream(Engine engine) => new(engine, Written.ToArray(), Count);

    private int BeginBody(int start, Opcode opcode, ReadOnlySpan<SemaphoreWait> waits, ushort? increment)
    {
        if (waits.Length > Instruction.MaximumWaits || increment == InstructionCodec.NoIncrement)
        {
            throw new ArgumentException($"An instruction has at most {Instruction.MaximumWaits} waits, and there is no semaphore 65535.");
        }

        var bytes = _bytes.AsSpan(start);
        bytes[2] = (byte)opcode;
        bytes[3] = (byte)waits.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], increment ?? InstructionCodec.NoIncrement);
        var position = InstructionCodec.HeaderBytes;
        foreach (var wait in waits)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[position..], wait.Semaphore);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(position + 2)..], wait.Value);
            position += InstructionCodec.WaitBytes;
        }

        return start + position;
    }

    private int WriteBody(int position, Opcode opcode, ReadOnlySpan<Operand> operands, in InstructionAttributes attributes)
    {
        var next = 0;
        var flags = attributes.Flags;
        foreach (var slot in InstructionForm.Of(opcode))
        {
            switch (slot)
            {
                case SlotKind.Function:
                    position = Word(position, (byte)(InstructionCodec.FirstFunction + (byte)attributes.Function));
                    break;
                case SlotKind.Operation0 or SlotKind.ReversibleOperation0:
                    position = Word(position, (byte)attributes.Operation0);
                    position = Flag(position, flags, InstructionFlags.Reverse0, InstructionCodec.ReverseWord, slot == SlotKind.ReversibleOperation0);
                    break;
                case SlotKind.Operation1 or SlotKind.ReversibleOperation1:
                    position = Word(position, (byte)attributes.Operation1);
                    position = Flag(position, flags, InstructionFlags.Reverse1, InstructionCodec.ReverseWord, slot == SlotKind.ReversibleOperation1);
                    break;
                case SlotKind.OptionalPair when next < operands.Length:
                    position = Word(position, (byte)attributes.Operation1);
                    position = Flag(position, flags, InstructionFlags.Reverse1, InstructionCodec.ReverseWord, true);
                    position += InstructionCodec.Write(_bytes.AsSpan(position), operands[next++]);
                    break;
                case SlotKind.Accumulate:
                    position = Flag(position, flags, InstructionFlags.Accumulate, InstructionCodec.AccumulateWord, true);
                    break;
                case SlotKind.FusedMultiplyAdd:
                    position = Flag(position, flags, InstructionFlags.FusedMultiplyAdd, InstructionCodec.FusedMultiplyAddWord, true);
                    break;
                case SlotKind.Negate:
                    position = Flag(position, flags, InstructionFlags.Negate, InstructionCodec.NegateWord, true);
                    break;
                case SlotKind.Axes:
                    position = Attribute(position, InstructionCodec.AxesTag, attributes.Axes);
                    break;
                case SlotKind.Groups when attributes.Groups > 1:
                    position = Attribute(position, InstructionCodec.GroupsTag, attributes.Groups);
                    break;
                case SlotKind.Queue:
                    position = Attribute(position, InstructionCodec.QueueTag, attributes.Queue);
                    break;
                case SlotKind.Integers:
                    while (next < operands.Length)
                    {
                        position += InstructionCodec.Write(_bytes.AsSpan(position), operands[next++]);
                    }

                    break;
                case SlotKind.OptionalPair or SlotKind.Groups:
                    break;
                default:
                    if (next < operands.Length)
                    {
                        position += InstructionCodec.Write(_bytes.AsSpan(position), operands[next++]);
                    }

                    break;
            }
        }

        return position;
    }

    private int Flag(int position, InstructionFlags flags, InstructionFlags flag, byte word, bool allowed) =>
        allowed && (flags & flag) != 0 ? Word(position, word) : position;

    private int Word(int position, byte word) => Attribute(position, InstructionCodec.WordTag, word);

    private int Attribute(int position, byte tag, byte value)
    {
        _bytes[position] = tag;
        _bytes[position + 1] = value;
        return position + 2;
    }

    private void Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
        }
    }
}
