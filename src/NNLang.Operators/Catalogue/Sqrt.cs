using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>sqrt</c>: the square root, correctly rounded.</summary>
internal sealed class Sqrt : ElementOperator
{
    public override string Name => "sqrt";

    public override string Summary => "The square root, correctly rounded.";

    public override string Example => "y = sqrt(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        new(Math.Sqrt);
}
