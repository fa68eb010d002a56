using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary><c>unsqueeze</c>: axes of extent 1 put in.</summary>
internal sealed class Unsqueeze : ViewOperator
{
    public override string Name => "unsqueeze";

    public override string Summary => "Puts in axes of extent 1; the numbers are those of the result.";

    public override string Example => "y = unsqueeze(x, axes: [-1])";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("axes", AttributeKind.IntegerList, null, "The axes of the result that are 1.") { ForeignNames = ["dim", "axis"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x)
        {
            return rule.Stop();
        }

        var rank = x.Rank + context.Attributes.Dimensions("axes").Length;
        if (rule.AxisList("axes", rank) is not { } axes)
        {
            return rule.Stop();
        }

        var dimensions = ImmutableArray.CreateBuilder<Dimension>(rank);
        for (int axis = 0, next = 0; axis < rank; axis++)
        {
            dimensions.Add(axes.Contains(axis) ? Dimension.One : x.Dimensions[next++]);
        }

        return rule.Finish(new TensorType(x.Element, dimensions.ToImmutable()));
    }
}
