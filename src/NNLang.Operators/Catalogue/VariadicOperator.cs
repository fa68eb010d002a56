using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What elementwise operators on any number of broadcast tensors share: they combine from left to right.</summary>
internal abstract class VariadicOperator : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("items",
        "Tensors that broadcast with each other.") { Variadic = true }];

    /// <summary>What cannot be done when shapes do not fit: <c>add</c>.</summary>
    protected abstract string Verb { get; }

    /// <summary>Combines what was so far with the next.</summary>
    protected abstract double Apply(double soFar, double next);

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } result || !rule.RequireNumber(0, result))
        {
            return rule.Stop();
        }

        for (var i = 1; i < rule.Count; i++)
        {
            if (rule.Operand(i) is not { } next || !rule.RequireSameElement([result, next])
                || Broadcasting.Combine(rule, Verb, result, next, i) is not { } dimensions)
            {
                return rule.Stop();
            }

            result = new TensorType(result.Element, dimensions);
        }

        return rule.Finish(result);
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var shape = context.Results[0];
        var result = Spread(context.Operands[0]!, shape);
        for (var i = 1; i < context.Operands.Length; i++)
        {
            var next = Spread(context.Operands[i]!, shape);
            for (var k = 0; k < result.Length; k++)
            {
                result[k] = Apply(result[k], next[k]);
            }
        }

        return [Tensor.Of(shape, result)];
    }

    /// <summary>An operand's elements in the result's shape, in an array of their own.</summary>
    protected static double[] Spread(Tensor operand, Shape shape)
    {
        if (operand.Shape == shape)
        {
            return operand.AsDoubles().ToArray();
        }

        var elements = new double[shape.Count];
        Strides.Gather(operand.AsDoubles(), 0, Strides.Broadcast(operand.Shape, shape), shape, elements);
        return elements;
    }
}
