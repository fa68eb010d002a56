using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>split</c>: a tensor cut into several along an axis.</summary>
internal sealed class Split : Operator
{
    /// <summary>More parts than this are a mistake, or an attack.</summary>
    private const int MaximumParts = 4_096;

    public override string Name => "split";

    public override string Summary => "Cuts a tensor along an axis, into equal parts or by sizes.";

    public override string Example => "a, b = split(x, 2, axis: 1)";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("parts", AttributeKind.Integer, AttributeValue.Nothing, "The number of equal parts.")
        {
            ForeignNames = ["num_outputs", "chunks"],
        },
        new("sizes", AttributeKind.IntegerList, AttributeValue.Nothing,
            "The extent of each part.") { ForeignNames = ["split", "split_size_or_sections"] },
        new("axis", AttributeKind.Integer, AttributeValue.Of(-1), "The axis cut.") { ForeignNames = ["dim"] },
    ];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireRankAtLeast(0, x, 1) || rule.Axis("axis", x.Rank) is not { } axis)
        {
            return rule.Stop();
        }

        var extent = x.Dimensions[axis];
        var (hasParts, hasSizes) = (context.Attributes.Has("parts"), context.Attributes.Has("sizes"));
        if (hasParts == hasSizes)
        {
            rule.Report("NN2021", $"{rule.Name} needs either parts or sizes.", "Give parts: k, or sizes: [..].");
            return rule.Stop();
        }

        if (hasSizes)
        {
            var total = Dimension.Zero;
            var sizes = context.Attributes.Dimensions("sizes");
            foreach (var size in sizes)
            {
                total += size;
            }

            return rule.RequireAtLeast("sizes", 0)
                && rule.RequireEqual(total, extent,
                    $"{rule.Name} has sizes of {total} in all, but axis {axis} of '{rule.OperandName(0)}' is {extent}.",
                    "Make the sizes add up.", 0, "sizes")
                ? rule.Finish([.. sizes.Select(size => new TensorType(x.Element, x.Dimensions.SetItem(axis, size)))])
                : rule.Stop();
        }

        if (context.Attributes.Dimension("parts").Value is not { } parts)
        {
            return rule.Stop();
        }

        if (parts is < 1 or > MaximumParts)
        {
            rule.Report("NN3002", $"{rule.Name} needs parts from 1 to {MaximumParts}, but it is {parts}.", "Give a smaller number.",
                attribute: "parts");
            return rule.Stop();
        }

        rule.RequireEqual(
            extent.Modulo(parts), Dimension.Zero, $"{rule.Name} cannot cut axis {axis} into equal parts: {parts} does not divide {extent}.",
            "Give sizes: [..].", 0, "parts");
        return rule.Finish([.. Enumerable.Repeat(new TensorType(x.Element, x.Dimensions.SetItem(axis, extent.FloorDivide(parts))),
            (int)parts)]);
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var x = context.Operands[0]!;
        var axis = (int)context.Attributes.Integer("axis");
        axis = axis < 0 ? axis + x.Shape.Rank : axis;
        var strides = Strides.Of(x.Shape);
        var results = ImmutableArray.CreateBuilder<Tensor>();
        var offset = 0L;
        foreach (var shape in context.Results)
        {
            var part = new double[shape.Count];
            Strides.Gather(x.AsDoubles(), offset, strides, shape, part);
            results.Add(Tensor.Of(shape, part));
            offset += shape[axis] * strides[axis];
        }

        return results.ToImmutable();
    }
}
