using System.Collections.Immutable;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Reference;

/// <summary>
/// Evaluates weight recipes in binary64, one rounding at the end (<c>docs/machine.md</c> 8.5). Its own implementation, so that it can tell when
/// another one is wrong.
/// </summary>
internal static class RecipeInterpreter
{
    /// <summary>The elements and extents a recipe leaves.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="load">The tensor of a key.</param>
    /// <exception cref="ArgumentException">The recipe does not leave one tensor.</exception>
    public static (long[] Extents, double[] Elements) Evaluate(ImmutableArray<RecipeStep> steps, Func<string, Tensor> load)
    {
        var stack = new Stack<Value>();
        foreach (var step in steps)
        {
            stack.Push(Apply(step, stack, load));
        }

        if (stack.Count != 1)
        {
            throw new ArgumentException($"A recipe leaves {stack.Count} tensors.", nameof(steps));
        }

        var result = stack.Pop();
        return (result.Extents, result.Elements);
    }

    /// <summary>The same, rounded to binary32.</summary>
    public static float[] EvaluateFloats(ImmutableArray<RecipeStep> steps, Func<string, Tensor> load)
    {
        var (_, elements) = Evaluate(steps, load);
        var result = new float[elements.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (float)elements[i];
        }

        return result;
    }

    private static Value Apply(RecipeStep step, Stack<Value> stack, Func<string, Tensor> load)
    {
        switch (step.Operation)
        {
            case RecipeOperation.Load:
                var tensor = load(step.Key);
                return new Value([.. tensor.Shape.Dimensions], tensor.CopyDoubles());
            case RecipeOperation.Constant:
                return Constant(step);
            case RecipeOperation.Permute:
                return Permute(stack.Pop(), step.Numbers);
            case RecipeOperation.Reshape:
                return stack.Pop() with { Extents = [.. step.Numbers] };
            case RecipeOperation.Slice:
                return Window(stack.Pop(), (int)step.Numbers[0], step.Numbers[1], step.Numbers[2]);
            case RecipeOperation.Pad:
                var padded = stack.Pop();
                for (var axis = 0; axis < padded.Extents.Length; axis++)
                {
                    padded = Window(padded, axis, -step.Numbers[2 * axis], padded.Extents[axis] + step.Numbers[(2 * axis) + 1]);
                }

                return padded;
            case RecipeOperation.Concat:
                var second = stack.Pop();
                return Concat(stack.Pop(), second, (int)step.Numbers[0]);
            case RecipeOperation.BatchNormScale:
                var variance = stack.Pop();
                return Map(stack.Pop(), variance, (gamma, v) => gamma / Math.Sqrt(v + step.Values[0]));
            case RecipeOperation.BatchNormBias:
                var bias = stack.Pop();
                var scale = stack.Pop();
                var shifted = Map(bias, stack.Pop(), static (b, mean) => b - mean);
                var product = Map(shifted, scale, static (d, s) => d * s);
                return Map(stack.Pop(), product, static (beta, p) => beta + p);
            case RecipeOperation.ReciprocalCount:
                return ReciprocalCount(step.Numbers);
            case RecipeOperation.Band:
                return Band(step.Numbers[0], step.Numbers[1]);
            case RecipeOperation.Cast when step.Type == ElementType.F32:
                var rounded = stack.Pop();
                return rounded with { Elements = [.. rounded.Elements.Select(x => (double)(float)x)] };
            case RecipeOperation.Cast when step.Type == ElementType.F64:
                return stack.Pop();
            default:
                throw new ArgumentException($"Recipe step {step.Operation} to {step.Type} is not evaluated.", nameof(step));
        }
    }

    private static Value Constant(RecipeStep step)
    {
        var count = 1L;
        foreach (var extent in step.Numbers)
        {
            count *= extent;
        }

        var elements = new double[count];
        if (step.Values.Length == 1)
        {
            Array.Fill(elements, step.Values[0]);
        }
        else
        {
            step.Values.CopyTo(elements);
        }

        return new Value([.. step.Numbers], elements);
    }

