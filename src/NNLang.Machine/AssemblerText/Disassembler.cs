using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.AssemblerText;

/// <summary>
/// Assembler text of programs (<c>docs/machine.md</c> 8.8): one line an instruction. <see cref="Assembler"/> reads it back to the same bytes;
/// the debug section has no text.
/// </summary>
public static class Disassembler
{
    /// <summary>The text of a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="device">The device; where its hash and tables are the program's, the text does not repeat them.</param>
    public static string Disassemble(MachineProgram program, DeviceDescription? device = null)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"program {Quote(program.Name)} device {Name(program.DeviceName)}");
        if (device is null || device.Hash != program.DeviceHash || FunctionTables.Standard.Hash != program.FunctionTablesHash)
        {
            text.Append(CultureInfo.InvariantCulture, $" hash {program.DeviceHash} functions {program.FunctionTablesHash}");
        }

        text.Append('\n');
        foreach (var region in program.Regions)
        {
            AppendRegion(text, region);
        }

        AppendTensors(text, program, program.Inputs, RegionKind.Input);
        AppendTensors(text, program, program.Outputs, RegionKind.Output);
        foreach (var semaphore in program.Semaphores)
        {
            var writer = semaphore.Queue is { } queue
                ? "queue " + queue.ToString(CultureInfo.InvariantCulture)
                : Engines.Name(semaphore.Sequencer ?? Engine.Tensor);
            text.Append(CultureInfo.InvariantCulture, $"semaphore {semaphore.Number} {writer}");
            text.Append(semaphore.Name.Length > 0 ? " " + Quote(semaphore.Name) : "").Append('\n');
        }

        foreach (var queue in program.Queues)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"queue {queue.Number} {Engines.Name(queue.Sequencer)} {AssemblyWords.Sources[(int)queue.Source]} {queue.Semaphore}\n");
        }

        // Streams without instructions have no line; those with follow in order of their first use by people: transfers first.
        foreach (var engine in AssemblyWords.StreamOrder)
        {
            var stream = program.Stream(engine);
            if (stream.Count == 0)
            {
                continue;
            }

            text.Append("stream ").Append(Engines.Name(engine)).Append('\n');
            foreach (var instruction in stream.Decode())
            {
                text.Append("  ");
                Append(text, instruction, program.Regions);
                text.Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The text of one instruction, without indentation or line break.</summary>
    public static string Disassemble(in Instruction instruction, ImmutableArray<Region> regions)
    {
        var text = new StringBuilder();
        Append(text, instruction, regions);
        return text.ToString();
    }

    private static void Append(StringBuilder text, in Instruction instruction, ImmutableArray<Region> regions)
    {
        text.Append(Mnemonics.Name(instruction.Opcode));
        AppendBody(text, instruction, regions);
        for (var i = 0; i < instruction.Waits.Length; i++)
        {
            var wait = instruction.Waits[i];
            text.Append(i == 0 ? " ; wait " : ", ").Append(CultureInfo.InvariantCulture, $"{wait.Semaphore}>={wait.Value}");
        }

        if (instruction.Increment is { } increment)
        {
            text.Append(CultureInfo.InvariantCulture, $" ; inc {increment}");
        }
    }

    private static void AppendBody(StringBuilder text, in Instruction instruction, ImmutableArray<Region> regions)
    {
        var operands = instruction.Operands;
        var attributes = instruction.Attributes;
        var next = 0;
        var separator = " ";
        void Item(string item)
        {
            text.Append(separator).Append(item);
            separator = ", ";
        }

        void Flag(InstructionFlags flags, InstructionFlags flag, string word)
        {
            if ((flags & flag) != 0)
            {
                Item(word);
            }
        }

        foreach (var slot in InstructionForm.Of(instruction.Opcode))
        {
            switch (slot)
            {
                case SlotKind.Function:
                    Item(Mnemonics.Name(attributes.Function));
                    break;
                case SlotKind.Operation0:
                    Item(Mnemonics.Name(attributes.Operation0));
                    break;
                case SlotKind.ReversibleOperation0:
                    Item(Mnemonics.Name(attributes.Operation0));
                    Flag(attributes.Flags, InstructionFlags.Reverse0, "reverse");
                    break;
                case SlotKind.Operation1:
                    Item(Mnemonics.Name(attributes.Operation1));
                    break;
                case SlotKind.ReversibleOperation1:
                    Item(Mnemonics.Name(attributes.Operation1));
                    Flag(attributes.Flags, InstructionFlags.Reverse1, "reverse");
                    break;
                case SlotKind.OptionalPair when next < operands.Length:
                    Item(Mnemonics.Name(attributes.Operation1));
                    Flag(attributes.Flags, InstructionFlags.Reverse1, "reverse");
                    Item(Scalar(operands[next++], Alu.IsBitwise(attributes.Operation1), regions));
                    break;
                case SlotKind.Accumulate:
                    Flag(attributes.Flags, InstructionFlags.Accumulate, "acc");
                    break;
                case SlotKind.FusedMultiplyAdd:
                    Flag(attributes.Flags, InstructionFlags.FusedMultiplyAdd, "fma");
                    break;
                case SlotKind.Negate:
                    Flag(attributes.Flags, InstructionFlags.Negate, "negate");
                    break;
                case SlotKind.Axes:
                    Item("axes " + Number(attributes.Axes));
                    break;
                case SlotKind.Groups when attributes.Groups > 1:
                    Item("groups " + Number(attributes.Groups));
                    break;
                case SlotKind.Queue:
                    Item("queue " + Number(attributes.Queue));
                    break;
                case SlotKind.Bits:
                    Item(Bits(operands[0].Type, operands[next++].Bits));
                    break;
                case SlotKind.Integer:
                    Item(Number(operands[next++].Int32));
                    break;
                case SlotKind.Integers:
                    while (next < operands.Length)
                    {
                        Item(Number(operands[next++].Int32));
                    }

                    break;
                case SlotKind.OptionalPair or SlotKind.Groups:
                    break;
                case SlotKind.Scalar:
                    var bitwise = instruction.Opcode != Opcode.TensorTensorScan && Alu.IsBitwise(attributes.Operation0);
                    Item(Scalar(operands[next++], bitwise, regions));
                    break;
                default:
                    if (next < operands.Length)
                    {
                        Item(Scalar(operands[next++], false, regions));
                    }

                    break;
            }
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Scalar(in Operand operand, bool bitwise, ImmutableArray<Region> regions) => operand.Memory switch
    {
        MemoryKind.Immediate => bitwise ? Hexadecimal(operand.Bits) : Single(operand.Bits),
        MemoryKind.Hbm => Hbm(operand.Hbm!, regions),
        _ => OnChip(operand.OnChip),
    };

    private static string Bits(ElementType type, uint bits) => type switch
    {
        ElementType.F32 => Single(bits),
        ElementType.I32 => Number((int)bits),
        _ => Hexadecimal(bits),
    };

    private static string Hexadecimal(uint bits) => "0x" + bits.ToString("X8", CultureInfo.InvariantCulture);

    // The shortest digits that read back to the same bits; always recognisable as f32.
    private static string Single(uint bits)
    {
        var value = BitConverter.UInt32BitsToSingle(bits);
        if (!float.IsFinite(value))
        {
            return Hexadecimal(bits);
        }

        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().IndexOfAny('.', 'E') >= 0 ? digits : digits + ".0";
    }

    private static string OnChip(in OnChipOperand operand)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Mnemonics.Name(operand.Memory)}[{operand.FirstPartition}+{operand.Partitions}]@{operand.Offset} {ElementTypes.Name(operand.Type)} {{");
        for (var i = 0; i < operand.Rank; i++)
        {
            var dimension = operand.Dimensions[i];
            text.Append(i > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{dimension.Count}:{dimension.Stride}");
        }

        return text.Append('}').ToString();
    }

    private static string Hbm(HbmOperand operand, ImmutableArray<Region> regions)
    {
        var region = (uint)operand.Region < (uint)regions.Length ? Name(regions[operand.Region].Name) : "#" + Number(operand.Region);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{region}+{operand.Offset} {ElementTypes.Name(operand.Type)} <");
        AppendDimensions(text, operand.PartitionDimensions);
        text.Append("> {");
        AppendDimensions(text, operand.FreeDimensions);
        return text.Append('}').ToString();
    }

    private static void AppendDimensions(StringBuilder text, ImmutableArray<HbmOperand.Dimension> dimensions)
    {
        for (var i = 0; i < dimensions.Length; i++)
        {
            text.Append(i > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{dimensions[i].Count}:{dimensions[i].Stride}");
        }
    }

    private static void AppendRegion(StringBuilder text, Region region)
    {
        var type = ElementTypes.Name(region.Type);
        text.Append(
            CultureInfo.InvariantCulture,
            $"region {Name(region.Name)} {AssemblyWords.Kinds[(int)region.Kind]} {type} [{string.Join(',', region.Dimensions)}]");
        if (region.Bytes != AssemblyWords.DenseBytes(region.Type, region.Dimensions))
        {
            text.Append(CultureInfo.InvariantCulture, $" bytes {region.Bytes}");
        }

        if (region.Recipe is { } recipe)
        {
            text.Append(" = ").AppendJoin(" | ", recipe.Steps.Select(Step));
        }

        text.Append('\n');
    }

    private static string Step(RecipeStep step)
    {
        var text = new StringBuilder(AssemblyWords.Steps[(int)step.Operation]);
        if (step.Key.Length > 0)
        {
            text.Append(' ').Append(Quote(step.Key));
        }

        if (!step.Numbers.IsEmpty || AssemblyWords.HasNumbers(step.Operation))
        {
            text.Append(" [").AppendJoin(',', step.Numbers).Append(']');
        }

        if (!step.Values.IsEmpty)
        {
            text.Append(" {").AppendJoin(',', step.Values.Select(Double)).Append('}');
        }

        return (step.Type == ElementType.F64 && step.Operation != RecipeOperation.Cast ? text : text.Append(' ').Append(ElementTypes.Name(step.Type)))
            .ToString();
    }

    private static string Double(double value) => double.IsFinite(value)
        ? value.ToString("R", CultureInfo.InvariantCulture)
        : "0x" + BitConverter.DoubleToUInt64Bits(value).ToString("X16", CultureInfo.InvariantCulture);

    // Regions of the right kind in order are the default.
    private static void AppendTensors(StringBuilder text, MachineProgram program, ImmutableArray<ProgramTensor> tensors, RegionKind kind)
    {
        if (tensors.SequenceEqual(AssemblyWords.DefaultTensors(program.Regions, kind)))
        {
            return;
        }

        var word = kind == RegionKind.Input ? "input" : "output";
        if (tensors.IsEmpty)
        {
            text.Append(word).Append(" none\n");
        }

        foreach (var tensor in tensors)
        {
            var region = program.Regions[tensor.Region].Name;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{word} {Quote(tensor.Name)} {Name(region)} {ElementTypes.Name(tensor.Type)} [{string.Join(',', tensor.Shape.Dimensions)}]\n");
        }
    }

    private static string Name(string name)
    {
        var plain = name.Length > 0 && !char.IsAsciiDigit(name[0]);
        foreach (var c in name)
        {
            plain &= char.IsAsciiLetterOrDigit(c) || c is '_' or '.';
        }

        return plain ? name : Quote(name);
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
            {
                quoted.Append('\\').Append(c);
            }
            else if (c < ' ' || c is '\u007F' or '\u0085' or '\u2028' or '\u2029' || char.IsSurrogate(c))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append('"').ToString();
    }
}
