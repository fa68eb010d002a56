using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>Executes one legal instruction, or the part of it that makes a range of result lanes.</summary>
internal static unsafe class InstructionExecutor
{
    /// <summary>How many result lanes there are to divide: partitions of the destination, or of the on-chip side of a transfer.</summary>
    public static int ResultLanes(in Instruction instruction) => instruction.Opcode switch
    {
        Opcode.Wait or Opcode.None => 0,
        Opcode.DmaCopy or Opcode.DmaGather => TransferKernels.Partitions(instruction),
        _ => instruction.Operands[0].OnChip.Partitions,
    };

    /// <summary>Executes result lanes lo to hi - 1. A transfer is read and written at once.</summary>
    /// <returns>-1, or the first partition of a gather whose index is out of range.</returns>
    public static int Execute(KernelContext context, in Instruction instruction, Engine engine, int lo, int hi)
    {
        if (lo >= hi)
        {
            return -1;
        }

        switch (instruction.Opcode)
        {
            case Opcode.NcMatmul: MatrixInstructions.Multiply(context, instruction, lo, hi); break;
            case Opcode.NcTranspose: MatrixInstructions.TransposeBlock(context, instruction, lo, hi); break;
            case Opcode.Activation or Opcode.ActivationReduce: ReductionInstructions.Activation(context, instruction, lo, hi); break;
            case Opcode.TensorReduce: ReductionInstructions.Reduce(context, instruction, lo, hi); break;
            case Opcode.TensorTensorScan: ReductionInstructions.Scan(context, instruction, lo, hi); break;
            case Opcode.DmaCopy when context.Faults?.Rows is null: TransferKernels.Copy(context, instruction, lo, hi); break;
            case Opcode.DmaCopy or Opcode.DmaGather: return Densely(context, instruction, lo, hi);
            case Opcode.Wait or Opcode.None: break;
            default: ComputeInstructions.Execute(context, instruction, engine, lo, hi); break;
        }

        return -1;
    }

    private static int Densely(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var dense = context.Large(DenseTransfer.Bytes(instruction));
        var bad = DenseTransfer.Read(context.Memory, instruction, lo, hi, dense);
        DenseTransfer.Write(context.Memory, instruction, lo, hi, dense, context.Faults?.Rows);
        return bad;
    }
}
