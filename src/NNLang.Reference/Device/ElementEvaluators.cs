using NNLang.Compiler.Fuse;
using NNLang.Machine.Arithmetic;
using NNLang.Tensors;

namespace NNLang.Reference.Device;

/// <summary>Pools, softmax, elementwise operations and moves in the device's arithmetic. Pure.</summary>
internal static class ElementEvaluators
{
    /// <summary>A pool over windows.</summary>
    public static float[] Pool(FusedCore.Pool core, float[] images)
    {
        var window = core.Window;
        var padded = PaddedImage.Of(images, window, core.Average ? 0f : float.NegativeInfinity);
        var planes = images.Length / (window.Height * window.Width);
        var result = new float[(long)planes * window.OutputHeight * window.OutputWidth];
        Parallel.For(0, planes, plane =>
        {
            Span<float> terms = new float[window.KernelHeight * window.KernelWidth];
            var source = padded.Elements.AsSpan(plane * padded.Plane, padded.Plane);
            var at = plane * window.OutputHeight * window.OutputWidth;
            for (var oy = 0; oy < window.OutputHeight; oy++)
            {
                for (var ox = 0; ox < window.OutputWidth; ox++, at++)
                {
                    var term = 0;
                    for (var ky = 0; ky < window.KernelHeight; ky++)
                    {
                        var row = ((oy * window.StrideHeight) + (ky * window.DilationHeight)) * padded.Width;
                        for (var kx = 0; kx < window.KernelWidth; kx++)
                        {
                            terms[term++] = source[row + (ox * window.StrideWidth) + (kx * window.DilationWidth)];
                        }
                    }

                    result[at] = core.Average
                        ? Arithmetic.Canonical(
                            Arithmetic.Sum(terms) * (float)(1.0 / (core.UniformCount ? terms.Length : core.DivisorAt(oy, ox))))
                        : Arithmetic.Maximum(terms);
                }
            }
        });
        return result;
    }

    /// <summary>A pool over all positions of each plane.</summary>
    public static float[] GlobalPool(FusedCore.GlobalPool core, float[] images)
    {
        var result = new float[images.Length / core.Positions];
        for (var plane = 0; plane < result.Length; plane++)
        {
            var terms = images.AsSpan(plane * core.Positions, core.Positions);
            result[plane] = core.Average
                ? Arithmetic.Canonical(Arithmetic.Sum(terms) * (float)(1.0 / core.Positions))
                : Arithmetic.Maximum(terms);
        }

        return result;
    }

    /// <summary>softmax over an axis.</summary>
    public static float[] Softmax(FusedCore.Softmax core, float[] values, Shape shape)
    {
        var result = new float[values.Length];
        var tables = FunctionTables.Standard;
        var step = 1;
        for (var axis = core.Axis + 1; axis < shape.Rank; axis++)
        {
            step *= (int)shape[axis];
        }

        var row = new float[core.Length];
        var target = new float[core.Length];
        for (var r = 0; r < values.Length / core.Length; r++)
        {
            var start = (r / step * step * core.Length) + (r % step);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = values[start + (i * step)];
            }
            var negative = -Arithmetic.Maximum(row);
            for (var i = 0; i < row.Length; i++)
            {
                target[i] = Arithmetic.Canonical(MathF.FusedMultiplyAdd(row[i], 1f, negative));
            }

            Functions.Evaluate(tables, ActivationFunction.Exp, target, target);
            var sum = Arithmetic.Canonical(MathF.FusedMultiplyAdd(Arithmetic.Sum(target), 1f, 0f));
            var reciprocal = Functions.Evaluate(tables, ActivationFunction.Reciprocal, sum);
            for (var i = 0; i < row.Length; i++)
            {
                result[start + (i * step)] = Arithmetic.Canonical(target[i] * reciprocal);
            }
        }

