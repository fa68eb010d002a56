using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

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
