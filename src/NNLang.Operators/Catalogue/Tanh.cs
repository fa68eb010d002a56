using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>tanh</c>: the hyperbolic tangent.</summary>
internal sealed class Tanh : ElementOperator
{
    public override string Name => "tanh";

    public override string Summary => "The hyperbolic tangent.";

    public override string Example => "y = tanh(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        ElementFunction.OfTable(Math.Tanh, tableError);
}
