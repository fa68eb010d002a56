using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

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
                    rule.Report("NN3002", $"{rule.Name} has -1 at entries {open} and {axis} of its shape.", "Give all entries but one.",
                        attribute: "shape");
                    return rule.Stop();
                }

                open = axis;
            }
            else if (rule.Facts.IsAtLeast(shape[axis], Dimension.Zero) == false)
            {
                rule.Report("NN3002", $"{rule.Name} has {shape[axis]} at entry {axis} of its shape.", "Give 0 or more, or one -1.",
                    attribute: "shape");
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
