using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>relu</c>: negative elements become 0.</summary>
internal sealed class Relu : ElementOperator
{
    public override string Name => "relu";

    public override string Summary => "Negative elements become 0.";

    public override string Example => "y = relu(x)";

    protected override bool AcceptsIntegers => true;

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        new(static x => double.IsNaN(x) ? x : Math.Max(x, 0));
}
