using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>silu</c>: x times its sigmoid.</summary>
internal sealed class Silu : ElementOperator
{
    public override string Name => "silu";

    public override string Summary => "x times its sigmoid.";

    public override string Example => "y = silu(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        ElementFunction.OfTable(Apply, tableError) with { TurningPoint = LeastAt };

    /// <summary>Where the derivative vanishes: the root of 1 + exp(-x) + x exp(-x).</summary>
    private const double LeastAt = -1.2784645427610738;

    private static double Apply(double x)
    {
        if (double.IsNegativeInfinity(x))
        {
            return 0;
        }

        var e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? x / (1 + e) : x * e / (1 + e);
    }
}
