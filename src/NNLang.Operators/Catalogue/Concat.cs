using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>concat</c>: tensors one after another along an axis.</summary>
internal sealed class Concat : Operator
{
    public override string Name => "concat";

    public override string Summary => "Tensors one after another along an axis.";

    public override string Example => "y = concat([a, b], axis: 1)";

    public override ImmutableArray<OperandDefinition> Operands { get; } =
        [new("items", "Tensors that differ only along the axis.") { Variadic = true }];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("axis", AttributeKind.Integer, null, "The axis along which they follow each other.") { ForeignNames = ["dim"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } first || !rule.RequireRankAtLeast(0, first, 1) || rule.Axis("axis", first.Rank) is not { } axis)
        {
            return rule.Stop();
        }

        var total = first.Dimensions[axis];
        for (var i = 1; i < rule.Count; i++)
        {
            if (rule.Operand(i) is not { } next || !rule.RequireSameElement([first, next]))
            {
                return rule.Stop();
            }

            if (next.Rank != first.Rank)
            {
                rule.Report(
                    "NN3019", $"Cannot concatenate {first} and {next}: {first.Rank} and {next.Rank} axes.",
                    "Reshape one of them to the same number of axes.", i);
                return rule.Stop();
            }

            for (var other = 0; other < first.Rank; other++)
            {
                if (other == axis)
                {
                    continue;
                }

                var (a, b) = (first.Dimensions[other], next.Dimensions[other]);
                if (!rule.RequireEqual(
                    a, b, $"Cannot concatenate {first} and {next} on axis {axis}: {ShapeRule.AxisName(other, first.Rank)} is {a} and {b}.",
                    "Make the other dimensions equal, or concatenate on another axis.", i))
                {
                    return rule.Stop();
                }
            }

            total += next.Dimensions[axis];
        }

        return rule.Finish(new TensorType(first.Element, first.Dimensions.SetItem(axis, total)));
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var shape = context.Results[0];
        var axis = (int)context.Attributes.Integer("axis");
        axis = axis < 0 ? axis + shape.Rank : axis;
        long outer = 1, inner = 1;
        for (var i = 0; i < shape.Rank; i++)
        {
            outer *= i < axis ? shape[i] : 1;
            inner *= i > axis ? shape[i] : 1;
        }

        var result = new double[shape.Count];
        var offset = 0L;
        foreach (var operand in context.Operands)
        {
            var source = operand!.AsDoubles();
            var block = (int)(operand.Shape[axis] * inner);
            for (var o = 0; o < outer; o++)
            {
                source.Slice(o * block, block).CopyTo(result.AsSpan((int)((o * shape[axis] * inner) + offset), block));
            }

            offset += block;
        }

        return [Tensor.Of(shape, result)];
    }
}
