using NNLang.Machine.Instructions;

namespace NNLang.Machine.Timing;

/// <summary>
/// What the cost of an engine's next instruction depends on besides the instruction (<c>docs/machine.md</c> 2.5, 7.1). The default value is
/// the start.
/// </summary>
public struct EngineTimingState
{
    /// <summary>The box of the previous instruction's destination.</summary>
    public OperandBox PreviousDestination { get; internal set; }

    /// <summary>The box of its second destination (activation_reduce); empty otherwise.</summary>
    public OperandBox PreviousColumn { get; internal set; }

    /// <summary>The previous instruction; none at the start.</summary>
    public Opcode Previous { get; internal set; }

    /// <summary>The loaded function set, from 1; 0 for none.</summary>
    public int FunctionSet { get; internal set; }

    /// <summary>Whether the previous instruction wrote what this one reads (7.4).</summary>
    public readonly bool IsDependent(in Instruction instruction)
    {
        if (PreviousDestination.Memory == MemoryKind.Immediate || instruction.IsTransfer)
        {
            return false;
        }

        var operands = instruction.Operands;
        foreach (var position in InstructionForm.SourcesOf(instruction.Opcode))
        {
            if (position < operands.Length && operands[position].IsOnChip)
            {
                var box = OperandBox.Of(operands[position].OnChip);
                if (box.Hits(PreviousDestination) || box.Hits(PreviousColumn))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Moves on: the instruction is the previous one now.</summary>
    internal void Advance(in Instruction instruction, int functionSet)
    {
        Previous = instruction.Opcode;
        FunctionSet = functionSet != 0 ? functionSet : FunctionSet;
        PreviousDestination = default;
        PreviousColumn = default;
        var operands = instruction.Operands;
        if (!instruction.IsTransfer && !operands.IsEmpty)
        {
            PreviousDestination = OperandBox.Of(operands[0].OnChip);
            if (instruction.Opcode == Opcode.ActivationReduce)
            {
                PreviousColumn = OperandBox.Of(operands[2].OnChip);
            }
        }
    }
}
