using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary><c>squeeze</c>: axes of extent 1 taken out.</summary>
internal sealed class Squeeze : ViewOperator
{
    public override string Name => "squeeze";

    public override string Summary => "Takes out axes of extent 1.";

    public override string Example => "y = squeeze(x, axes: [2, 3])";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("axes", AttributeKind.IntegerList, null, "The axes to take out.") { ForeignNames = ["dim", "axis"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || rule.AxisList("axes", x.Rank) is not { } axes)
        {
            return rule.Stop();
        }

        var kept = ImmutableArray.CreateBuilder<Dimension>();
        for (var axis = 0; axis < x.Rank; axis++)
        {
            if (!axes.Contains(axis))
            {
                kept.Add(x.Dimensions[axis]);
                continue;
            }

            rule.RequireEqual(
                x.Dimensions[axis], Dimension.One,
                $"{rule.Name} takes out axes of 1, but axis {axis} of '{rule.OperandName(0)}' is {x.Dimensions[axis]}.",
                "Reduce or slice it first.", 0, "axes");
        }

        return rule.Finish(new TensorType(x.Element, kept.ToImmutable()));
    }
}
