namespace NNLang.Operators.Catalogue;

/// <summary><c>max</c>: the greatest of tensors.</summary>
internal sealed class Max : VariadicOperator
{
    public override string Name => "max";

    public override string Summary => "Elementwise greatest of any number of tensors, broadcast; NaN wins.";

    public override string Example => "y = max(a, b)";

    protected override string Verb => "compare";

    protected override double Apply(double soFar, double next) => Math.Max(soFar, next);
}
