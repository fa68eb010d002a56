using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.Rules;

/// <summary>The rules about the operands of an instruction together (<c>docs/machine.md</c> 3.2g, 3.4, 3.5, 6.4).</summary>
internal static class InstructionLegality
{
    public static string? Check(DeviceDescription device, Engine engine, in Instruction instruction, ReadOnlySpan<Region> regions) =>
        instruction.Opcode switch
        {
            Opcode.NcMatmul => Matmul(device, instruction),
            Opcode.NcTranspose => Transpose(device, engine, instruction),
            Opcode.TensorReduce => Reduce(instruction),
            Opcode.Iota => Iota(instruction),
            Opcode.DmaCopy => Copy(instruction),
            Opcode.DmaGather => Gather(instruction, regions),
            Opcode.Memset => Memset(instruction),
            Opcode.Wait => null,
            _ => Elementwise(instruction),
        };

    private static string Name(in Instruction instruction) => Mnemonics.Name(instruction.Opcode);

    private static string? Matmul(DeviceDescription device, in Instruction instruction)
    {
        ref readonly var d = ref instruction.Operands[0].OnChip;
        ref readonly var st = ref instruction.Operands[1].OnChip;
        ref readonly var mv = ref instruction.Operands[2].OnChip;
        var groups = Math.Max(1, (int)instruction.Attributes.Groups);
        if (st.Memory != MemoryKind.Sbuf || mv.Memory != MemoryKind.Sbuf || d.Memory != MemoryKind.Psum || d.Type != ElementType.F32)
        {
            return "nc_matmul reads sbuf and writes f32 to psum";
        }

        if (st.Type != mv.Type || st.FirstPartition != mv.FirstPartition || st.Partitions != mv.Partitions)
        {
            return "the stationary and the moving operand of nc_matmul have one type and the same partitions";
        }

        if (st.Partitions % groups != 0)
        {
            return $"{st.Partitions} partitions do not divide into {groups} groups";
        }

        var (m, n) = (groups * st.ElementsPerPartition, mv.ElementsPerPartition);
        if (m > 128 || n > 512)
        {
            return $"nc_matmul makes at most 128 x 512 results, not {m} x {n}";
        }

        if (d.Partitions != m || d.ElementsPerPartition != n)
        {
            return $"the result of nc_matmul is {d.Partitions} x {d.ElementsPerPartition}, its operands make {m} x {n}";
        }

        return OperandLegality.IsInOneBank(device, d) ? null : "the result of nc_matmul crosses a bank of psum";
    }

    private static string? Transpose(DeviceDescription device, Engine engine, in Instruction instruction)
    {
        ref readonly var d = ref instruction.Operands[0].OnChip;
        ref readonly var x = ref instruction.Operands[1].OnChip;
        if (d.Partitions != x.ElementsPerPartition || d.ElementsPerPartition != x.Partitions)
        {
            return $"the transpose of {x.Partitions} x {x.ElementsPerPartition} is not {d.Partitions} x {d.ElementsPerPartition}";
        }

        var widened = d is { Memory: MemoryKind.Psum, Type: ElementType.F32 } && x.Type is ElementType.BF16 or ElementType.F16;
        if (d.Type != x.Type && !widened)
        {
            return "nc_transpose moves bits: both operands have one type, or bf16 and f16 become f32 in psum";
        }

        if (engine != Engine.Tensor)
        {
            return null;
        }

        return d.Memory != MemoryKind.Psum ? "nc_transpose on the tensor engine writes psum"
            : OperandLegality.IsInOneBank(device, d) ? null : "the result of nc_transpose crosses a bank of psum";
    }

    private static string? Reduce(in Instruction instruction)
    {
        ref readonly var d = ref instruction.Operands[0].OnChip;
        ref readonly var x = ref instruction.Operands[1].OnChip;
        var axes = instruction.Attributes.Axes;
        if (axes == 0 || axes > x.Rank)
        {
            return $"tensor_reduce reduces {axes} of {x.Rank} dimensions";
        }

        if (instruction.Attributes.Operation0 is not (AluOperation.Add or AluOperation.Max or AluOperation.Min or AluOperation.Mul))
        {
            return $"tensor_reduce does not reduce by {Mnemonics.Name(instruction.Attributes.Operation0)}";
        }

        var kept = 1L;
        foreach (var dimension in x.Dimensions[..^axes])
        {
            kept *= dimension.Count;
        }

        return d.Partitions != x.Partitions || d.ElementsPerPartition != kept
            ? $"tensor_reduce leaves {x.Partitions} x {kept} elements, the destination has {d.Partitions} x {d.ElementsPerPartition}"
            : null;
    }

    private static string? Iota(in Instruction instruction)
    {
        ref readonly var d = ref instruction.Operands[0].OnChip;
        return d.Type != ElementType.I32 ? "iota writes i32"
            : instruction.Operands.Length - 3 != d.Rank ? $"iota has {instruction.Operands.Length - 3} steps for {d.Rank} dimensions" : null;
    }

    private static string? Memset(in Instruction instruction)
    {
        var bits = 8 * DeviceTypes.Bytes(instruction.Operands[0].Type);
        return bits < 32 && instruction.Operands[1].Bits >> bits != 0
            ? $"the immediate of memset has more than {bits} bits"
            : null;
    }

