using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What softmax and its logarithm share: rows along one axis and the error of the row's sum.</summary>
internal abstract class SoftmaxOperator : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "Scores.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("axis", AttributeKind.Integer, AttributeValue.Of(-1), "The axis whose elements sum to 1.") { ForeignNames = ["dim"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !rule.RequireFloat(0, x) || rule.Axis("axis", x.Rank) is null)
        {
            return rule.Failed || rule.Count == 0 || context.Operands[0] is null ? rule.Stop() : rule.Finish(context.Operands[0]!);
        }

        return rule.Finish(x);
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var result = new double[context.Results[0].Count];
        ForEachRow(context, (source, start, step, length) =>
        {
            var x = source.AsDoubles();
            var (greatest, sum) = Total(x, start, step, length);
            for (var (i, at) = (0, start); i < length; i++, at += step)
            {
                result[at] = Apply(x[at] - greatest, sum);
            }
        });
        return [Tensor.Of(context.Results[0], result)];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var shape = context.Evaluation.Results[0];
        var (value, error) = (new double[shape.Count], new double[shape.Count]);
        var table = Rounding.OfTable(context.TableError);
        ForEachRow(context.Evaluation, (source, start, step, length) =>
        {
            var x = source.AsDoubles();
            var (greatest, sum) = Total(x, start, step, length);

            // The relative error of the sum: each term's exponent was rounded, its exponential read from a table, then length additions.
            var weighted = 0.0;
            for (var (i, at) = (0, start); i < length; i++, at += step)
            {
                var distance = Math.Abs(x[at] - greatest);
                weighted += Math.Exp(-distance) / sum * ((Math.Min(distance, 1e9) * Rounding.Unit) + table);
            }

            var ofSum = weighted + Rounding.Gamma(length);
            for (var (i, at) = (0, start); i < length; i++, at += step)
            {
                var distance = x[at] - greatest;
                value[at] = Apply(distance, sum);
                error[at] = ErrorOf(value[at], Math.Abs(distance), sum, ofSum, table, length) + (2 * context.FunctionFloor);
            }
        });
        return new LayerBound(shape, value, error);
    }

    /// <summary>The result of an element from its distance to the row's greatest and the row's sum of exponentials.</summary>
    protected abstract double Apply(double distance, double sum);

    /// <summary>The bound of the result's error; <paramref name="ofSum"/> is the relative error of the sum.</summary>
    protected abstract double ErrorOf(double value, double distance, double sum, double ofSum, double table, int length);

    private static (double Greatest, double Sum) Total(ReadOnlySpan<double> x, int start, int step, int length)
    {
        var greatest = double.NegativeInfinity;
        for (var (i, at) = (0, start); i < length; i++, at += step)
        {
            greatest = Math.Max(greatest, x[at]);
        }

        var sum = 0.0;
        for (var (i, at) = (0, start); i < length; i++, at += step)
        {
            sum += Math.Exp(x[at] - greatest);
        }

        return (greatest, sum);
    }

    private static void ForEachRow(EvaluationContext context, Action<Tensor, int, int, int> row)
    {
        var x = context.Operands[0]!;
        var axis = (int)context.Attributes.Integer("axis");
        axis = axis < 0 ? axis + x.Shape.Rank : axis;
        var (outer, inner) = (1, 1);
        for (var i = 0; i < x.Shape.Rank; i++)
        {
            outer *= i < axis ? (int)x.Shape[i] : 1;
            inner *= i > axis ? (int)x.Shape[i] : 1;
        }

        var length = (int)x.Shape[axis];
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < inner; i++)
            {
                row(x, (o * length * inner) + i, inner, length);
            }
        }
    }
}
