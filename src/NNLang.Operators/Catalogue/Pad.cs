using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>pad</c>: a constant around a tensor.</summary>
internal sealed class Pad : Operator
{
    public override string Name => "pad";

    public override string Summary => "A constant before and after the elements of each axis.";

    public override string Example => "y = pad(x, before: [0, 0, 1, 1], after: [0, 0, 1, 1])";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("before", AttributeKind.IntegerList, null, "Elements before each axis."),
        new("after", AttributeKind.IntegerList, null, "Elements after each axis."),
        new("value", AttributeKind.Real, AttributeValue.Of(0.0), "The constant."),
    ];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireLength("before", x.Rank, "axis") | !rule.RequireLength("after", x.Rank, "axis")
            || !rule.RequireAtLeast("before", 0) | !rule.RequireAtLeast("after", 0))
        {
            return rule.Stop();
        }

        var (before, after) = (context.Attributes.Dimensions("before"), context.Attributes.Dimensions("after"));
        return rule.Finish(new TensorType(x.Element, [.. x.Dimensions.Select((d, axis) => d + before[axis] + after[axis])]));
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var (x, shape) = (context.Operands[0]!, context.Results[0]);
        var before = context.Attributes.Integers("before");
        var result = new double[shape.Count];
        Array.Fill(result, context.Attributes.Real("value"));
        var strides = Numerics.Strides.Of(shape);
        var offset = 0L;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            offset += before[axis] * strides[axis];
        }

        var rows = new Numerics.Strides.RowWalk(x.Shape, strides);
        var source = x.AsDoubles();
        for (var at = 0; at < source.Length; at += rows.Inner)
        {
            source.Slice(at, rows.Inner).CopyTo(result.AsSpan((int)(offset + rows.Offset)));
            rows.Next();
        }

        return [Tensor.Of(shape, result)];
    }
}
