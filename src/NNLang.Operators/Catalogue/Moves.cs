using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What operators share that keep the order of elements and change only the shape.</summary>
internal abstract class ViewOperator : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var x = context.Operands[0]!;
        return [new Tensor(x.Type, context.Results[0], x.Bytes)];
    }

    public sealed override bool IsView => true;

    protected static Dimension Product(ReadOnlySpan<Dimension> dimensions)
    {
        var product = Dimension.One;
        foreach (var dimension in dimensions)
        {
            product *= dimension;
        }

        return product;
    }
}

/// <summary><c>identity</c>: the tensor itself.</summary>
internal sealed class Identity : ViewOperator
{
    public override string Name => "identity";

    public override string Summary => "The tensor itself.";

    public override string Example => "y = identity(x)";

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        return rule.Operand(0) is { } x ? rule.Finish(x) : rule.Stop();
    }
}

/// <summary><c>dropout</c>: nothing at inference.</summary>
internal sealed class Dropout : ViewOperator
{
    public override string Name => "dropout";

    public override string Summary => "Nothing at inference: the tensor itself.";

    public override string Example => "y = dropout(x, 0.5)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("rate", AttributeKind.Real, AttributeValue.Of(0.5), "The share dropped in training.") { ForeignNames = ["p", "ratio"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        return rule.Operand(0) is { } x ? rule.Finish(x) : rule.Stop();
    }
}

/// <summary><c>reshape</c>: the same elements in another shape.</summary>
internal sealed class Reshape : ViewOperator
{
    public override string Name => "reshape";

    public override string Summary => "The same elements in another shape; one -1 stands for what is left.";

    public override string Example => "y = reshape(x, [N, -1])";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("shape", AttributeKind.IntegerList, null, "The new shape; one entry may be -1.") { ForeignNames = ["newshape", "size"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x)
        {
            return rule.Stop();
        }

        var shape = context.Attributes.Dimensions("shape").ToArray();
        var open = -1;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis].Value == -1)
            {
                if (open >= 0)
                {
                    rule.Report("NN3002", $"{rule.Name} has -1 at entries {open} and {axis} of its shape.", "Give all entries but one.", attribute: "shape");
                    return rule.Stop();
                }

                open = axis;
            }
            else if (rule.Facts.IsAtLeast(shape[axis], Dimension.Zero) == false)
            {
                rule.Report("NN3002", $"{rule.Name} has {shape[axis]} at entry {axis} of its shape.", "Give 0 or more, or one -1.", attribute: "shape");
                return rule.Stop();
            }
        }

        var elements = Product(x.Dimensions.AsSpan());
        if (open < 0)
        {
            var product = Product(shape);
            rule.RequireEqual(
                elements, product, $"{rule.Name} keeps {Count(elements)} elements, but {Text(shape)} has {Count(product)}.",
                "Make the products equal, or write one -1.", 0, "shape");
            return rule.Finish(new TensorType(x.Element, [.. shape]));
        }

        shape[open] = Dimension.One;
        var rest = Product(shape);
        if (rest.Value == 0)
        {
            rule.Report("NN3002", $"{rule.Name} cannot find -1 beside a 0 in {Text(shape)}.", "Give all entries.", attribute: "shape");
            return rule.Stop();
        }

        rule.RequireEqual(
            elements.Modulo(rest), Dimension.Zero, $"{rule.Name} cannot divide {Count(elements)} elements by {Count(rest)} for -1.",
            "Choose entries whose product divides the number of elements.", 0, "shape");
        shape[open] = elements.FloorDivide(rest);
        return rule.Finish(new TensorType(x.Element, [.. shape]));
    }

    private static string Count(Dimension value) =>
        value.Value is { } known ? known.ToString("N0", System.Globalization.CultureInfo.InvariantCulture) : value.ToString();

    private static string Text(Dimension[] shape) => "[" + string.Join(", ", shape.Select(d => d.ToString())) + "]";
}

/// <summary><c>flatten</c>: two axes, split at one.</summary>
internal sealed class Flatten : ViewOperator
{
    public override string Name => "flatten";

    public override string Summary => "Two axes: the product of those before an axis, and of the others.";

    public override string Example => "y = flatten(x) |> dense(10)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("axis", AttributeKind.Integer, AttributeValue.Of(1), "The first axis of the second product.") { ForeignNames = ["start_dim"] }];

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
                x.Dimensions[axis], Dimension.One, $"{rule.Name} takes out axes of 1, but axis {axis} of '{rule.OperandName(0)}' is {x.Dimensions[axis]}.",
                "Reduce or slice it first.", 0, "axes");
        }

        return rule.Finish(new TensorType(x.Element, kept.ToImmutable()));
    }
}

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
