namespace NNLang.Operators.Catalogue;

/// <summary><c>div</c>: quotient of two tensors, broadcast.</summary>
internal sealed class Div : BinaryOperator
{
    public override string Name => "div";

    public override string Summary => "Quotient of two tensors, broadcast.";

    public override string Example => "y = a / b";

    protected override string Verb => "divide";

    protected override bool AcceptsIntegers => false;

    protected override double Apply(double a, double b) => a / b;
}
