using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>reduce_min</c>: the least over axes.</summary>
internal sealed class ReduceMin : Reduction
{
    public override string Name => "reduce_min";

    public override string Summary => "The least element over axes.";

    public override string Example => "y = reduce_min(x, axes: [1], keep: true)";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context) =>
        [Tensor.Of(context.Results[0], Folds.Greatest(context.Operands[0]!, AxesOf(context).Axes, sign: -1))];
}
