using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>avg_pool2d</c>: the mean of each window.</summary>
internal sealed class AvgPool2d : Pool2d
{
    public override string Name => "avg_pool2d";

    public override string Summary => "The mean of each window.";

    public override string Example => "y = avg_pool2d(x, kernel: 2)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        .. WindowAttributes,
        new("count_include_pad", AttributeKind.Boolean, AttributeValue.Of(false), "Whether padding counts as elements of the window."),
    ];

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var (sum, _) = Sum(context, magnitudes: false);
        var counts = Counts(context);
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] /= counts[i % counts.Length];
        }

        return [Tensor.Of(context.Results[0], sum)];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var (sum, magnitude) = Sum(context.Evaluation, magnitudes: true);
        var counts = Counts(context.Evaluation);
        var kernel = context.Evaluation.Attributes.Integers("kernel");
        var bound = LongSum.Bound(
            context.Evaluation.Results[0], sum, magnitude!, kernel[0] * kernel[1], context.Summation, exactProducts: true);
        return LongSum.Scale(bound, i => 1 / counts[i % counts.Length]);
    }

    private static (double[] Sum, double[]? Magnitude) Sum(EvaluationContext context, bool magnitudes)
    {
        var (x, shape) = (context.Operands[0]!, context.Results[0]);
        var (rows, columns) = WindowAxis.Resolve(context.Attributes, x.Shape, shape);
        var (sums, absolutes) = (new double[shape.Count], magnitudes ? new double[shape.Count] : null);
        var plane = (int)(rows.Input * columns.Input);
        Planes.ForEach(shape[0] * shape[1], rows.Output * columns.Output * rows.Kernel * columns.Kernel, p =>
        {
            var source = x.AsDoubles().Slice((int)p * plane, plane);
            var at = (int)(p * rows.Output * columns.Output);
            for (long oy = 0; oy < rows.Output; oy++)
            {
                for (long ox = 0; ox < columns.Output; ox++, at++)
                {
                    double sum = 0, absolute = 0;
                    for (long ky = 0; ky < rows.Kernel; ky++)
                    {
                        var y = rows.Index(oy, ky);
                        if (y < 0 || y >= rows.Input)
                        {
                            continue;
                        }

                        for (long kx = 0; kx < columns.Kernel; kx++)
                        {
                            var z = columns.Index(ox, kx);
                            if (z >= 0 && z < columns.Input)
                            {
                                var element = source[(int)((y * columns.Input) + z)];
                                sum += element;
                                absolute += Math.Abs(element);
                            }
                        }
                    }

                    sums[at] = sum;
                    if (absolutes is not null)
                    {
                        absolutes[at] = absolute;
                    }
                }
            }
        });
        return (sums, absolutes);
    }

    /// <summary>The divisor of each window of one plane.</summary>
    private static double[] Counts(EvaluationContext context)
    {
        var (rows, columns) = WindowAxis.Resolve(context.Attributes, context.Operands[0]!.Shape, context.Results[0]);
        var include = context.Attributes.Boolean("count_include_pad");
        var counts = new double[Math.Max(1, rows.Output * columns.Output)];
        for (var i = 0; i < counts.Length && columns.Output > 0; i++)
        {
            var (oy, ox) = (i / columns.Output, i % columns.Output);
            counts[i] = include
                ? rows.TapsInsidePadding(oy) * columns.TapsInsidePadding(ox)
                : rows.TapsInside(oy) * columns.TapsInside(ox);
        }

        return counts;
    }
}
