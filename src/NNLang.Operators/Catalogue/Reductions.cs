using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What reductions over axes share.</summary>
internal abstract class Reduction : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("axes", AttributeKind.IntegerList, AttributeValue.Nothing, "The axes reduced; all by default.") { ForeignNames = ["dim", "axis"] },
        new("keep", AttributeKind.Boolean, AttributeValue.Of(false), "Whether reduced axes stay as 1.") { ForeignNames = ["keepdims", "keepdim"] },
    ];

    protected virtual bool AcceptsIntegers => true;

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !(AcceptsIntegers ? rule.RequireNumber(0, x) : rule.RequireFloat(0, x)))
        {
            return rule.Stop();
        }

        ImmutableArray<int>? axes = context.Attributes.Has("axes") ? rule.AxisList("axes", x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        if (axes is null)
        {
            return rule.Stop();
        }

        var keep = context.Attributes.Boolean("keep");
        var dimensions = ImmutableArray.CreateBuilder<Dimension>();
        for (var axis = 0; axis < x.Rank; axis++)
        {
            if (!axes.Value.Contains(axis))
            {
                dimensions.Add(x.Dimensions[axis]);
            }
            else if (keep)
            {
                dimensions.Add(Dimension.One);
            }
        }

        return rule.Finish(new TensorType(x.Element, dimensions.ToImmutable()));
    }

    /// <summary>The reduced axes counted from 0, and how many elements go into one.</summary>
    protected static (int[] Axes, long Count) AxesOf(EvaluationContext context)
    {
        var shape = context.Operands[0]!.Shape;
        int[] axes = context.Attributes.Has("axes")
            ? [.. context.Attributes.Integers("axes").Select(axis => (int)(axis < 0 ? axis + shape.Rank : axis))]
            : [.. Enumerable.Range(0, shape.Rank)];
        var count = 1L;
        foreach (var axis in axes)
        {
            count *= shape[axis];
        }

        return (axes, count);
    }
}

/// <summary><c>reduce_sum</c>: the sum over axes.</summary>
internal sealed class ReduceSum : Reduction
{
    public override string Name => "reduce_sum";

    public override string Summary => "The sum over axes.";

    public override string Example => "y = reduce_sum(x, axes: [-1])";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context) =>
        [Tensor.Of(context.Results[0], Folds.Sum(context.Operands[0]!, AxesOf(context).Axes, magnitudes: false).Sum)];

    public override LayerBound Bound(EnclosureContext context)
    {
        var (axes, count) = AxesOf(context.Evaluation);
        var (sum, magnitude) = Folds.Sum(context.Evaluation.Operands[0]!, axes, magnitudes: true);
        return LongSum.Bound(context.Evaluation.Results[0], sum, magnitude!, count, context.Summation, exactProducts: true);
    }
}

/// <summary><c>reduce_mean</c>: the mean over axes.</summary>
internal sealed class ReduceMean : Reduction
{
    public override string Name => "reduce_mean";

    public override string Summary => "The mean over axes.";

    public override string Example => "y = reduce_mean(x, axes: [2, 3])";

    protected override bool AcceptsIntegers => false;

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var (axes, count) = AxesOf(context);
        return [Tensor.Of(context.Results[0], Array.ConvertAll(Folds.Sum(context.Operands[0]!, axes, magnitudes: false).Sum, s => s / count))];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var (axes, count) = AxesOf(context.Evaluation);
        var (sum, magnitude) = Folds.Sum(context.Evaluation.Operands[0]!, axes, magnitudes: true);
        var bound = LongSum.Bound(context.Evaluation.Results[0], sum, magnitude!, count, context.Summation, exactProducts: true);
        return LongSum.Scale(bound, _ => 1.0 / count);
    }
}

/// <summary><c>reduce_max</c>: the greatest over axes.</summary>
internal sealed class ReduceMax : Reduction
{
    public override string Name => "reduce_max";

    public override string Summary => "The greatest element over axes.";

    public override string Example => "y = reduce_max(x, axes: [1], keep: true)";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context) =>
        [Tensor.Of(context.Results[0], Folds.Greatest(context.Operands[0]!, AxesOf(context).Axes, sign: 1))];
}

/// <summary><c>reduce_min</c>: the least over axes.</summary>
internal sealed class ReduceMin : Reduction
{
    public override string Name => "reduce_min";

    public override string Summary => "The least element over axes.";

    public override string Example => "y = reduce_min(x, axes: [1], keep: true)";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context) =>
        [Tensor.Of(context.Results[0], Folds.Greatest(context.Operands[0]!, AxesOf(context).Axes, sign: -1))];
}
