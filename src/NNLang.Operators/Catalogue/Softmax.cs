using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>softmax</c>: exponentials along an axis, divided by their sum.</summary>
internal sealed class Softmax : SoftmaxOperator
{
    public override string Name => "softmax";

    public override string Summary => "Exponentials along an axis, divided by their sum.";

    public override string Example => "y = softmax(x, axis: -1)";

    protected override double Apply(double distance, double sum) => Math.Exp(distance) / sum;

    protected override double ErrorOf(double value, double distance, double sum, double ofSum, double table, int length)
    {
        var relative = (distance * Rounding.Unit) + table + ofSum + table + (2 * Rounding.Unit);
        return (value * Math.Min(1e3, Math.Exp(Math.Min(relative, 50)) - 1) * 1.0001) + ((length + 2) * LeastNormal);
    }

    /// <summary>The least normal number of binary32: below it the relative bounds of exponentials do not hold.</summary>
    private const double LeastNormal = 1.1754943508222875e-38;
}
