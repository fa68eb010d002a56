using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What operators on two broadcast tensors share. Each is one correctly rounded operation, so its enclosure is its
/// value.</summary>
internal abstract class BinaryOperator : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("a", "A tensor."),
        new("b", "A tensor that broadcasts with it.")];

    /// <summary>What cannot be done when shapes do not fit: <c>add</c>.</summary>
    protected abstract string Verb { get; }

    /// <summary>Whether integers are accepted too.</summary>
    protected virtual bool AcceptsIntegers => true;

    /// <summary>The function.</summary>
    protected abstract double Apply(double a, double b);

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } a || rule.Operand(1) is not { } b
            || !(AcceptsIntegers ? rule.RequireNumber(0, a) : rule.RequireFloat(0, a)) || !rule.RequireSameElement([a, b])
            || Broadcasting.Combine(rule, Verb, a, b, 1) is not { } dimensions)
        {
            return rule.Stop();
        }

        return rule.Finish(new TensorType(a.Element, dimensions));
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var (a, b, shape) = (context.Operands[0]!, context.Operands[1]!, context.Results[0]);
        var result = new double[shape.Count];
        var x = a.AsDoubles();
        var y = b.AsDoubles();
        if (a.Shape == b.Shape)
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = Apply(x[i], y[i]);
            }
        }
        else
        {
            var left = new Strides.RowWalk(shape, Strides.Broadcast(a.Shape, shape));
            var right = new Strides.RowWalk(shape, Strides.Broadcast(b.Shape, shape));
            for (var at = 0; at < result.Length; at += left.Inner)
            {
                var (i, j) = ((int)left.Offset, (int)right.Offset);
                for (var k = 0; k < left.Inner; k++, i += (int)left.InnerStride, j += (int)right.InnerStride)
                {
                    result[at + k] = Apply(x[i], y[j]);
                }

                left.Next();
                right.Next();
            }
        }

        return [Tensor.Of(shape, result)];
    }
}
