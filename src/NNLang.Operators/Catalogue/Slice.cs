using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>slice</c>: part of a tensor; what indexing is made of.</summary>
internal sealed class Slice : Operator
{
    public override string Name => "slice";

    public override string Summary => "Elements start, start + step, .. before end, along some axes: what x[a:b:c] is.";

    public override string Example => "y = slice(x, axes: [1], starts: [0], ends: [8])";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("axes", AttributeKind.IntegerList, null, "The axes cut."),
        new("starts", AttributeKind.IntegerList, null, "The first index of each; negative counts from the end."),
        new("ends", AttributeKind.IntegerList, null, "The index after the last of each; none is the end, negative counts from the end."),
        new("steps", AttributeKind.IntegerList, AttributeValue.Nothing, "The distance of each, at least 1; 1 by default."),
    ];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || rule.AxisList("axes", x.Rank) is not { } axes)
        {
            return rule.Stop();
        }

        var attributes = context.Attributes;
        var steps = attributes.Has("steps") ? attributes.Dimensions("steps") : [.. axes.Select(_ => Dimension.One)];
        var (starts, ends) = (Bounds(attributes, "starts"), Bounds(attributes, "ends"));
        foreach (var (name, length) in (ReadOnlySpan<(string, int)>)[("starts", starts.Length), ("ends", ends.Length),
            ("steps", steps.Length)])
        {
            if (length != axes.Length)
            {
                rule.Report("NN3002", $"{rule.Name} cuts {axes.Length} axes, but {name} has {length} entries.",
                    "Give one entry for each axis.", attribute: name);
            }
        }

        if (rule.Failed || (attributes.Has("steps") && !rule.RequireAtLeast("steps", 1)))
        {
            return rule.Stop();
        }

        var dimensions = x.Dimensions.ToBuilder();
        for (var i = 0; i < axes.Length; i++)
        {
            var extent = x.Dimensions[axes[i]];
            var start = Index(rule, starts[i], extent, axes[i], "starts", Dimension.Zero);
            var end = Index(rule, ends[i], extent, axes[i], "ends", extent);
            if (start is null || end is null)
            {
                return rule.Stop();
            }

            var length = (end - start).CeilDivide(steps[i]);
            dimensions[axes[i]] = rule.Facts.IsAtLeast(length, Dimension.Zero) == true ? length : Dimension.Max(length, Dimension.Zero);
        }

        return rule.Finish(new TensorType(x.Element, dimensions.ToImmutable()));
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var (x, shape) = (context.Operands[0]!, context.Results[0]);
        var strides = Strides.Of(x.Shape);
        var axes = context.Attributes.Integers("axes");
        var starts = Bounds(context.Attributes, "starts");
        var steps = context.Attributes.Has("steps") ? context.Attributes.Integers("steps") : default;
        var offset = 0L;
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = (int)(axes[i] < 0 ? axes[i] + x.Shape.Rank : axes[i]);
            var start = starts[i]?.Value ?? 0;
            offset += (start < 0 ? start + x.Shape[axis] : start) * strides[axis];
            strides[axis] *= steps.IsDefault ? 1 : steps[i];
        }

        var result = new double[shape.Count];
        Strides.Gather(x.AsDoubles(), offset, strides, shape, result);
        return [Tensor.Of(shape, result)];
    }

    /// <summary>The entries of a list in which <c>none</c> is the natural end.</summary>
    private static ImmutableArray<Dimension?> Bounds(AttributeSet attributes, string name) => attributes.Find(name) switch
    {
        AttributeValue.List list => [.. list.Values.Select(value => (value as AttributeValue.Integer)?.Value)],
        AttributeValue.Integer integer => [integer.Value],
        _ => [null],
    };

    private static Dimension? Index(ShapeRule rule, Dimension? given, Dimension extent, int axis, string attribute, Dimension natural)
    {
        if (given is null)
        {
            return natural;
        }

        var index = given.Value < 0 ? given + extent : given;
        if (rule.Facts.IsAtLeast(index, Dimension.Zero) == false || rule.Facts.IsAtLeast(extent, index) == false)
        {
            rule.Report(
                "NN3016", $"{rule.Name} reaches index {given} of axis {axis}, but '{rule.OperandName(0)}' has {extent} there.",
                "Stay between minus and plus the extent.", 0, attribute);
            return null;
        }

        return index;
    }
}
