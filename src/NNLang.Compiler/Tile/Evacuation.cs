using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Scale and bias of a tile of channels: f32 columns on the partitions, or immediates.</summary>
internal readonly record struct EpilogueColumns(TemplateOperand? Scale, TemplateOperand? Bias);

/// <summary>
/// Applies an epilogue to a tile on its way from psum, or from one place in sbuf to another: y = f(fma(z, scale, bias)), then limits
/// (<c>docs/lowering.md</c> 2.1). ScalarE does it with any function, VectorE with the same bits for copy and relu.
/// </summary>
internal static class Evacuation
{
    /// <summary>Adds the operations; answers the index of the last.</summary>
    public static int Add(
        GroupBuilder builder,
        string name,
        int member,
        int tile,
        Epilogue epilogue,
        EpilogueColumns columns,
        TemplateOperand result,
        TemplateOperand x)
    {
        var scale = columns.Scale ?? TemplateOperand.Bits(epilogue.UniformScaleBits);
        var bias = columns.Bias ?? TemplateOperand.Bits(epilogue.UniformBiasBits);
        var alpha = epilogue.Function is ActivationFunction.Lrelu or ActivationFunction.Elu;
        var scalar = alpha
            ? TemplateInstruction.Activation(result, x, epilogue.Function, scale, bias, TemplateOperand.Bits(epilogue.AlphaBits))
            : TemplateInstruction.Activation(result, x, epilogue.Function, scale, bias);
        var drafts = new List<EngineDraft>
        {
            GroupBuilder.On(Engine.Scalar, "scale, bias and function in one pass out of psum", scalar),
        };
        if (epilogue.FitsVector)
        {
            drafts.Add(GroupBuilder.On(
                Engine.Vector, "the same bits without a function table", OnVector(epilogue, columns.Scale is null, result, x, scale, bias)));
        }

        var operation = builder.Operation(name, member, tile, endsTile: epilogue.Clip is null, [.. drafts]);
        if (epilogue.Clip is { } clip)
        {
            operation = builder.Operation(
                $"clip {name}", member, tile, endsTile: true,
                GroupBuilder.On(Engine.Vector, "both limits in one pass", Clip(result, result, clip)));
        }

        return operation;
    }

    /// <summary>max with the lower, min with the upper limit.</summary>
    public static InstructionTemplate Clip(TemplateOperand result, TemplateOperand x, ClipLimits clip) =>
        TemplateInstruction.TensorScalar(
            result, x, AluOperation.Max, TemplateOperand.Immediate(clip.Low), AluOperation.Min, TemplateOperand.Immediate(clip.High));

    private static InstructionTemplate[] OnVector(
        Epilogue epilogue, bool unscaled, TemplateOperand result, TemplateOperand x, TemplateOperand scale, TemplateOperand bias)
    {
        var zero = TemplateOperand.Immediate(0f);
        var relu = epilogue.Function == ActivationFunction.Relu;
        if (unscaled && epilogue.UniformScaleBits == Epilogue.None.UniformScaleBits)
        {
            // fma(z, 1, b) is z + b.
            return relu
                ? [TemplateInstruction.TensorScalar(result, x, AluOperation.Add, bias, AluOperation.Max, zero)]
                : [TemplateInstruction.TensorScalar(result, x, AluOperation.Add, bias)];
        }

        var affine = TemplateInstruction.TensorScalar(result, x, AluOperation.Mul, scale, AluOperation.Add, bias, fused: true);
        return relu ? [affine, TemplateInstruction.TensorScalar(result, result, AluOperation.Max, zero)] : [affine];
    }
}
