using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>exp</c>: the exponential function.</summary>
internal sealed class Exp : ElementOperator
{
    public override string Name => "exp";

    public override string Summary => "The exponential function.";

    public override string Example => "y = exp(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        ElementFunction.OfTable(Math.Exp, tableError);
}
