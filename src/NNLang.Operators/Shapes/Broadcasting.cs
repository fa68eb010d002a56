using System.Collections.Immutable;

namespace NNLang.Operators.Shapes;

/// <summary>The broadcasting rule of ONNX: align at the last axis; equal, or 1 on one side.</summary>
internal static class Broadcasting
{
    /// <summary>
    /// The common dimensions of two shapes, or null after reporting NN3020. <paramref name="verb"/> is what cannot be done:
    /// <c>add</c>.
    /// </summary>
    public static ImmutableArray<Dimension>? Combine(
        ShapeRule rule, string verb, TensorType left, TensorType right, int rightOperand, int skipLast = 0)
    {
        var (a, b) = (left.Dimensions, right.Dimensions);
        var rank = Math.Max(a.Length, b.Length);
        var result = new Dimension[rank - skipLast];
        for (var axis = 0; axis < result.Length; axis++)
        {
            var x = axis < rank - a.Length ? Dimension.One : a[axis - (rank - a.Length)];
            var y = axis < rank - b.Length ? Dimension.One : b[axis - (rank - b.Length)];
            if (x.Value == 1 || y.Value == 1)
            {
                result[axis] = x.Value == 1 ? y : x;
                continue;
            }

            switch (rule.Facts.Prove(x, y))
            {
                case Proof.Unequal:
                    rule.Report(
                        "NN3020",
                        $"Cannot {verb} {left} and {right}: {ShapeRule.AxisName(axis, rank)} is {x} and {y}.",
                        "Make the dimensions equal or 1: pad, crop or reshape one side.",
                        rightOperand);
                    return null;
                case Proof.Undecided:
                    rule.RequireEqual(
                        x, y, $"Cannot {verb} {left} and {right}: {ShapeRule.AxisName(axis, rank)} is {x} and {y}.",
                        "Make the dimensions equal or 1.", rightOperand);
                    break;
            }

            result[axis] = x.Value is not null ? x : y.Value is not null ? y : x;
        }

        return [.. result];
    }
}
