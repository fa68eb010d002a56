using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>batch_norm</c>: normalisation by running statistics, an affine map per channel.</summary>
internal sealed class BatchNorm : Operator
{
    public override string Name => "batch_norm";

    public override string Summary => "Normalises each channel by its running mean and variance, then scales and shifts it.";

    public override string Example => "y = conv2d(x, 64, kernel: 3, bias: false) |> batch_norm";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "Channels on axis 1: [N, C, ..].")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("epsilon", AttributeKind.Real, AttributeValue.Of(1e-5), "Added to the variance.") { ForeignNames = ["eps"] }];

    public override ImmutableArray<SlotDefinition> Slots { get; } =
    [
        new("weight", SlotRole.Gain), new("bias", SlotRole.Bias), new("running_mean", SlotRole.Mean), new("running_var", SlotRole.Variance),
    ];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireRankAtLeast(0, x, 2) | !rule.RequireFloat(0, x))
        {
            return rule.Stop();
        }

        var slot = new TensorType(x.Element, x.Dimensions[1]);
        return rule.Finish(x, rule.Slot(0, slot), rule.Slot(1, slot), rule.Slot(2, slot), rule.Slot(3, slot));
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var x = context.Operands[0]!;
        var affine = Epilogue(context)!;
        var result = new double[x.Shape.Count];
        var source = x.AsDoubles();
        var (channels, inner) = (x.Shape[1], 1L);
        for (var axis = 2; axis < x.Shape.Rank; axis++)
        {
            inner *= x.Shape[axis];
        }

        for (long at = 0, channel = 0; at < result.Length; at += inner, channel = channel + 1 == channels ? 0 : channel + 1)
        {
            var (s, b) = (affine.Scale![channel], affine.Bias![channel]);
            for (var i = at; i < at + inner; i++)
            {
                result[i] = Math.FusedMultiplyAdd(source[(int)i], s, b);
            }
        }

        return [Tensor.Of(x.Shape, result)];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var x = context.Evaluation.Operands[0]!;
        return new LayerBound(x.Shape, x.AsDoubles().ToArray(), null).With(Epilogue(context.Evaluation)!);
    }

    /// <summary>s = gain / sqrt(variance + epsilon), b = bias - mean s; an absent slot is 1 for gain and variance, else 0.</summary>
    public override ChannelAffine Epilogue(EvaluationContext context)
    {
        var channels = context.Results[0][1];
        var epsilon = context.Attributes.Real("epsilon");
        var (scale, bias, hidden) = (new double[channels], new double[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            var s = Slot(0, c, 1) / Math.Sqrt(Slot(3, c, 1) + epsilon);
            var moved = Slot(2, c, 0) * s;
            scale[c] = s;
            bias[c] = Slot(1, c, 0) - moved;
            hidden[c] = Math.Abs(moved) + Math.Abs(Slot(1, c, 0));
        }

        return new ChannelAffine(1, scale, bias) { Hidden = hidden };

        double Slot(int index, int channel, double absent) => context.Slots[index] is { } slot ? slot.AsDoubles()[channel] : absent;
    }
}
