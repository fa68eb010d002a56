using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

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
