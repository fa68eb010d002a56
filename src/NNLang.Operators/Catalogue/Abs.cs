using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>abs</c>: the magnitude.</summary>
internal sealed class Abs : ElementOperator
{
    public override string Name => "abs";

    public override string Summary => "The magnitude.";

    public override string Example => "y = abs(x)";

    protected override bool AcceptsIntegers => true;

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        new(Math.Abs) { TurningPoint = 0 };
}
