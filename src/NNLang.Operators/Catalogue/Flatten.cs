using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary><c>flatten</c>: two axes, split at one.</summary>
internal sealed class Flatten : ViewOperator
{
    public override string Name => "flatten";

    public override string Summary => "Two axes: the product of those before an axis, and of the others.";

    public override string Example => "y = flatten(x) |> dense(10)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("axis", AttributeKind.Integer, AttributeValue.Of(1),
            "The first axis of the second product.") { ForeignNames = ["start_dim"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x)
        {
            return rule.Stop();
        }

        // The axis may equal the rank: then the second product is empty. A rank of 0 has only that.
        var axis = context.Attributes.Dimension("axis").Value;
        if (axis is { } given && (given < -x.Rank || given > Math.Max(x.Rank, 1)))
        {
            rule.Report(
                "NN3019", $"{rule.Name} needs axis from {-x.Rank} to {x.Rank}, but it is {given}.", "Give axis: 1 to keep the first axis.",
                attribute: "axis");
        }

        if (rule.Failed || axis is null)
        {
            return rule.Stop();
        }

        var at = Math.Min((int)(axis < 0 ? axis + x.Rank : axis), x.Rank);
        return rule.Finish(new TensorType(x.Element, Product(x.Dimensions.AsSpan()[..at]), Product(x.Dimensions.AsSpan()[at..])));
    }
}
