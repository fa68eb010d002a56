using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What operators that apply one function to each element share.</summary>
internal abstract class ElementOperator : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor of any shape.")];

    /// <summary>Whether integers are accepted too.</summary>
    protected virtual bool AcceptsIntegers => false;

    public abstract override ElementFunction Activation(AttributeSet attributes, double tableError);

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } x || !(AcceptsIntegers ? rule.RequireNumber(0, x) : rule.RequireFloat(0, x)))
        {
            return rule.Stop();
        }

        return rule.Finish(x);
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var apply = Activation(context.Attributes, 0).Apply;
        var source = context.Operands[0]!.AsDoubles();
        var result = new double[source.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = apply(source[i]);
        }

        return [Tensor.Of(context.Results[0], result)];
    }
}
