namespace NNLang.Operators.Catalogue;

/// <summary><c>min</c>: the least of tensors.</summary>
internal sealed class Min : VariadicOperator
{
    public override string Name => "min";

    public override string Summary => "Elementwise least of any number of tensors, broadcast; NaN wins.";

    public override string Example => "y = min(a, b)";

    protected override string Verb => "compare";

    protected override double Apply(double soFar, double next) => Math.Min(soFar, next);
}
