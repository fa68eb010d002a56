using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.AssemblerText;

/// <summary>Reads one instruction of assembler text.</summary>
internal sealed class InstructionParser(AssemblyCursor cursor, Dictionary<string, int> regions)
{
    private readonly List<Operand> _operands = [];
    private bool _first = true;
    private string? _pending;

    public Instruction Parse()
    {
        var name = cursor.Peek();
        if (Mnemonics.ParseOpcode(name) is not { } opcode)
        {
            throw cursor.Error(name.Length == 0 ? "an instruction is missing" : $"there is no instruction {name}");
        }

        cursor.TryWord(name);
        var attributes = Body(opcode);
        if (_pending is not null)
        {
            throw cursor.Error("after ',' comes another operand or attribute");
        }

        var waits = new List<SemaphoreWait>();
        ushort? increment = null;
        while (cursor.Try(';'))
        {
            if (increment is null && waits.Count == 0 && cursor.TryWord("wait"))
            {
                Waits(waits);
            }
            else if (increment is null && cursor.TryWord("inc"))
            {
                increment = (ushort)cursor.Number("a semaphore", 0, 65534);
            }
            else
            {
                throw cursor.Error("after ';' comes 'wait s>=v, ..', then 'inc s'");
            }
        }

        var operands = _operands.ToArray();
        if (operands.Length > Instruction.MaximumOperands)
        {
            throw cursor.Error($"{name} has too many operands");
        }

        if (InstructionForm.Check(opcode, operands, attributes) is { } problem)
        {
            throw cursor.Error(problem);
        }

        foreach (var operand in operands)
        {
            if (DeviceTypes.Code(operand.Type) < 0)
            {
                throw cursor.Error($"{Tensors.ElementTypes.Name(operand.Type)} is not a device type");
            }
        }

        return new Instruction(opcode, operands, attributes, waits.ToArray(), increment);
    }

    private void Waits(List<SemaphoreWait> waits)
    {
        do
        {
            var semaphore = (ushort)cursor.Number("a semaphore", 0, 65534);
            cursor.Expect('>');
            cursor.Expect('=');
            waits.Add(new SemaphoreWait(semaphore, (uint)cursor.Number("a value", 0, uint.MaxValue)));
        }
        while (cursor.Try(','));
        if (waits.Count > Instruction.MaximumWaits)
        {
            throw cursor.Error($"an instruction has at most {Instruction.MaximumWaits} waits");
        }
    }

    private InstructionAttributes Body(Opcode opcode)
    {
        var attributes = default(InstructionAttributes);
        foreach (var slot in InstructionForm.Of(opcode))
        {
            switch (slot)
            {
                case SlotKind.Function:
                    attributes = attributes with { Function = Function() };
                    break;
                case SlotKind.Operation0 or SlotKind.ReversibleOperation0:
                    attributes = attributes with { Operation0 = Operation() };
                    attributes = Reverse(attributes, slot == SlotKind.ReversibleOperation0, InstructionFlags.Reverse0);
                    break;
                case SlotKind.Operation1 or SlotKind.ReversibleOperation1:
                    attributes = attributes with { Operation1 = Operation() };
                    attributes = Reverse(attributes, slot == SlotKind.ReversibleOperation1, InstructionFlags.Reverse1);
                    break;
                case SlotKind.OptionalPair:
                    if (NextIsOperation())
                    {
                        attributes = attributes with { Operation1 = Operation() };
                        attributes = Reverse(attributes, true, InstructionFlags.Reverse1);
                        Comma();
                        Operand();
                    }

                    break;
                case SlotKind.Accumulate:
                    attributes = Flag(attributes, "acc", InstructionFlags.Accumulate);
                    break;
                case SlotKind.FusedMultiplyAdd:
                    attributes = Flag(attributes, "fma", InstructionFlags.FusedMultiplyAdd);
                    break;
                case SlotKind.Negate:
                    attributes = Flag(attributes, "negate", InstructionFlags.Negate);
                    break;
                case SlotKind.Axes:
                    attributes = attributes with { Axes = Counted("axes", 1) };
                    break;
                case SlotKind.Groups:
                    if (PeekAfterComma() == "groups")
                    {
                        attributes = attributes with { Groups = Counted("groups", 2) };
                    }

                    break;
                case SlotKind.Queue:
                    attributes = attributes with { Queue = Counted("queue", 0) };
                    break;
                case SlotKind.OptionalScalar:
                    if (HasMore())
                    {
                        Comma();
                        Operand();
                    }

                    break;
                case SlotKind.Bits:
                    Comma();
                    _operands.Add(Instructions.Operand.ImmediateBits(LiteralReader.Bits(cursor, _operands[0].Type)));
                    break;
                case SlotKind.Integer:
                    Integer();
                    break;
                case SlotKind.Integers:
                    while (HasMore())
                    {
                        Integer();
                    }

                    break;
                default:
                    Comma();
                    Operand();
                    break;
            }
        }

        return attributes;
    }

