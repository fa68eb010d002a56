using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What the pools over whole images share.</summary>
internal abstract class GlobalPool : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "The image: [N, C, H, W].")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("keep", AttributeKind.Boolean, AttributeValue.Of(false), "Whether the result keeps two axes of 1: [N, C, 1, 1].") { ForeignNames = ["keepdims", "keepdim"] }];

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

/// <summary><c>global_avg_pool</c>: the mean of each channel.</summary>
internal sealed class GlobalAvgPool : GlobalPool
{
    public override string Name => "global_avg_pool";

    public override string Summary => "The mean of each channel of an image.";

    public override string Example => "y = global_avg_pool(x) |> dense(1000)";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var x = context.Operands[0]!;
        var (sum, _) = Folds.Sum(x, [2, 3], magnitudes: false);
        double count = x.Shape[2] * x.Shape[3];
        return [Tensor.Of(context.Results[0], Array.ConvertAll(sum, s => s / count))];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var x = context.Evaluation.Operands[0]!;
        var (sum, magnitude) = Folds.Sum(x, [2, 3], magnitudes: true);
        var count = x.Shape[2] * x.Shape[3];
        var bound = LongSum.Bound(context.Evaluation.Results[0], sum, magnitude!, count, context.Summation, exactProducts: true);
        return LongSum.Scale(bound, _ => 1.0 / count);
    }
}

/// <summary><c>global_max_pool</c>: the greatest element of each channel.</summary>
internal sealed class GlobalMaxPool : GlobalPool
{
    public override string Name => "global_max_pool";

    public override string Summary => "The greatest element of each channel of an image.";

    public override string Example => "y = global_max_pool(x)";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context) =>
        [Tensor.Of(context.Results[0], Folds.Greatest(context.Operands[0]!, [2, 3], sign: 1))];
}
