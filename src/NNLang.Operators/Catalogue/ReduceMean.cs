using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

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
        return [Tensor.Of(context.Results[0], Array.ConvertAll(Folds.Sum(context.Operands[0]!, axes, magnitudes: false).Sum, s =>
            s / count))];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var (axes, count) = AxesOf(context.Evaluation);
        var (sum, magnitude) = Folds.Sum(context.Evaluation.Operands[0]!, axes, magnitudes: true);
        var bound = LongSum.Bound(context.Evaluation.Results[0], sum, magnitude!, count, context.Summation, exactProducts: true);
        return LongSum.Scale(bound, _ => 1.0 / count);
    }
}
