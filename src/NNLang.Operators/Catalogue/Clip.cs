using System.Collections.Immutable;
using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>clip</c>: elements below min become min, elements above max become max.</summary>
internal sealed class Clip : ElementOperator
{
    public override string Name => "clip";

    public override string Summary => "Elements below min become min, elements above max become max.";

    public override string Example => "y = clip(x, min: 0.0, max: 6.0)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("min", AttributeKind.Real, AttributeValue.Of(double.NegativeInfinity), "The lower limit."),
        new("max", AttributeKind.Real, AttributeValue.Of(double.PositiveInfinity), "The upper limit; it wins where the limits cross."),
    ];

    protected override bool AcceptsIntegers => true;

    public override ElementFunction Activation(AttributeSet attributes, double tableError)
    {
        var (least, greatest) = (attributes.Real("min"), attributes.Real("max"));
        return new ElementFunction(x => double.IsNaN(x) ? x : Math.Min(Math.Max(x, least), greatest));
    }
}
