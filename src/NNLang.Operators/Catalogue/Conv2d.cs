using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>conv2d</c>: two-dimensional convolution, grouped and depthwise included.</summary>
internal sealed class Conv2d : Operator
{
    public override string Name => "conv2d";

    public override string Summary => "Two-dimensional convolution over images of rank 4, with groups, stride, padding and dilation.";

    public override string Example => "y = conv2d(x, 64, kernel: 3, stride: 2, pad: 1)";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "The image: [N, C, H, W].")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("filters", AttributeKind.Integer, null, "Channels of the result.") { ForeignNames = ["out_channels", "num_output"] },
        new("kernel", AttributeKind.IntegerList, null, "Taps along rows and columns.")
        {
            Length = 2, ForeignNames = ["kernel_size", "kernel_shape"],
        },
        new("stride", AttributeKind.IntegerList, AttributeValue.Of(1L, 1L), "Distance between windows.")
        {
            Length = 2, ForeignNames = ["strides"],
        },
        new("pad", AttributeKind.Padding, AttributeValue.Of(0), "Zeros around the image: n, [h, w], [top, left, bottom, right] or same.")
        {
            Words = ["same"], ForeignNames = ["padding", "pads"],
        },
        new("dilation", AttributeKind.IntegerList, AttributeValue.Of(1L, 1L), "Distance between taps.")
        {
            Length = 2, ForeignNames = ["dilations", "dilation_rate"],
        },
        new("groups", AttributeKind.Integer, AttributeValue.Of(1),
            "Groups of channels convolved apart; the number of channels for a depthwise convolution.")
        {
            ForeignNames = ["group"],
        },
        new("bias", AttributeKind.Boolean, AttributeValue.Of(true), "Whether a bias is added per filter.") { ForeignNames = ["use_bias"] },
    ];

    public override ImmutableArray<SlotDefinition> Slots { get; } = [new("weight", SlotRole.Weight), new("bias", SlotRole.Bias)];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireRank(0, x, 4, "[N, C, H, W]") | !rule.RequireFloat(0, x)
            || !rule.RequireAtLeast("filters", 1) | !rule.RequireAtLeast("groups", 1))
        {
            return rule.Stop();
        }

        var (filters, groups, channels) = (context.Attributes.Dimension("filters"), context.Attributes.Dimension("groups"),
            x.Dimensions[1]);
        rule.RequireEqual(
            channels.Modulo(groups), Dimension.Zero,
            $"{rule.Name} needs groups that divide the channels: {groups} does not divide {channels}.",
            "Choose groups that divide both channels and filters.", 0, "groups");
        rule.RequireEqual(
            filters.Modulo(groups), Dimension.Zero,
            $"{rule.Name} needs groups that divide the filters: {groups} does not divide {filters}.",
            "Choose groups that divide both channels and filters.", attribute: "groups");
        if (WindowRule.Infer(rule, x, ceil: false) is not { } extent || rule.Failed)
        {
            return rule.Stop();
        }

        var kernel = context.Attributes.Dimensions("kernel");
        var weight = rule.Slot(0, new TensorType(x.Element, filters, channels.FloorDivide(groups), kernel[0], kernel[1]));
        var bias = rule.Slot(1, context.Attributes.Boolean("bias") ? new TensorType(x.Element, filters) : null);
        return rule.Finish(new TensorType(x.Element, x.Dimensions[0], filters, extent.Rows, extent.Columns), weight, bias);
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var result = new double[context.Results[0].Count];
        Contract(context, result, null);
        if (context.Slots[1] is { } bias)
        {
            ChannelSums.Add(result, context.Results[0], 1, bias.AsDoubles());
        }

        return [Tensor.Of(context.Results[0], result)];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var evaluation = context.Evaluation;
        var (value, magnitude) = (new double[evaluation.Results[0].Count], new double[evaluation.Results[0].Count]);
        Contract(evaluation, value, magnitude);
        var shape = evaluation.Slots[0]!.Shape;
        var sum = LongSum.Bound(
            evaluation.Results[0], value, magnitude, shape[1] * shape[2] * shape[3], context.Summation, context.ExactProducts);
        return evaluation.Slots[1] is { } bias ? sum.With(new ChannelAffine(1, null, bias.AsDoubles().ToArray())) : sum;
    }

    protected override Dimension MultiplyAdds(InferenceContext context, Inference inference)
    {
        if (inference.Slots is not [{ } weight, ..])
        {
            return Dimension.Zero;
        }

        var total = weight.Dimensions[1] * weight.Dimensions[2] * weight.Dimensions[3];
        foreach (var dimension in inference.Results[0].Dimensions)
        {
            total *= dimension;
        }

        return total;
    }

    private static void Contract(EvaluationContext context, double[] result, double[]? magnitudes)
    {
        var (x, weight, shape) = (context.Operands[0]!, context.Slots[0]!, context.Results[0]);
        var (rows, columns) = WindowAxis.Resolve(context.Attributes, x.Shape, shape);
        var groups = x.Shape[1] == 0 ? 1 : (int)context.Attributes.Integer("groups");
        var (filters, channels) = ((int)(shape[1] / groups), (int)weight.Shape[1]);
        var (image, plane, depth) = (x.Shape[2] * x.Shape[3], shape[2] * shape[3], checked((int)(channels * rows.Kernel * columns.Kernel)));
        var products = new List<Contraction>();
        for (long n = 0; n < shape[0]; n++)
        {
            for (var g = 0; g < groups; g++)
            {
                var source = ((n * x.Shape[1]) + ((long)g * channels)) * image;
                products.Add(new Contraction
                {
                    Left = weight,
                    LeftOffset = (long)g * filters * depth,
                    Rows = filters,
                    Depth = depth,
                    Columns = plane,
                    Fill = (first, count, panel, width) => FillPatches(x, source, channels, rows, columns, first, count, panel, width),
                    ResultOffset = ((n * shape[1]) + ((long)g * filters)) * plane,
                    RowStride = plane,
                    ColumnStride = 1,
                });
            }
        }

        Contraction.Run(products, result, magnitudes);
    }

    private static void FillPatches(
        Tensor x, long source, int channels, WindowAxis rows, WindowAxis columns, long first, int count, Span<double> panel, int width)
    {
        var pixels = x.AsDoubles().Slice((int)source, (int)(channels * rows.Input * columns.Input));
        Span<int> top = stackalloc int[count];
        Span<int> left = stackalloc int[count];
        for (var j = 0; j < count; j++)
        {
            top[j] = (int)rows.Index((first + j) / columns.Output, 0);
            left[j] = (int)columns.Index((first + j) % columns.Output, 0);
        }

        var (height, line) = ((int)rows.Input, (int)columns.Input);
        var at = 0;
        for (var c = 0; c < channels; c++)
        {
            var channel = pixels.Slice(c * height * line, height * line);
            for (var ky = 0; ky < rows.Kernel; ky++)
            {
                var dy = (int)(ky * rows.Dilation);
                for (var kx = 0; kx < columns.Kernel; kx++, at += width)
                {
                    var dx = (int)(kx * columns.Dilation);
                    var target = panel.Slice(at, count);
                    for (var j = 0; j < target.Length; j++)
                    {
                        int y = top[j] + dy, z = left[j] + dx;
                        target[j] = (uint)y < (uint)height && (uint)z < (uint)line ? channel[(y * line) + z] : 0;
                    }
                }
            }
        }
    }
}
