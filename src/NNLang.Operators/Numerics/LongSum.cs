using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Operators.Numerics;

/// <summary>The bound of a long sum of products: Ea = g(n) S + 1.2e-16 K S + (K + 4) h.</summary>
internal static class LongSum
{
    /// <summary>
    /// The bound of sums of <paramref name="terms"/> products. <paramref name="exactProducts"/>: products have no rounding of their own
    /// (16-bit operands, or weights of 1).
    /// </summary>
    public static LayerBound Bound(Shape shape, double[] value, double[] magnitude, long terms, SummationOrder order, bool exactProducts)
    {
        var exact = exactProducts ? 1 : 0;
        var unknown = order == SummationOrder.Unknown || order.LongestSlab <= 0;
        var roundings = unknown ? terms - exact : Math.Min(order.LongestSlab, terms) - exact + order.Slabs - 1;
        var gamma = Rounding.Gamma(roundings);
        var relative = gamma + (Rounding.OwnError * terms);
        var absolute = (terms + 4) * Rounding.DenormalStep;
        var error = new double[value.Length];
        var largest = new double[value.Length];
        for (var i = 0; i < error.Length; i++)
        {
            error[i] = (relative * magnitude[i]) + absolute;
            largest[i] = magnitude[i] * (1 + gamma);
        }

        return new LayerBound(shape, value, error) { Magnitude = largest };
    }

    /// <summary>The bound after a scale that is the same for all elements, or given per element: an average.</summary>
    public static LayerBound Scale(LayerBound sum, Func<int, double> scale)
    {
        var (value, error) = (new double[sum.Value.Length], new double[sum.Value.Length]);
        for (var i = 0; i < value.Length; i++)
        {
            var s = scale(i);
            value[i] = s * sum.Value[i];
            error[i] = (Math.Abs(s) * sum.Error![i] * (1 + Rounding.Unit)) + (Rounding.Shift(s) * Math.Abs(sum.Value[i]))
                + (1.01 * Rounding.Unit * Math.Abs(value[i])) + (2 * Rounding.DenormalStep);
        }

        return new LayerBound(sum.Shape, value, error) { Magnitude = sum.Magnitude };
    }
}
