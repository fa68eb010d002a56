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

/// <summary><c>softmax</c>: exponentials along an axis, divided by their sum.</summary>
internal sealed class Softmax : SoftmaxOperator
{
    public override string Name => "softmax";

    public override string Summary => "Exponentials along an axis, divided by their sum.";

    public override string Example => "y = softmax(x, axis: -1)";

    protected override double Apply(double distance, double sum) => Math.Exp(distance) / sum;

    protected override double ErrorOf(double value, double distance, double sum, double ofSum, double table, int length)
    {
        var relative = (distance * Rounding.Unit) + table + ofSum + table + (2 * Rounding.Unit);
        return (value * Math.Min(1e3, Math.Exp(Math.Min(relative, 50)) - 1) * 1.0001) + ((length + 2) * LeastNormal);
    }

    /// <summary>The least normal number of binary32: below it the relative bounds of exponentials do not hold.</summary>
    private const double LeastNormal = 1.1754943508222875e-38;
}

/// <summary><c>log_softmax</c>: the logarithm of softmax.</summary>
internal sealed class LogSoftmax : SoftmaxOperator
{
    public override string Name => "log_softmax";

    public override string Summary => "The logarithm of softmax: x minus the row's greatest, minus the logarithm of the sum.";

    public override string Example => "y = log_softmax(x, axis: -1)";

    protected override double Apply(double distance, double sum) => distance - Math.Log(sum);

    // (x + m) rounded; the logarithm of a sum that is off by a relative error, read from a table; the last addition is the final rounding.
    protected override double ErrorOf(double value, double distance, double sum, double ofSum, double table, int length) =>
        (1.01 * Rounding.Unit * distance) + (ofSum < 0.5 ? ofSum / (1 - ofSum) : double.PositiveInfinity) + (1.01 * table * Math.Log(sum))
        + (Rounding.OwnError * 8 * (distance + Math.Log(sum) + 1)) + Rounding.TableFloor;
}
