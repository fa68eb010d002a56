using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

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
