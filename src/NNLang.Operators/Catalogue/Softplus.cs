using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>softplus</c>: log(1 + exp(x)), a smooth relu.</summary>
internal sealed class Softplus : ElementOperator
{
    public override string Name => "softplus";

    public override string Summary => "log(1 + exp(x)), a smooth relu.";

    public override string Example => "y = softplus(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        ElementFunction.OfTable(static x => Math.Max(x, 0) + LogOfOnePlus(Math.Exp(-Math.Abs(x))), tableError);

    // The library's LogP1 adds first and loses a small u; this keeps its last bits (the error of 1 + u cancels in the quotient).
    private static double LogOfOnePlus(double u)
    {
        var sum = 1 + u;
        return sum == 1 ? u : Math.Log(sum) * (u / (sum - 1));
    }
}
