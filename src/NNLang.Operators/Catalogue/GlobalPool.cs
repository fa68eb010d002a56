using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary>What the pools over whole images share.</summary>
internal abstract class GlobalPool : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "The image: [N, C, H, W].")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("keep", AttributeKind.Boolean, AttributeValue.Of(false),
            "Whether the result keeps two axes of 1: [N, C, 1, 1].") { ForeignNames = ["keepdims", "keepdim"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireRank(0, x, 4, "[N, C, H, W]") | !rule.RequireFloat(0, x))
        {
            return rule.Stop();
        }

        return rule.Finish(context.Attributes.Boolean("keep")
            ? new TensorType(x.Element, x.Dimensions[0], x.Dimensions[1], Dimension.One, Dimension.One)
            : new TensorType(x.Element, x.Dimensions[0], x.Dimensions[1]));
    }
}
