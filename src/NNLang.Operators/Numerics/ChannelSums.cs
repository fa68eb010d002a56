using NNLang.Tensors;

namespace NNLang.Operators.Numerics;

/// <summary>Per-channel constants over a dense tensor.</summary>
internal static class ChannelSums
{
    /// <summary>Adds one value per index of an axis.</summary>
    public static void Add(double[] elements, Shape shape, int axis, ReadOnlySpan<double> values)
    {
        var inner = 1L;
        for (var i = axis + 1; i < shape.Rank; i++)
        {
            inner *= shape[i];
        }

        for (long start = 0, channel = 0; start < elements.Length; start += inner, channel = channel + 1 == values.Length ? 0 : channel + 1)
        {
            var value = values[(int)channel];
            foreach (ref var element in elements.AsSpan((int)start, (int)inner))
            {
                element += value;
            }
        }
    }
}
