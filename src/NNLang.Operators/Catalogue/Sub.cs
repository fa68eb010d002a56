namespace NNLang.Operators.Catalogue;

/// <summary><c>sub</c>: difference of two tensors, broadcast.</summary>
internal sealed class Sub : BinaryOperator
{
    public override string Name => "sub";

    public override string Summary => "Difference of two tensors, broadcast.";

    public override string Example => "y = a - b";

    protected override string Verb => "subtract";

    protected override double Apply(double a, double b) => a - b;
}