    private static Value Permute(Value value, ImmutableArray<long> axes)
    {
        var rank = axes.Length;
        var strides = new long[rank];
        var extents = new long[rank];
        var own = Strides(value.Extents);
        for (var i = 0; i < rank; i++)
        {
            (extents[i], strides[i]) = (value.Extents[axes[i]], own[axes[i]]);
        }

        var result = new double[value.Elements.Length];
        var index = new long[rank];
        var at = 0L;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = value.Elements[at];
            for (var axis = rank - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++index[axis] < extents[axis])
                {
                    break;
                }

                at -= strides[axis] * extents[axis];
                index[axis] = 0;
            }
        }

        return new Value(extents, result);
    }

    // Elements start to stop of an axis; outside the tensor there are zeros.
    private static Value Window(Value value, int axis, long start, long stop)
    {
        var inner = 1L;
        for (var i = axis + 1; i < value.Extents.Length; i++)
        {
            inner *= value.Extents[i];
        }

        var old = value.Extents[axis];
        var fresh = stop - start;
        var outer = value.Elements.Length / Math.Max(1, old * inner);
        var result = new double[outer * fresh * inner];
        for (var o = 0L; o < outer; o++)
        {
            for (var j = Math.Max(start, 0); j < Math.Min(stop, old); j++)
            {
                Array.Copy(value.Elements, ((o * old) + j) * inner, result, ((o * fresh) + j - start) * inner, inner);
            }
        }

        var extents = (long[])value.Extents.Clone();
        extents[axis] = fresh;
        return new Value(extents, result);
    }

    private static Value Concat(Value first, Value second, int axis)
    {
        var joined = Window(first, axis, 0, first.Extents[axis] + second.Extents[axis]);
        var shifted = Window(second, axis, -first.Extents[axis], second.Extents[axis]);
        var inner = 1L;
        for (var i = axis + 1; i < joined.Extents.Length; i++)
        {
            inner *= joined.Extents[i];
        }

        for (var i = 0; i < joined.Elements.Length; i++)
        {
            if (i / inner % joined.Extents[axis] >= first.Extents[axis])
            {
                joined.Elements[i] = shifted.Elements[i];
            }
        }

        return joined;
    }

    private static Value Map(Value left, Value right, Func<double, double, double> apply)
    {
        var result = new double[left.Elements.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = apply(left.Elements[i], right.Elements[i]);
        }

        return left with { Elements = result };
    }

    private static Value ReciprocalCount(ImmutableArray<long> n)
    {
        var (height, width, outputHeight, outputWidth) = (n[0], n[1], n[8], n[9]);
        var result = new double[outputHeight * outputWidth];
        for (var y = 0L; y < outputHeight; y++)
        {
            for (var x = 0L; x < outputWidth; x++)
            {
                result[(y * outputWidth) + x] = 1.0 / (Count((y * n[4]) - n[6], n[2], n[10], height) * Count((x * n[5]) - n[7], n[3], n[11], width));
            }
        }

        return new Value([outputHeight, outputWidth], result);

        static long Count(long first, long taps, long dilation, long extent)
        {
            var count = 0L;
            for (var tap = 0L; tap < taps; tap++)
            {
                count += first + (tap * dilation) >= 0 && first + (tap * dilation) < extent ? 1 : 0;
            }

            return count;
        }
    }

    private static Value Band(long n, long size)
    {
        var result = new double[n * n];
        for (var i = 0L; i < n; i++)
        {
            for (var j = 0L; j < n; j++)
            {
                result[(i * n) + j] = Math.Abs(i - j) <= size / 2 ? 1 : 0;
            }
        }

        return new Value([n, n], result);
    }

    private static long[] Strides(long[] extents)
    {
        var strides = new long[extents.Length];
        var run = 1L;
        for (var i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = run;
            run *= extents[i];
        }

        return strides;
    }

    private sealed record Value(long[] Extents, double[] Elements);
}
