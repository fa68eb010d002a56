using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>matmul</c>: matrix product over the last two axes, the others broadcast.</summary>
internal sealed class Matmul : Operator
{
    public override string Name => "matmul";

    public override string Summary => "Matrix product of the last two axes; the axes before them are broadcast.";

    public override string Example => "y = matmul(a, transpose(b, [0, 2, 1]))";

    public override ImmutableArray<OperandDefinition> Operands { get; } =
        [new("a", "[.., I, K], or [K]."), new("b", "[.., K, J], or [K].")];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        if (rule.Operand(0) is not { } a || rule.Operand(1) is not { } b
            || !rule.RequireRankAtLeast(0, a, 1) | !rule.RequireRankAtLeast(1, b, 1) | !rule.RequireFloat(0, a)
                || !rule.RequireSameElement([a, b]))
        {
            return rule.Stop();
        }

        // A vector is a row on the left and a column on the right; the added axis does not appear in the result.
        var left = a.Rank == 1 ? new TensorType(a.Element, [Dimension.One, .. a.Dimensions]) : a;
        var right = b.Rank == 1 ? new TensorType(b.Element, [.. b.Dimensions, Dimension.One]) : b;
        var (inner, outer) = (left.Dimensions[^1], right.Dimensions[^2]);
        rule.RequireEqual(
            inner, outer,
            $"Cannot multiply {a} and {b}: '{rule.OperandName(0)}' has {inner} columns, '{rule.OperandName(1)}' {outer} rows.",
            "Transpose one side, or make the two equal.", 1);
        if (rule.Failed || Broadcasting.Combine(rule, "multiply", left, right, 1, skipLast: 2) is not { } batch)
        {
            return rule.Stop();
        }

        var result = batch;
        result = a.Rank == 1 ? result : result.Add(left.Dimensions[^2]);
        result = b.Rank == 1 ? result : result.Add(right.Dimensions[^1]);
        return rule.Finish(new TensorType(a.Element, result));
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var result = new double[context.Results[0].Count];
        Contract(context, result, null);
        return [Tensor.Of(context.Results[0], result)];
    }

    public override LayerBound Bound(EnclosureContext context)
    {
        var evaluation = context.Evaluation;
        var (value, magnitude) = (new double[evaluation.Results[0].Count], new double[evaluation.Results[0].Count]);
        Contract(evaluation, value, magnitude);
        return LongSum.Bound(
            evaluation.Results[0], value, magnitude, evaluation.Operands[0]!.Shape[-1], context.Summation, context.ExactProducts);
    }

    protected override Dimension MultiplyAdds(InferenceContext context, Inference inference)
    {
        var total = context.Operands is [{ Rank: > 0 } a, ..] ? a.Dimensions[^1] : Dimension.Zero;
        foreach (var dimension in inference.Results.IsEmpty ? [] : inference.Results[0].Dimensions)
        {
            total *= dimension;
        }

        return total;
    }

    private static void Contract(EvaluationContext context, double[] result, double[]? magnitudes)
    {
        var (a, b) = (context.Operands[0]!, context.Operands[1]!);
        var left = a.Shape.Rank == 1 ? new Shape([1, .. a.Shape.Dimensions]) : a.Shape;
        var right = b.Shape.Rank == 1 ? new Shape([.. b.Shape.Dimensions, 1]) : b.Shape;
        var (rows, depth, columns) = ((int)left[-2], (int)left[-1], right[-1]);
        var rank = Math.Max(left.Rank, right.Rank) - 2;
        var batch = new long[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var (i, j) = (axis - (rank + 2 - left.Rank), axis - (rank + 2 - right.Rank));
            batch[axis] = i >= 0 && left[i] != 1 ? left[i] : j >= 0 ? right[j] : 1;
        }

        var shape = new Shape(batch);
        var lefts = Offsets(new Shape(left.Dimensions.AsSpan()[..^2]), shape, (long)rows * depth);
        var rights = Offsets(new Shape(right.Dimensions.AsSpan()[..^2]), shape, depth * columns);
        var products = new List<Contraction>();
        for (var i = 0; i < lefts.Length; i++)
        {
            var source = rights[i];
            products.Add(new Contraction
            {
                Left = a,
                LeftOffset = lefts[i],
                Rows = rows,
                Depth = depth,
                Columns = columns,
                Fill = (first, count, panel, width) =>
                {
                    var elements = b.AsDoubles();
                    for (var k = 0; k < depth; k++)
                    {
                        elements.Slice((int)(source + (k * columns) + first), count).CopyTo(panel.Slice(k * width, count));
                    }
                },
                ResultOffset = i * rows * columns,
                RowStride = columns,
                ColumnStride = 1,
            });
        }

        Contraction.Run(products, result, magnitudes);
    }

    private static long[] Offsets(Shape operand, Shape batch, long matrix)
    {
        var positions = new double[operand.Count];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = i;
        }

        var repeated = new double[batch.Count];
        Strides.Gather(positions, 0, Strides.Broadcast(operand, batch), batch, repeated);
        return Array.ConvertAll(repeated, position => (long)position * matrix);
    }
}
