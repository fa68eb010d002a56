using NNLang.Compiler.Fuse;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Functions and limits applied from sbuf to sbuf, in place or not.</summary>
internal static class ElementLowering
{
    /// <summary>
    /// Adds function and limits of an epilogue without columns; answers the index of the last operation. Limits alone are one pass of
    /// VectorE: no fma is made then.
    /// </summary>
    public static int AddFunction(LoweringContext context, string name, int tile, Epilogue epilogue, TemplateOperand result, TemplateOperand x)
    {
        if (epilogue.Function == ActivationFunction.Copy && epilogue.Clip is { } limits)
        {
            return context.Builder.Operation(
                name, context.LastMember, tile, endsTile: true,
                GroupBuilder.On(Engine.Vector, "both limits in one pass", Evacuation.Clip(result, x, limits)));
        }

        if (epilogue.Function == ActivationFunction.Relu && epilogue.Clip is null)
        {
            var zero = TemplateOperand.Immediate(0f);
            return context.Builder.Operation(
                name, context.LastMember, tile, endsTile: true,
                GroupBuilder.On(
                    Engine.Scalar, "one pass, any function",
                    TemplateInstruction.Activation(result, x, ActivationFunction.Relu, TemplateOperand.Immediate(1f), zero)),
                GroupBuilder.On(
                    Engine.Vector, "the same bits without a function table", TemplateInstruction.TensorScalar(result, x, AluOperation.Max, zero)));
        }

        return Evacuation.Add(context.Builder, name, context.LastMember, tile, epilogue, default, result, x);
    }
}
