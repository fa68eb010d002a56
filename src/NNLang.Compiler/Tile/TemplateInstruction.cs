using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Makes instruction templates: one method an instruction, operands in table order (<c>docs/machine.md</c> 6.4).</summary>
internal static class TemplateInstruction
{
    public static InstructionTemplate MatMul(TemplateOperand result, TemplateOperand stationary, TemplateOperand moving, bool accumulate, int groups = 1) =>
        Make(Opcode.NcMatmul, new InstructionAttributes { Flags = accumulate ? InstructionFlags.Accumulate : 0, Groups = (byte)(groups == 1 ? 0 : groups) }, result, stationary, moving);

    public static InstructionTemplate Transpose(TemplateOperand result, TemplateOperand x) => Make(Opcode.NcTranspose, default, result, x);

    public static InstructionTemplate Activation(
        TemplateOperand result, TemplateOperand x, ActivationFunction function, TemplateOperand scale, TemplateOperand bias) =>
        Make(Opcode.Activation, new InstructionAttributes { Function = function }, result, x, scale, bias);

    public static InstructionTemplate Activation(
        TemplateOperand result, TemplateOperand x, ActivationFunction function, TemplateOperand scale, TemplateOperand bias, TemplateOperand alpha) =>
        Make(Opcode.Activation, new InstructionAttributes { Function = function }, result, x, scale, bias, alpha);

    public static InstructionTemplate ActivationReduce(
        TemplateOperand result, TemplateOperand x, ActivationFunction function, TemplateOperand sum, TemplateOperand scale, TemplateOperand bias) =>
        Make(Opcode.ActivationReduce, new InstructionAttributes { Function = function }, result, x, sum, scale, bias);

    public static InstructionTemplate TensorTensor(TemplateOperand result, TemplateOperand a, TemplateOperand b, AluOperation operation) =>
        Make(Opcode.TensorTensor, new InstructionAttributes { Operation0 = operation }, result, a, b);

    public static InstructionTemplate TensorScalar(
        TemplateOperand result, TemplateOperand x, AluOperation operation, TemplateOperand scalar, bool reverse = false) =>
        Make(
            Opcode.TensorScalar,
            new InstructionAttributes { Operation0 = operation, Flags = reverse ? InstructionFlags.Reverse0 : 0 },
            result, x, scalar);

    public static InstructionTemplate TensorScalar(
        TemplateOperand result, TemplateOperand x, AluOperation first, TemplateOperand scalar0, AluOperation second, TemplateOperand scalar1,
        bool fused = false) =>
        Make(
            Opcode.TensorScalar,
            new InstructionAttributes { Operation0 = first, Operation1 = second, Flags = fused ? InstructionFlags.FusedMultiplyAdd : 0 },
            result, x, scalar0, scalar1);

    public static InstructionTemplate ScalarTensorTensor(
        TemplateOperand result, TemplateOperand a, AluOperation first, TemplateOperand scalar, AluOperation second, TemplateOperand b) =>
        Make(Opcode.ScalarTensorTensor, new InstructionAttributes { Operation0 = first, Operation1 = second }, result, a, scalar, b);

    public static InstructionTemplate Reduce(TemplateOperand result, TemplateOperand x, int axes, AluOperation operation, bool negate = false) =>
        Make(
            Opcode.TensorReduce,
            new InstructionAttributes { Operation0 = operation, Axes = (byte)axes, Flags = negate ? InstructionFlags.Negate : 0 },
            result, x);

    public static InstructionTemplate Copy(TemplateOperand result, TemplateOperand x) => Make(Opcode.TensorCopy, default, result, x);

    public static InstructionTemplate Memset(TemplateOperand result, uint bits) =>
        Make(Opcode.Memset, default, result, TemplateOperand.Bits(bits));

    public static InstructionTemplate Dma(TemplateOperand result, TemplateOperand x, QueueClass queue) =>
        Make(Opcode.DmaCopy, new InstructionAttributes { Queue = (byte)queue }, result, x);

    /// <summary>Which operands an instruction writes: the first, and the sum of an activation_reduce.</summary>
    public static bool Writes(Opcode opcode, int operand) => operand == 0 || (operand == 2 && opcode == Opcode.ActivationReduce);

    private static InstructionTemplate Make(Opcode opcode, InstructionAttributes attributes, params ReadOnlySpan<TemplateOperand> operands)
    {
        var plain = new Operand[operands.Length];
        var buffers = new BufferRef[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            plain[i] = operands[i].Operand;
            buffers[i] = operands[i].Buffer;
        }

        return new InstructionTemplate(new Instruction(opcode, plain, attributes), [.. buffers]);
    }
}
