using System.Collections.Immutable;
using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>leaky_relu</c>: negative elements are multiplied by a slope.</summary>
internal sealed class LeakyRelu : ElementOperator
{
    public override string Name => "leaky_relu";

    public override string Summary => "Negative elements are multiplied by a slope.";

    public override string Example => "y = leaky_relu(x, slope: 0.1)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("slope", AttributeKind.Real, AttributeValue.Of(0.01), "The factor of negative elements.")
        {
            ForeignNames = ["alpha", "negative_slope"],
        },
    ];

    public override ElementFunction Activation(AttributeSet attributes, double tableError)
    {
        var slope = attributes.Real("slope");
        var shift = slope == 0 ? 0 : Rounding.Shift(slope) / Math.Abs(slope);
        return new ElementFunction(x => x < 0 ? slope * x : x, (1.01 * Rounding.Unit) + shift, Rounding.TableFloor)
        {
            TurningPoint = slope < 0 ? 0 : null,
        };
    }
}