    // A comma belongs to the item after it, which may turn out to belong to a later slot.
    private string PeekAfterComma()
    {
        if (_pending is null && !_first)
        {
            if (!cursor.Try(','))
            {
                return "";
            }

            _pending = ",";
        }

        return cursor.Peek();
    }

    private bool HasMore()
    {
        PeekAfterComma();
        return _pending is not null;
    }

    private void Comma()
    {
        if (_first)
        {
            _first = false;
        }
        else if (_pending is null)
        {
            cursor.Expect(',');
        }

        _pending = null;
    }

    private bool NextIsOperation() => Mnemonics.ParseOperation(PeekAfterComma()) is not null;

    private AluOperation Operation()
    {
        Comma();
        var word = cursor.Peek();
        var operation = Mnemonics.ParseOperation(word) ?? throw cursor.Error("an operation such as add or mul is missing");
        cursor.TryWord(word);
        return operation;
    }

    private ActivationFunction Function()
    {
        Comma();
        var word = cursor.Peek();
        var function = Mnemonics.ParseFunction(word) ?? throw cursor.Error("a function such as relu or exp is missing");
        cursor.TryWord(word);
        return function;
    }

    private InstructionAttributes Reverse(InstructionAttributes attributes, bool allowed, InstructionFlags flag) =>
        allowed ? Flag(attributes, "reverse", flag) : attributes;

    private InstructionAttributes Flag(InstructionAttributes attributes, string word, InstructionFlags flag)
    {
        if (PeekAfterComma() != word)
        {
            return attributes;
        }

        Comma();
        cursor.TryWord(word);
        return attributes with { Flags = attributes.Flags | flag };
    }

    private byte Counted(string word, int least)
    {
        Comma();
        return cursor.TryWord(word) ? (byte)cursor.Number(word, least, byte.MaxValue) : throw cursor.Error($"'{word}' is missing");
    }

    private void Integer()
    {
        Comma();
        _operands.Add(Instructions.Operand.Immediate((int)cursor.Number("an immediate", int.MinValue, int.MaxValue)));
    }

    private void Operand()
    {
        if (cursor.TryLiteral() is { } literal)
        {
            _operands.Add(Instructions.Operand.ImmediateBits(LiteralReader.Single(cursor, literal)));
            return;
        }

        var quoted = cursor.AtText;
        var name = cursor.Name("an operand");
        if (!quoted && name is "sbuf" or "psum" && cursor.Try('['))
        {
            OnChip(name == "sbuf" ? MemoryKind.Sbuf : MemoryKind.Psum);
            return;
        }

        if (!regions.TryGetValue(name, out var region))
        {
            throw cursor.Error($"there is no region {name}");
        }

        cursor.Expect('+');
        var offset = cursor.Number("an offset", long.MinValue, long.MaxValue);
        var type = cursor.Type();
        var partitions = Dimensions('<', '>', 3);
        _operands.Add(new HbmOperand(region, offset, type, partitions, Dimensions('{', '}', 4)));
    }

    private void OnChip(MemoryKind memory)
    {
        var first = (int)cursor.Number("the first partition", 0, 255);
        cursor.Expect('+');
        var partitions = (int)cursor.Number("the number of partitions", 0, 255);
        cursor.Expect(']');
        cursor.Expect('@');
        var offset = (uint)cursor.Number("an offset", 0, uint.MaxValue);
        var type = cursor.Type();
        cursor.Expect('{');
        Span<OnChipOperand.Dimension> dimensions = stackalloc OnChipOperand.Dimension[4];
        var rank = 0;
        do
        {
            if (rank == 4)
            {
                throw cursor.Error("an operand has 1 to 4 dimensions");
            }

            var count = (ushort)cursor.Number("a count", 0, ushort.MaxValue);
            cursor.Expect(':');
            dimensions[rank++] = new OnChipOperand.Dimension(count, (short)cursor.Number("a stride", short.MinValue, short.MaxValue));
        }
        while (cursor.Try(','));
        cursor.Expect('}');
        _operands.Add(new OnChipOperand(memory, first, partitions, offset, type, dimensions[..rank]));
    }

    private ImmutableArray<HbmOperand.Dimension> Dimensions(char open, char close, int most)
    {
        cursor.Expect(open);
        var dimensions = ImmutableArray.CreateBuilder<HbmOperand.Dimension>();
        while (!cursor.Try(close))
        {
            if (dimensions.Count > 0)
            {
                cursor.Expect(',');
            }

            var count = (uint)cursor.Number("a count", 0, uint.MaxValue);
            cursor.Expect(':');
            dimensions.Add(new HbmOperand.Dimension(count, cursor.Number("a stride", long.MinValue, long.MaxValue)));
            if (dimensions.Count > most)
            {
                throw cursor.Error($"there are at most {most} dimensions here");
            }
        }

        return dimensions.ToImmutable();
    }
}
