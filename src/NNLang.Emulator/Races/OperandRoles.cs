using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>What an instruction does with an operand.</summary>
[Flags]
internal enum OperandRole
{
    /// <summary>Nothing: an immediate.</summary>
    None = 0,
    /// <summary>It reads it.</summary>
    Read = 1,
    /// <summary>It writes it.</summary>
    Write = 2,
}

/// <summary>The table of operand roles (<c>docs/machine.md</c> 6.4).</summary>
internal static class OperandRoles
{
    /// <summary>What an instruction does with its operand at a position.</summary>
    public static OperandRole Of(in Instruction instruction, int position)
    {
        if (instruction.Operands[position].IsImmediate)
        {
            return OperandRole.None;
        }

        if (position == 0)
        {
            var alsoRead = instruction.Opcode == Opcode.TensorCopyPredicated
                || (instruction.Opcode == Opcode.NcMatmul && (instruction.Attributes.Flags & InstructionFlags.Accumulate) != 0);
            return alsoRead ? OperandRole.Read | OperandRole.Write : OperandRole.Write;
        }

        return position == 2 && instruction.Opcode == Opcode.ActivationReduce ? OperandRole.Write : OperandRole.Read;
    }

    /// <summary>Whether every part of a divided instruction reads all lanes of the operand.</summary>
    public static bool ReadsAllLanes(Opcode opcode, int position) =>
        position > 0 && opcode is Opcode.NcMatmul or Opcode.NcTranspose;
}
