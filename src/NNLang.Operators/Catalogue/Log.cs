using NNLang.Operators.Model;

namespace NNLang.Operators.Catalogue;

/// <summary><c>log</c>: the natural logarithm.</summary>
internal sealed class Log : ElementOperator
{
    public override string Name => "log";

    public override string Summary => "The natural logarithm.";

    public override string Example => "y = log(x)";

    public override ElementFunction Activation(AttributeSet attributes, double tableError) =>
        ElementFunction.OfTable(Math.Log, tableError);
}
