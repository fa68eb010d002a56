using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>log_softmax</c>: the logarithm of softmax.</summary>
internal sealed class LogSoftmax : SoftmaxOperator
{
    public override string Name => "log_softmax";

    public override string Summary => "The logarithm of softmax: x minus the row's greatest, minus the logarithm of the sum.";

    public override string Example => "y = log_softmax(x, axis: -1)";

    protected override double Apply(double distance, double sum) => distance - Math.Log(sum);

    // (x + m) rounded; the logarithm of a sum that is off by a relative error, read from a table; the last addition is the final rounding.
    protected override double ErrorOf(double value, double distance, double sum, double ofSum, double table, int length) =>
        (1.01 * Rounding.Unit * distance) + (ofSum < 0.5 ? ofSum / (1 - ofSum) : double.PositiveInfinity) + (1.01 * table * Math.Log(sum))
        + (Rounding.OwnError * 8 * (distance + Math.Log(sum) + 1)) + Rounding.TableFloor;
}
