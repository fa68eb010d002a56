using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary><c>identity</c>: the tensor itself.</summary>
internal sealed class Identity : ViewOperator
{
    public override string Name => "identity";

    public override string Summary => "The tensor itself.";

    public override string Example => "y = identity(x)";

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        return rule.Operand(0) is { } x ? rule.Finish(x) : rule.Stop();
    }
}
