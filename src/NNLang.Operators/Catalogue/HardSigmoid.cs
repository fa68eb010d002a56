using System.Collections.Immutable;
using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>hard_sigmoid</c>: alpha x + beta, limited to 0 .. 1.</summary>
internal sealed class HardSigmoid : ElementOperator
{
    public override string Name => "hard_sigmoid";

    public override string Summary => "alpha x + beta, limited to 0 .. 1.";

    public override string Example => "y = hard_sigmoid(x, alpha: 0.2, beta: 0.5)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("alpha", AttributeKind.Real, AttributeValue.Of(0.2), "The slope."),
        new("beta", AttributeKind.Real, AttributeValue.Of(0.5), "The value at 0."),
    ];

    public override ElementFunction Activation(AttributeSet attributes, double tableError)
    {
        var (alpha, beta) = (attributes.Real("alpha"), attributes.Real("beta"));

        // alpha and beta are rounded themselves; where the line is between 0 and 1, |alpha x| is at most 1 + |beta|.
        var shift = alpha == 0 ? 0 : Rounding.Shift(alpha) / Math.Abs(alpha);
        var absolute = (shift * (1 + Math.Abs(beta))) + Rounding.Shift(beta) + Rounding.TableFloor;
        return new ElementFunction(
            x => double.IsNaN(x) ? x : Math.Min(Math.Max((alpha * x) + beta, 0), 1), 1.01 * Rounding.Unit, absolute);
    }
}