        return result;
    }

    /// <summary>An operation folded from the left over operands that broadcast to the result.</summary>
    public static float[] Fold(AluOperation operation, float[][] operands, Shape[] shapes, Shape result)
    {
        var values = Broadcast(operands[0], shapes[0], result);
        for (var k = 1; k < operands.Length; k++)
        {
            var next = shapes[k] == result ? operands[k] : Broadcast(operands[k], shapes[k], result);
            const int Chunk = 65_536;
            Parallel.For(0, (values.Length + Chunk - 1) / Chunk, chunk =>
            {
                var count = Math.Min(Chunk, values.Length - (chunk * Chunk));
                Rows.Combine(operation, values.AsSpan(chunk * Chunk, count), next.AsSpan(chunk * Chunk, count));
            });
        }

        return values;
    }

    /// <summary>A copy with the axes reordered.</summary>
    public static float[] Transpose(float[] values, Shape shape, IReadOnlyList<int> axes)
    {
        var own = Strides(shape);
        return Gather(values, [.. axes.Select(axis => shape[axis])], [.. axes.Select(axis => own[axis])]);
    }

    /// <summary>The operands joined along an axis.</summary>
    public static float[] Concat(float[][] operands, Shape[] shapes, int axis, Shape result)
    {
        var values = new float[result.Count];
        var inner = 1L;
        for (var i = axis + 1; i < result.Rank; i++)
        {
            inner *= result[i];
        }

        var outer = result.Count / (inner * result[axis]);
        var place = 0L;
        for (var k = 0; k < operands.Length; k++)
        {
            var run = shapes[k][axis] * inner;
            for (var o = 0L; o < outer; o++)
            {
                operands[k].AsSpan((int)(o * run), (int)run).CopyTo(values.AsSpan((int)((o * result[axis] * inner) + place)));
            }

            place += run;
        }

        return values;
    }

    /// <summary>Elements of the operand at regular distances along each axis.</summary>
    public static float[] Slice(FusedCore.Slice core, float[] values, Shape shape, Shape result)
    {
        var taken = new float[result.Count];
        var strides = Strides(shape);
        var index = new long[shape.Rank];
        for (var i = 0; i < taken.Length; i++)
        {
            var at = 0L;
            for (var axis = 0; axis < index.Length; axis++)
            {
                at += (core.Starts[axis] + (index[axis] * core.Steps[axis])) * strides[axis];
            }

            taken[i] = values[at];
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == result[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return taken;
    }

    /// <summary>The operand surrounded by a value.</summary>
    public static float[] Pad(FusedCore.Pad core, float[] values, Shape shape, Shape result)
    {
        var padded = new float[result.Count];
        Array.Fill(padded, BitConverter.UInt32BitsToSingle(core.ValueBits));
        var strides = Strides(result);
        var index = new long[shape.Rank];
        for (var i = 0; i < values.Length; i++)
        {
            var at = 0L;
            for (var axis = 0; axis < index.Length; axis++)
            {
                at += (index[axis] + core.Before[axis]) * strides[axis];
            }

            padded[at] = values[i];
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return padded;
    }

    private static float[] Broadcast(float[] values, Shape shape, Shape result)
    {
        if (shape == result)
        {
            return (float[])values.Clone();
        }

        var own = Strides(shape);
        var strides = new long[result.Rank];
        for (var axis = 0; axis < strides.Length; axis++)
        {
            var from = axis - (result.Rank - shape.Rank);
            strides[axis] = from < 0 || shape[from] == 1 ? 0 : own[from];
        }

        // Trailing axes of one value: gather what varies, then repeat each.
        var varying = result.Rank;
        var run = 1L;
        while (varying > 0 && strides[varying - 1] == 0)
        {
            run *= result[--varying];
        }

        var gathered = Gather(values, [.. result.Dimensions.AsSpan(0, varying)], strides[..varying]);
        if (run == 1)
        {
            return gathered;
        }

        var repeated = new float[result.Count];
        for (var i = 0; i < gathered.Length; i++)
        {
            repeated.AsSpan((int)(i * run), (int)run).Fill(gathered[i]);
        }

        return repeated;
    }

    private static float[] Gather(float[] values, long[] extents, long[] strides)
    {
        var count = 1L;
        foreach (var extent in extents)
        {
            count *= extent;
        }

        var result = new float[count];
        var index = new long[extents.Length];
        var at = 0L;
        for (var i = 0L; i < count; i++)
        {
            result[i] = values[at];
            for (var axis = extents.Length - 1; axis >= 0; axis--)
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

        return result;
    }

    private static long[] Strides(Shape shape)
    {
        var strides = new long[shape.Rank];
        var run = 1L;
        for (var i = shape.Rank - 1; i >= 0; i--)
        {
            strides[i] = run;
            run *= shape[i];
        }

        return strides;
    }
}
