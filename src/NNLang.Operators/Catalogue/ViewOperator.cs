using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary>What operators share that keep the order of elements and change only the shape.</summary>
internal abstract class ViewOperator : Operator
{
    public override ImmutableArray<OperandDefinition> Operands { get; } = [new("x", "A tensor.")];

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var x = context.Operands[0]!;
        return [new Tensor(x.Type, context.Results[0], x.Bytes)];
    }

    public sealed override bool IsView => true;

    protected static Dimension Product(ReadOnlySpan<Dimension> dimensions)
    {
        var product = Dimension.One;
        foreach (var dimension in dimensions)
        {
            product *= dimension;
        }

        return product;
    }
}
