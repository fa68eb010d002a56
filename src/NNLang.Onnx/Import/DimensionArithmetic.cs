using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>Shape arithmetic of the model: integers over symbolic dimensions are computed at import, never at run time.</summary>
internal static class DimensionArithmetic
{
    /// <summary>The integers of a value of rank 0 or 1, or null where they are not known at import.</summary>
    public static IReadOnlyList<Dimension>? Of(ImportedValue value)
    {
        if (value.Dimensions is { } dimensions)
        {
            return dimensions;
        }

        if (value.Constant is not { } constant || constant.Shape.Rank > 1 || !ElementTypes.IsInteger(constant.Type)
            || constant.Shape.Count > 64)
        {
            return null;
        }

        return [.. constant.ToDoubles().AsDoubles().ToArray().Select(x => Dimension.Of((long)x))];
    }

    /// <summary>Applies an elementwise operator where one side has symbolic integers; false where it has none.</summary>
    public static bool TryApply(ImportContext context, NodeView node, string name, ImportedValue a, ImportedValue b)
    {
        var integers = a.Type.Element == ElementType.I64 && b.Type.Element == ElementType.I64;
        if (a.Dimensions is null && b.Dimensions is null && !(integers && name == "div"))
        {
            return false;
        }

        if (Of(a) is not { } left || Of(b) is not { } right || (left.Count != right.Count && left.Count != 1 && right.Count != 1))
        {
            return a.Dimensions is null && b.Dimensions is null ? false
                : throw node.Unsupported("that mixes dimensions and run-time values");
        }

        var result = new Dimension[Math.Max(left.Count, right.Count)];
        for (var i = 0; i < result.Length; i++)
        {
            var (x, y) = (left[left.Count == 1 ? 0 : i], right[right.Count == 1 ? 0 : i]);
            try
            {
                result[i] = name switch { "add" => x + y, "sub" => x - y, "mul" => x * y, _ => x.FloorDivide(y) };
            }
            catch (Exception failure) when (failure is OverflowException or DivideByZeroException)
            {
                throw node.Malformed("computes a dimension outside 64 bits");
            }
        }

        context.AddDimensions(node, result, a.Type.Rank == 0 && b.Type.Rank == 0);
        return true;
    }
}
