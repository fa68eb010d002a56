using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>global_max_pool</c>: the greatest element of each channel.</summary>
internal sealed class GlobalMaxPool : GlobalPool
{
    public override string Name => "global_max_pool";

    public override string Summary => "The greatest element of each channel of an image.";

    public override string Example => "y = global_max_pool(x)";

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context) =>
        [Tensor.Of(context.Results[0], Folds.Greatest(context.Operands[0]!, [2, 3], sign: 1))];
}
