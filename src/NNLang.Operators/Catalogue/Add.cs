namespace NNLang.Operators.Catalogue;

/// <summary><c>add</c>: sum of two tensors, broadcast.</summary>
internal sealed class Add : BinaryOperator
{
    public override string Name => "add";

    public override string Summary => "Sum of two tensors, broadcast.";

    public override string Example => "y = a + b";

    protected override string Verb => "add";

    protected override double Apply(double a, double b) => a + b;
}
