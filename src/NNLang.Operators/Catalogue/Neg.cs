using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>neg</c>: the negative: what unary minus on a tensor is.</summary>
internal sealed class Neg : ElementOperator
{
    public override string Name => "neg";

    public override string Summary => "The negative: what unary minus on a tensor is.";

    public override string Example => "y = neg(x)";

    protected override bool AcceptsIntegers => true;

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        new(static x => -x);
}
