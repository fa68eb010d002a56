using NNLang.Tensors;

namespace NNLang.Operators.Model;

/// <summary>
/// Per element the exact value and the bounds between which every correctly rounded result lies: before rounding to the stored
/// type (first to binary32, then to the storage type). All arrays have one entry per element of the result, row-major.
/// </summary>
/// <param name="Shape">The shape of the result.</param>
/// <param name="Value">The value in binary64.</param>
/// <param name="Low">The least value rounding may give.</param>
/// <param name="High">The greatest.</param>
public sealed record Enclosure(Shape Shape, double[] Value, double[] Low, double[] High)
{
    /// <summary>
    /// For long sums, per element, what no partial sum exceeds in magnitude; null where nothing is accumulated. Where the value is finite
    /// and this lies beyond the largest float, an infinity of the device proves nothing: "overflow possible".
    /// </summary>
    public double[]? Magnitude { get; init; }

    /// <summary>
    /// Applies a function to the whole interval, widened by the function's own error. Takes one pass. An element whose value is
    /// not finite keeps the exact image as both bounds.
    /// </summary>
    public Enclosure Through(ElementFunction function)
    {
        var (value, low, high) = (new double[Value.Length], new double[Value.Length], new double[Value.Length]);
        for (var i = 0; i < value.Length; i++)
        {
            value[i] = function.Apply(Value[i]);
            if (!double.IsFinite(Value[i]))
            {
                low[i] = high[i] = value[i];
                continue;
            }

            (low[i], high[i]) = function.Image(Low[i], High[i]);
        }

        return new Enclosure(Shape, value, low, high) { Magnitude = Magnitude };
    }
}
