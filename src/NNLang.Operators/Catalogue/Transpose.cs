using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>transpose</c>: axes in another order.</summary>
internal sealed class Transpose : Operator
{
    public override string Name => "transpose";

    public override string Summary => "Axes in another order: axis i of the result is axis permutation[i] of x.";

    public override string Example => "y = transpose(x, [0, 2, 3, 1])";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("permutation", AttributeKind.IntegerList, AttributeValue.Nothing,
            "Every axis once; the reverse order by default.") { ForeignNames = ["perm", "dims", "axes"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x)
        {
            return rule.Stop();
        }

        if (!context.Attributes.Has("permutation"))
        {
            return rule.Finish(new TensorType(x.Element, [.. x.Dimensions.Reverse()]));
        }

        var count = context.Attributes.Dimensions("permutation").Length;
        if (count != x.Rank)
        {
            rule.Report(
                "NN3019", $"{rule.Name} permutes {count} axes, but '{rule.OperandName(0)}' is {x}: {x.Rank}.", "Name every axis once.", 0,
                "permutation");
            return rule.Stop();
        }

        return rule.AxisList("permutation", x.Rank) is { } axes
            ? rule.Finish(new TensorType(x.Element, [.. axes.Select(axis => x.Dimensions[axis])]))
            : rule.Stop();
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var (x, shape) = (context.Operands[0]!, context.Results[0]);
        var own = Strides.Of(x.Shape);
        var strides = new long[x.Shape.Rank];
        for (var axis = 0; axis < strides.Length; axis++)
        {
            var from = context.Attributes.Has("permutation") ? context.Attributes.Integers("permutation")[axis] : strides.Length - 1 - axis;
            strides[axis] = own[from < 0 ? from + strides.Length : from];
        }

        var result = new double[shape.Count];
        Strides.Gather(x.AsDoubles(), 0, strides, shape, result);
        return [Tensor.Of(shape, result)];
    }
}
