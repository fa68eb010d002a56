using NNLang.Compiler.Lowered;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Compiler.Emit;

/// <summary>
/// What the simulation needs of one way to run an operation, once for all places: costs, ports, boxes counted from buffers. Immutable.
/// </summary>
internal sealed class ChoiceTiming
{
    private readonly Entry[] _entries;

    /// <summary>Reads a choice. O(its instructions).</summary>
    /// <exception cref="InvalidOperationException">The device does not run an instruction on the engine: the lowering chose wrongly.</exception>
    public ChoiceTiming(EngineChoice choice, DeviceDescription device, TimingInput input)
    {
        var addressesMatter = AddressesMatter(device);
        _entries = new Entry[choice.Instructions.Length];
        for (var i = 0; i < _entries.Length; i++)
        {
            var template = choice.Instructions[i];
            var instruction = template.Instruction;
            if (instruction.IsTransfer)
            {
                if (!TransferShape.TryCreate(instruction, out var shape))
                {
                    throw new InvalidOperationException("A transfer has sides of different size.");
                }

                _entries[i] = new Entry { Kind = EntryKind.Transfer, Shape = shape, Template = template };
                continue;
            }

            if (addressesMatter || instruction.Opcode is Opcode.ActivationReduce or Opcode.TensorCopyPredicated or Opcode.DmaGather)
            {
                _entries[i] = new Entry { Kind = EntryKind.Whole, Template = template };
                continue;
            }

            var cost = device.Costs.Evaluate(choice.Engine, instruction, Opcode.None, out var problem)
                ?? throw new InvalidOperationException($"An instruction has no cost: {problem}.");
            var operands = instruction.Operands;
            var boxes = new List<BoxTemplate>();
            for (var k = 1; k < operands.Length; k++)
            {
                if (operands[k].IsOnChip)
                {
                    boxes.Add(new BoxTemplate(OperandBox.Of(operands[k].OnChip), template.Buffers[k]));
                }
            }

            _entries[i] = new Entry
            {
                Kind = EntryKind.Template,
                Cost = cost,
                Ports = input.PortsOf(choice.Engine, instruction),
                Destination = operands.IsEmpty || !operands[0].IsOnChip
                    ? default
                    : new BoxTemplate(OperandBox.Of(operands[0].OnChip), template.Buffers[0]),
                Sources = [.. boxes],
                Template = template,
            };
        }
    }

    /// <summary>How an entry is added to the simulation's input.</summary>
    public enum EntryKind : byte
    {
        /// <summary>By its cost and boxes.</summary>
        Template,
        /// <summary>As a transfer of a shape.</summary>
        Transfer,
        /// <summary>As a whole instruction, because its cost or ports depend on more.</summary>
        Whole,
    }

    /// <summary>One entry an instruction.</summary>
    public ReadOnlySpan<Entry> Entries => _entries;

    private static bool AddressesMatter(DeviceDescription device)
    {
        foreach (var port in device.Ports)
        {
            if (port.Scope == PortScope.Bank)
            {
                return true;
            }
        }

        foreach (var rule in device.Rules)
        {
            if (rule.When.ToString().Contains("previous.instruction", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An instruction's part in the simulation.</summary>
    public readonly struct Entry
    {
        /// <summary>How it is added.</summary>
        public EntryKind Kind { get; init; }

        /// <summary>The ports it holds.</summary>
        public ushort Ports { get; init; }

        /// <summary>Its cost.</summary>
        public InstructionCost Cost { get; init; }

        /// <summary>The box it writes.</summary>
        public BoxTemplate Destination { get; init; }

        /// <summary>The boxes it reads.</summary>
        public BoxTemplate[] Sources { get; init; }

        /// <summary>Rows of a transfer.</summary>
        public TransferShape Shape { get; init; }

        /// <summary>The instruction.</summary>
        public InstructionTemplate Template { get; init; }
    }
}

/// <summary>A box counted from the start of a buffer.</summary>
internal readonly record struct BoxTemplate(OperandBox Box, BufferRef Buffer)
{
    /// <summary>The box at a base address, in bytes.</summary>
    public OperandBox At(long address) => Box with { First = Box.First + address, End = Box.End + address };
}
