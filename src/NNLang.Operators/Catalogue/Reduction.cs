using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary>What reductions over axes share.</summary>
internal abstract class Reduction : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("axes", AttributeKind.IntegerList, AttributeValue.Nothing, "The axes reduced; all by default.")
        {
            ForeignNames = ["dim", "axis"],
        },
        new("keep", AttributeKind.Boolean, AttributeValue.Of(false), "Whether reduced axes stay as 1.")
        {
            ForeignNames = ["keepdims", "keepdim"],
        },
    ];

    protected virtual bool AcceptsIntegers => true;

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !(AcceptsIntegers ? rule.RequireNumber(0, x) : rule.RequireFloat(0, x)))
        {
            return rule.Stop();
        }

        ImmutableArray<int>? axes = context.Attributes.Has("axes") ? rule.AxisList("axes", x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        if (axes is null)
        {
            return rule.Stop();
        }

        var keep = context.Attributes.Boolean("keep");
        var dimensions = ImmutableArray.CreateBuilder<Dimension>();
        for (var axis = 0; axis < x.Rank; axis++)
        {
            if (!axes.Value.Contains(axis))
            {
                dimensions.Add(x.Dimensions[axis]);
            }
            else if (keep)
            {
                dimensions.Add(Dimension.One);
            }
        }

        return rule.Finish(new TensorType(x.Element, dimensions.ToImmutable()));
    }

    /// <summary>The reduced axes counted from 0, and how many elements go into one.</summary>
    protected static (int[] Axes, long Count) AxesOf(EvaluationContext context)
    {
        var shape = context.Operands[0]!.Shape;
        int[] axes = context.Attributes.Has("axes")
            ? [.. context.Attributes.Integers("axes").Select(axis => (int)(axis < 0 ? axis + shape.Rank : axis))]
            : [.. Enumerable.Range(0, shape.Rank)];
        var count = 1L;
        foreach (var axis in axes)
        {
            count *= shape[axis];
        }

        return (axes, count);
    }
}
