using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>reduce_max</c>: the greatest over axes.</summary>
internal sealed class ReduceMax : Reduction
{
    public override string Name => "reduce_max";

    public override string Summary => "The greatest element over axes.";

    public override string Example => "y = reduce_max(x, axes: [1], keep: true)";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context) =>
        [Tensor.Of(context.Results[0], Folds.Greatest(context.Operands[0]!, AxesOf(context).Axes, sign: 1))];
}
