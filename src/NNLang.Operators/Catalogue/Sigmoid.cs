using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>sigmoid</c>: the logistic function 1 / (1 + exp(-x)).</summary>
internal sealed class Sigmoid : ElementOperator
{
    public override string Name => "sigmoid";

    public override string Summary => "The logistic function 1 / (1 + exp(-x)).";

    public override string Example => "y = sigmoid(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        ElementFunction.OfTable(Apply, tableError);

    private static double Apply(double x)
    {
        // Either form alone overflows or cancels on one side.
        var e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
}
