using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>cast</c>: the same numbers in another element type.</summary>
internal sealed class Cast : Operator
{
    public override string Name => "cast";

    public override string Summary => "The same numbers in another element type; to integers towards zero, to bool by 'is not 0'.";

    public override string Example => "y = cast(x, f32)";

    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
        [new("type", AttributeKind.Type, null, "The element type of the result.") { ForeignNames = ["dtype", "to"] }];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        return rule.Operand(0) is { } x ? rule.Finish(new TensorType(context.Attributes.Type("type"), x.Dimensions)) : rule.Stop();
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var type = context.Attributes.Type("type");
        var x = context.Operands[0]!;
        if (ElementTypes.IsFloat(type))
        {
            // Rounding to the type belongs to storage, not to the meaning.
            return [x];
        }

        var toBool = type == ElementType.Bool;
        return [Tensor.Of(x.Shape, Array.ConvertAll(x.AsDoubles().ToArray(), value =>
            toBool ? (value != 0 ? 1.0 : 0.0) : Math.Truncate(value)))];
    }
}
