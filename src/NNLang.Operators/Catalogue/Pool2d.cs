using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary>What the windowed pools share.</summary>
internal abstract class Pool2d : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "The image: [N, C, H, W].")];

    protected static ImmutableArray<AttributeDefinition> WindowAttributes { get; } =
    [
        new("kernel", AttributeKind.IntegerList, null, "Extent of the window.")
        {
            Length = 2, ForeignNames = ["kernel_size", "pool_size", "kernel_shape"],
        },
        new("stride", AttributeKind.IntegerList, AttributeValue.Nothing, "Distance between windows; the kernel by default.")
        {
            Length = 2, ForeignNames = ["strides"],
        },
        new("pad", AttributeKind.Padding, AttributeValue.Of(0), "Padding around the image: n, [h, w], [top, left, bottom, right] or same.")
        {
            Words = ["same"], ForeignNames = ["padding", "pads"],
        },
        new("ceil", AttributeKind.Boolean, AttributeValue.Of(false),
            "Whether a last, incomplete window counts.") { ForeignNames = ["ceil_mode"] },
    ];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireRank(0, x, 4, "[N, C, H, W]") | !rule.RequireFloat(0, x)
            || WindowRule.Infer(rule, x, context.Attributes.Boolean("ceil")) is not { } extent)
        {
            return rule.Stop();
        }

        return rule.Finish(new TensorType(x.Element, x.Dimensions[0], x.Dimensions[1], extent.Rows, extent.Columns));
    }
}
