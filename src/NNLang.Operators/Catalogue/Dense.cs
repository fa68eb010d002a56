using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>dense</c>: a fully connected layer over the last axis.</summary>
internal sealed class Dense : Operator
{
    public override string Name => "dense";

    public override string Summary => "Fully connected layer: the last axis times a weight matrix, plus a bias.";

    public override string Example => "y = dense(x, 10)";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "Features on the last axis: [.., F].")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("units", AttributeKind.Integer, null, "Features of the result.") { ForeignNames = ["out_features", "num_output"] },
        new("bias", AttributeKind.Boolean, AttributeValue.Of(true), "Whether a bias is added per unit.") { ForeignNames = ["use_bias"] },
    ];

    public override ImmutableArray<SlotDefinition> Slots { get; } = [new("weight", SlotRole.Weight), new("bias", SlotRole.Bias)];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireRankAtLeast(0, x, 1) | !rule.RequireFloat(0, x) | !rule.RequireAtLeast("units", 1))
        {
            return rule.Stop();
        }

        var units = context.Attributes.Dimension("units");
        var features = x.Dimensions[^1];

        // A weight the call gives fixes the features: then the operand is what does not fit.
        if (context.GivenSlots is [{ Rank: 2 } given, ..] && rule.Facts.Prove(given.Dimensions[1], features) == Proof.Unequal)
        {
            rule.Report(
                "NN3019",
                $"{rule.Name} reads the last axis, but '{rule.OperandName(0)}' is {x}: {features} features, not {given.Dimensions[1]}.",
                "Flatten or pool first.", 0);
            return rule.Stop();
        }

        var weight = rule.Slot(0, new TensorType(x.Element, units, features));
        var bias = rule.Slot(1, context.Attributes.Boolean("bias") ? new TensorType(x.Element, units) : null);
        return rule.Finish(new TensorType(x.Element, x.Dimensions.SetItem(x.Rank - 1, units)), weight, bias);
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var result = new double[context.Results[0].Count];
        Contract(context, result, null);
        if (context.Slots[1] is { } bias)
        {
            ChannelSums.Add(result, context.Results[0], context.Results[0].Rank - 1, bias.AsDoubles());
        }

        return [Tensor.Of(context.Results[0], result)];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var evaluation = context.Evaluation;
        var shape = evaluation.Results[0];
        var (value, magnitude) = (new double[shape.Count], new double[shape.Count]);
        Contract(evaluation, value, magnitude);
        var sum = LongSum.Bound(shape, value, magnitude, evaluation.Slots[0]!.Shape[1], context.Summation, context.ExactProducts);
        return evaluation.Slots[1] is { } bias ? sum.With(new ChannelAffine(shape.Rank - 1, null, bias.AsDoubles().ToArray())) : sum;
    }

    protected override Dimension MultiplyAdds(InferenceContext context, Inference inference)
    {
        var total = inference.Slots is [{ } weight, ..] ? weight.Dimensions[1] : Dimension.Zero;
        foreach (var dimension in inference.Results.IsEmpty ? [] : inference.Results[0].Dimensions)
        {
            total *= dimension;
        }

        return total;
    }

    private static void Contract(EvaluationContext context, double[] result, double[]? magnitudes)
    {
        var (x, weight) = (context.Operands[0]!, context.Slots[0]!);
        var (units, depth) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        var tokens = depth == 0 ? result.Length / Math.Max(units, 1) : x.Shape.Count / depth;
        var product = new Contraction
        {
            Left = weight,
            Rows = units,
            Depth = depth,
            Columns = tokens,
            Fill = (first, count, panel, width) =>
            {
                var source = x.AsDoubles();
                for (var j = 0; j < count; j++)
                {
                    var token = source.Slice((int)((first + j) * depth), depth);
                    for (var k = 0; k < token.Length; k++)
                    {
                        panel[(k * width) + j] = token[k];
                    }
                }
            },
            RowStride = 1,
            ColumnStride = units,
        };
        Contraction.Run([product], result, magnitudes);
    }
}
