using NNLang.Tensors;

namespace NNLang.Operators.Model;

/// <summary>
/// A layer before its activation: the value in binary64 and how far correct binary32 arithmetic may be from it. A fused layer is enclosed
/// by its core's bound, an epilogue, then the activations' intervals: <c>core.Bound(..).With(affine).ToEnclosure().Through(relu)</c>.
/// Immutable by convention: arrays are not changed after construction.
/// </summary>
/// <param name="Shape">The shape.</param>
/// <param name="Value">The value per element, row-major.</param>
/// <param name="Error">The bound of the error per element, at least 0; null where the value is exact up to its final rounding.</param>
public sealed record LayerBound(Shape Shape, double[] Value, double[]? Error)
{
    /// <summary>The sum of the terms' magnitudes per element, for long sums; null where nothing is accumulated.</summary>
    public double[]? Magnitude { get; init; }

    /// <summary>
    /// The bound after the epilogue: E = |s| Ea (1 + u) + |s - fl s| |a| + |b - fl b| + u |z|. With <paramref name="folded"/> false, for a
    /// foreign target that computes batch normalisation unfolded, u |s a| + 6 u (|s a| + |b| + hidden) more.
    /// </summary>
    public LayerBound With(ChannelAffine affine, bool folded = true)
    {
        var channels = Shape[affine.Axis];
        var inner = 1L;
        for (var axis = affine.Axis + 1; axis < Shape.Rank; axis++)
        {
            inner *= Shape[axis];
        }

        var (value, error) = (new double[Value.Length], new double[Value.Length]);
        var magnitude = Magnitude is null ? null : new double[Value.Length];
        for (long start = 0, channel = 0; start < value.Length; start += inner, channel = channel + 1 == channels ? 0 : channel + 1)
        {
            var s = affine.Scale is null ? 1 : affine.Scale[channel];
            var b = affine.Bias is null ? 0 : affine.Bias[channel];
            var (scaleShift, biasShift) = (Rounding.Shift(s), Rounding.Shift(b));
            var hidden = affine.Hidden is null ? 0 : affine.Hidden[channel];
            for (var i = start; i < start + inner; i++)
            {
                var a = Value[i];
                var z = Math.FusedMultiplyAdd(s, a, b);
                var scaled = Math.Abs(s * a);
                var e = Math.Abs(s) * (Error is null ? 0 : Error[i]) * (1 + Rounding.Unit);
                e += (scaleShift * Math.Abs(a)) + biasShift + (1.01 * Rounding.Unit * Math.Abs(z)) + (2 * Rounding.DenormalStep);
                e += Rounding.OwnError * 4 * (scaled + Math.Abs(b));
                if (!folded)
                {
                    e += (7 * Rounding.Unit * scaled) + (6 * Rounding.Unit * (Math.Abs(b) + hidden));
                }

                value[i] = z;
                error[i] = e;
                if (magnitude is not null)
                {
                    magnitude[i] = Math.Max(Magnitude![i], (Math.Abs(s) * Magnitude[i]) + Math.Abs(b));
                }
            }
        }

        return new LayerBound(Shape, value, error) { Magnitude = magnitude };
    }

    /// <summary>[z - E, z + E]; an element that is not finite has its value as both bounds.</summary>
    public Enclosure ToEnclosure()
    {
        if (Error is null)
        {
            return new Enclosure(Shape, Value, Value, Value) { Magnitude = Magnitude };
        }

        var (low, high) = (new double[Value.Length], new double[Value.Length]);
        for (var i = 0; i < low.Length; i++)
        {
            var exact = !double.IsFinite(Value[i]);
            low[i] = exact ? Value[i] : Value[i] - Error[i];
            high[i] = exact ? Value[i] : Value[i] + Error[i];
        }

        return new Enclosure(Shape, Value, low, high) { Magnitude = Magnitude };
    }
}
