using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Divides a sum by a count: one rounding of the reciprocal, one of the product.</summary>
internal static class Averaging
{
    /// <summary>The factor an average multiplies its sum by.</summary>
    public static float Factor(int count) => (float)(1.0 / count);

    /// <summary>Adds the multiplication in place; answers the index of the operation.</summary>
    public static int Scale(LoweringContext context, string name, int tile, TemplateOperand target, int count)
    {
        var scale = TemplateInstruction.TensorScalar(target, target, AluOperation.Mul, TemplateOperand.Immediate(Factor(count)));
        return context.Builder.Operation(
            name, context.CoreMember, tile, endsTile: true,
            GroupBuilder.On(Engine.Vector, "multiplies by the reciprocal of the count", scale),
            GroupBuilder.On(Engine.Scalar, "multiplies by the reciprocal of the count", scale));
    }
}
