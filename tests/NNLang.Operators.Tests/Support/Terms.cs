using NNLang.Operators.Model;

namespace NNLang.Operators.Tests.Support;

/// <summary>
/// The products behind one element of a long sum, found by following the definition literally, in the order (input channel, ky, kx) or k.
/// Shares no code with the catalogue.
/// </summary>
internal static class Terms
{
    public static List<(double W, double X)> Of(Runs run, long position)
    {
        var (context, index) = (run.Context, Runs.Index(run.Context.Results[0], position));
        var x = context.Operands[0]!;
        var terms = new List<(double, double)>();
        switch (run.Operator.Name)
        {
            case "conv2d":
                {
                    var weight = context.Slots[0]!;
                    var groups = context.Attributes.Integer("groups");
                    var filtersPerGroup = weight.Shape[0] / groups;
                    var group = index[1] / filtersPerGroup;
                    for (long c = 0; c < weight.Shape[1]; c++)
                    {
                        for (long ky = 0; ky < weight.Shape[2]; ky++)
                        {
                            for (long kx = 0; kx < weight.Shape[3]; kx++)
                            {
                                if (Tap(run, index, ky, kx) is var (y, z))
                                {
                                    terms.Add((Runs.At(weight, index[1], c, ky, kx), Runs.At(x, index[0], (group * weight.Shape[1]) + c, y, z)));
                                }
                            }
                        }
                    }

                    break;
                }

            case "dense":
                {
                    var weight = context.Slots[0]!;
                    for (long k = 0; k < weight.Shape[1]; k++)
                    {
                        index[^1] = k;
                        terms.Add((Runs.At(weight, Runs.Index(context.Results[0], position)[^1], k), Runs.At(x, index)));
                    }

                    break;
                }

            case "matmul":
                {
                    var y = context.Operands[1]!;
                    for (long k = 0; k < x.Shape[-1]; k++)
                    {
                        terms.Add((Runs.At(x, index[0], index[1], k), Runs.At(y, y.Shape[0] == 1 ? 0 : index[0], k, index[2])));
                    }

                    break;
                }

            case "avg_pool2d":
                {
                    var kernel = context.Attributes.Integers("kernel");
                    for (long ky = 0; ky < kernel[0]; ky++)
                    {
                        for (long kx = 0; kx < kernel[1]; kx++)
                        {
                            if (Tap(run, index, ky, kx) is var (y, z))
                            {
                                terms.Add((1, Runs.At(x, index[0], index[1], y, z)));
                            }
                        }
                    }

                    break;
                }

            case "global_avg_pool":
                for (long y = 0; y < x.Shape[2]; y++)
                {
                    for (long z = 0; z < x.Shape[3]; z++)
                    {
                        terms.Add((1, Runs.At(x, index[0], index[1], y, z)));
                    }
                }

                break;

            case "reduce_sum" or "reduce_mean":
                for (long k = 0; k < x.Shape[-1]; k++)
                {
                    terms.Add((1, Runs.At(x, [.. index, k])));
                }

                break;

            default:
                throw new ArgumentException(run.Operator.Name);
        }

        return terms;
    }

    /// <summary>The image position of a tap, or null in the padding.</summary>
    public static (long Y, long X)? Tap(Runs run, long[] index, long ky, long kx)
    {
        var attributes = run.Context.Attributes;
        var shape = run.Context.Operands[0]!.Shape;
        var kernel = attributes.Integers("kernel");
        var stride = attributes.Has("stride") ? attributes.Integers("stride") : kernel;
        var dilation = attributes.Has("dilation") ? attributes.Integers("dilation") : [1, 1];
        long top, left;
        if (attributes.Find("pad") is AttributeValue.Text)
        {
            top = SameBefore(0);
            left = SameBefore(1);
        }
        else
        {
            var pad = attributes.Integers("pad");
            top = pad[0];
            left = pad.Length == 1 ? pad[0] : pad[1];
        }

        var (y, x) = ((index[2] * stride[0]) + (ky * dilation[0]) - top, (index[3] * stride[1]) + (kx * dilation[1]) - left);
        return y >= 0 && y < shape[2] && x >= 0 && x < shape[3] ? (y, x) : null;

        long SameBefore(int axis)
        {
            var outputs = (shape[2 + axis] + stride[axis] - 1) / stride[axis];
            return Math.Max(0, ((outputs - 1) * stride[axis]) + ((kernel[axis] - 1) * dilation[axis]) + 1 - shape[2 + axis]) / 2;
        }
    }
}
