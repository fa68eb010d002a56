using NNLang.Tensors;

namespace NNLang.Debugging.Inspection;

/// <summary>Arithmetic on tensors that are looked at, in binary64.</summary>
public static class TensorArithmetic
{
    /// <summary>Left minus right, element by element.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Subtract(Tensor left, Tensor right) => Combine(left, right, static (a, b) => a.Equals(b) ? 0 : a - b);

    /// <summary>A function of two tensors, element by element.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Combine(Tensor left, Tensor right, Func<double, double, double> function)
    {
        if (left.Shape != right.Shape)
        {
            throw new ArgumentException($"{left} and {right} have different shapes.", nameof(right));
        }

        var a = left.ToDoubles().AsDoubles();
        var b = right.ToDoubles().AsDoubles();
        var result = new double[a.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = function(a[i], b[i]);
        }

        return Tensor.Of(left.Shape, result);
    }

    /// <summary>A function of every element.</summary>
    public static Tensor Map(Tensor tensor, Func<double, double> function)
    {
        var values = tensor.ToDoubles().AsDoubles();
        var result = new double[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = function(values[i]);
        }

        return Tensor.Of(tensor.Shape, result);
    }

    /// <summary>The elements of a box, axes of single indices dropped.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="axes">Per axis: the first index, how many, the step, and whether the axis is kept.</param>
    public static Tensor Slice(Tensor tensor, IReadOnlyList<SliceAxis> axes)
    {
        var size = ElementTypes.Bytes(tensor.Type);
        var shape = new Shape([.. axes.Where(axis => axis.IsKept).Select(axis => axis.Count)]);
        var bytes = new byte[shape.Count * size];
        var source = tensor.Bytes.Span;
        var strides = new long[axes.Count];
        var stride = 1L;
        for (var axis = axes.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= tensor.Shape[axis];
        }

        var index = new long[axes.Count];
        for (var written = 0L; written < shape.Count; written++)
        {
            var element = 0L;
            for (var axis = 0; axis < index.Length; axis++)
            {
                element += (axes[axis].First + (index[axis] * axes[axis].Step)) * strides[axis];
            }

            source.Slice(checked((int)(element * size)), size).CopyTo(bytes.AsSpan(checked((int)(written * size))));
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == axes[axis].Count; axis--)
            {
                index[axis] = 0;
            }
        }

        return new Tensor(tensor.Type, shape, bytes);
    }
}

/// <summary>What a subscript takes of one axis.</summary>
/// <param name="First">The first index.</param>
/// <param name="Count">How many indices.</param>
/// <param name="Step">The distance between them.</param>
/// <param name="IsKept">Whether the result has the axis.</param>
public readonly record struct SliceAxis(long First, long Count, long Step, bool IsKept);