    private static (long Partitions, long Elements) Size(in Operand operand) => operand.Hbm is { } hbm
        ? (hbm.Partitions, hbm.ElementsPerPartition)
        : (operand.OnChip.Partitions, operand.OnChip.ElementsPerPartition);

    private static string? Copy(in Instruction instruction)
    {
        var (dp, dn) = Size(instruction.Operands[0]);
        var (sp, sn) = Size(instruction.Operands[1]);
        return dp != sp || dn != sn ? $"dma_copy moves {sp} x {sn} elements to {dp} x {dn}"
            : TransferShape.TryCreate(instruction, out _) ? null : "dma_copy moves more than can be counted";
    }

    private static string? Gather(in Instruction instruction, ReadOnlySpan<Region> regions)
    {
        ref readonly var d = ref instruction.Operands[0].OnChip;
        var table = instruction.Operands[1].Hbm!;
        ref readonly var index = ref instruction.Operands[2].OnChip;
        if (table.PartitionDimensions.Length != 1)
        {
            return "the table of dma_gather has one partition dimension: its rows";
        }

        if (index.Type != ElementType.I32 || index.ElementsPerPartition != 1 || index.Partitions != d.Partitions)
        {
            return "the index of dma_gather is an i32 column with the partitions of the destination";
        }

        return table.ElementsPerPartition == d.ElementsPerPartition
            ? null
            : $"a row of the table has {table.ElementsPerPartition} elements, a partition of the destination {d.ElementsPerPartition}";
    }

    private static string? Elementwise(in Instruction instruction)
    {
        var operands = instruction.Operands;
        ref readonly var d = ref operands[0].OnChip;
        var n = d.ElementsPerPartition;
        var inPsum = 0;
        var position = 0;
        foreach (var slot in InstructionForm.Of(instruction.Opcode))
        {
            if (!IsOperand(slot) || position >= operands.Length)
            {
                continue;
            }

            ref readonly var operand = ref operands[position++];
            switch (slot)
            {
                case SlotKind.Source:
                    if (operand.OnChip.Partitions != d.Partitions || operand.OnChip.ElementsPerPartition != n)
                    {
                        return $"operand {position} of {Name(instruction)} is {operand.OnChip.Partitions} x {operand.OnChip.ElementsPerPartition}, "
                            + $"the destination {d.Partitions} x {n}";
                    }

                    inPsum += operand.Memory == MemoryKind.Psum ? 1 : 0;
                    break;
                case SlotKind.DestinationColumn or SlotKind.Scalar or SlotKind.OptionalScalar or SlotKind.OptionalPair:
                    if (operand.IsOnChip && Column(instruction, position, operand.OnChip, d.Partitions) is { } problem)
                    {
                        return problem;
                    }

                    break;
            }
        }

        return inPsum > 1 ? $"two sources of {Name(instruction)} are in psum; one may be" : Operations(instruction);
    }

    private static bool IsOperand(SlotKind slot) => slot is SlotKind.Destination or SlotKind.DestinationColumn or SlotKind.Source
        or SlotKind.Scalar or SlotKind.OptionalScalar or SlotKind.OptionalPair;

    private static string? Column(in Instruction instruction, int position, in OnChipOperand operand, int partitions)
    {
        // The fourth operand of activation and the fifth of activation_reduce are biases.
        var isBias = (instruction.Opcode, position) is (Opcode.Activation, 4) or (Opcode.ActivationReduce, 5);
        if (operand.ElementsPerPartition != 1 || operand.Partitions != partitions)
        {
            return $"operand {position} of {Name(instruction)} is a column: 1 element in each of {partitions} partitions";
        }

        return operand.Type == ElementType.F32 || (isBias && operand.Type is ElementType.BF16 or ElementType.F16)
            ? null
            : $"operand {position} of {Name(instruction)} is a column of f32{(isBias ? ", bf16 or f16" : "")}";
    }

    private static string? Operations(in Instruction instruction)
    {
        var attributes = instruction.Attributes;
        var operands = instruction.Operands;
        var second = instruction.Opcode is Opcode.ScalarTensorTensor or Opcode.TensorTensorScan
            || (instruction.Opcode == Opcode.TensorScalar && operands.Length > 3);
        var first = second || instruction.Opcode is Opcode.TensorScalar or Opcode.TensorTensor;
        if ((attributes.Flags & InstructionFlags.FusedMultiplyAdd) != 0
            && (!second || attributes.Operation0 != AluOperation.Mul || attributes.Operation1 is not (AluOperation.Add or AluOperation.Sub)))
        {
            return $"fma of {Name(instruction)} joins a mul and an add or sub";
        }

        var bitwise = first && Alu.IsBitwise(attributes.Operation0);
        if (second && bitwise != Alu.IsBitwise(attributes.Operation1) && attributes.Operation1 != AluOperation.Bypass)
        {
            return $"both operations of {Name(instruction)} are bitwise, or neither is";
        }

        if (!bitwise)
        {
            return null;
        }

        if (instruction.Opcode is not (Opcode.TensorTensor or Opcode.TensorScalar))
        {
            return $"{Name(instruction)} has no bitwise operations";
        }

        foreach (ref readonly var operand in operands)
        {
            if (operand.IsOnChip && (operand.Type != operands[0].Type || ElementTypes.IsFloat(operand.Type)))
            {
                return $"a bitwise {Name(instruction)} has integers of one type, and scalars that are immediates";
            }
        }

        return null;
    }
}
