using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Catalogue;

/// <summary><c>dropout</c>: nothing at inference.</summary>
internal sealed class Dropout : ViewOperator
{
    public override string Name => "dropout";

    public override string Summary => "Nothing at inference: the tensor itself.";

    public override string Example => "y = dropout(x, 0.5)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("rate", AttributeKind.Real, AttributeValue.Of(0.5), "The share dropped in training.") { ForeignNames = ["p", "ratio"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        return rule.Operand(0) is { } x ? rule.Finish(x) : rule.Stop();
    }
}
