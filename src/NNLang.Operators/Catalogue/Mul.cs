namespace NNLang.Operators.Catalogue;

/// <summary><c>mul</c>: product of two tensors, broadcast.</summary>
internal sealed class Mul : BinaryOperator
{
    public override string Name => "mul";

    public override string Summary => "Product of two tensors, broadcast.";

    public override string Example => "y = a * b";

    protected override string Verb => "multiply";

    protected override double Apply(double a, double b) => a * b;
}
