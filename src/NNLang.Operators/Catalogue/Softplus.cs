using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>softplus</c>: log(1 + exp(x)), a smooth relu.</summary>
internal sealed class Softplus : ElementOperator
{
    public override string Name => "softplus";

    public override string Summary => "log(1 + exp(x)), a smooth relu.";

    public override string Example => "y = softplus(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        ElementFunction.OfTable(static x => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x))), tableError);
}
