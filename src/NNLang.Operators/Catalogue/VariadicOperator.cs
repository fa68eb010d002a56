using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What elementwise operators on any number of broadcast tensors share: they combine from left to right.</summary>
internal abstract class VariadicOperator : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("items", "Tensors that broadcast with each other.") { Variadic = true }];

    /// <summary>What cannot be done when shapes do not fit: <c>add</c>.</summary>
    protected abstract string Verb { get; }

    /// <summary>Combines what was so far with the next.</summary>
    protected abstract double Apply(double soFar, double next);

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } result || !rule.RequireNumber(0, result))
        {
            return rule.Stop();
        }

        for (var i = 1; i < rule.Count; i++)
        {
            if (rule.Operand(i) is not { } next || !rule.RequireSameElement([result, next])
                || Broadcasting.Combine(rule, Verb, result, next, i) is not { } dimensions)
            {
                return rule.Stop();
            }

            result = new TensorType(result.Element, dimensions);
        }

        return rule.Finish(result);
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var shape = context.Results[0];
        var result = Spread(context.Operands[0]!, shape);
        for (var i = 1; i < context.Operands.Length; i++)
        {
            var next = Spread(context.Operands[i]!, shape);
            for (var k = 0; k < result.Length; k++)
            {
                result[k] = Apply(result[k], next[k]);
            }
        }

        return [Tensor.Of(shape, result)];
    }

    /// <summary>An operand's elements in the result's shape, in an array of their own.</summary>
    protected static double[] Spread(Tensor operand, Shape shape)
    {
        if (operand.Shape == shape)
        {
            return operand.AsDoubles().ToArray();
        }

        var elements = new double[shape.Count];
        Strides.Gather(operand.AsDoubles(), 0, Strides.Broadcast(operand.Shape, shape), shape, elements);
        return elements;
    }
}

/// <summary><c>sum</c>: the sum of tensors.</summary>
internal sealed class Sum : VariadicOperator
{
    public override string Name => "sum";

    public override string Summary => "Sum of any number of tensors, broadcast, from left to right.";

    public override string Example => "y = sum(a, b, c)";

    protected override string Verb => "add";

    protected override double Apply(double soFar, double next) => soFar + next;

    /// <summary>
    /// Every partial sum but the last is rounded once; the last addition is the final rounding. In an unknown order, any of m - 1 partial
    /// sums of the magnitudes may be.
    /// </summary>
    public override LayerBound Bound(EnclosureContext context)
    {
        var evaluation = context.Evaluation;
        var (shape, count) = (evaluation.Results[0], evaluation.Operands.Length);
        var partial = Spread(evaluation.Operands[0]!, shape);
        if (count <= 2)
        {
            return base.Bound(context);
        }

        var (error, magnitude) = (new double[partial.Length], Array.ConvertAll(partial, Math.Abs));
        for (var i = 1; i < count; i++)
        {
            var next = Spread(evaluation.Operands[i]!, shape);
            for (var k = 0; k < partial.Length; k++)
            {
                partial[k] += next[k];
                magnitude[k] += Math.Abs(next[k]);
                if (i < count - 1)
                {
                    error[k] += 1.01 * Rounding.Unit * (Math.Abs(partial[k]) + error[k]);
                }
            }
        }

        var gamma = Rounding.Gamma(count - 2);
        for (var k = 0; k < error.Length; k++)
        {
            error[k] = (context.Summation == SummationOrder.Unknown ? gamma * magnitude[k] : error[k])
                + (Rounding.OwnError * count * magnitude[k]);
        }

        return new LayerBound(shape, partial, error) { Magnitude = magnitude };
    }
}

/// <summary><c>max</c>: the greatest of tensors.</summary>
internal sealed class Max : VariadicOperator
{
    public override string Name => "max";

    public override string Summary => "Elementwise greatest of any number of tensors, broadcast; NaN wins.";

    public override string Example => "y = max(a, b)";

    protected override string Verb => "compare";

    protected override double Apply(double soFar, double next) => Math.Max(soFar, next);
}

/// <summary><c>min</c>: the least of tensors.</summary>
internal sealed class Min : VariadicOperator
{
    public override string Name => "min";

    public override string Summary => "Elementwise least of any number of tensors, broadcast; NaN wins.";

    public override string Example => "y = min(a, b)";

    protected override string Verb => "compare";

    protected override double Apply(double soFar, double next) => Math.Min(soFar, next);
}
