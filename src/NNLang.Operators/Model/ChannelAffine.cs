namespace NNLang.Operators.Model;

/// <summary>
/// s x + b with one scale and one bias per index of an axis: an epilogue (<c>batch_norm</c>, the bias of a convolution) in exact binary64,
/// before the device rounds its constants to binary32.
/// </summary>
/// <param name="Axis">The axis, counted from 0.</param>
/// <param name="Scale">Scales, or null for 1.</param>
/// <param name="Bias">Biases, or null for 0.</param>
public sealed record ChannelAffine(int Axis, double[]? Scale, double[]? Bias)
{
    /// <summary>
    /// For a target that does not fold: per channel the magnitude of what cancels inside the bias (|s mean| + |beta|), else null. Composing
    /// the bias hides it.
    /// </summary>
    public double[]? Hidden { get; init; }

    /// <summary>This after a plain bias: s (x + c) + b = s x + (s c + b). The axis is the same.</summary>
    public ChannelAffine After(double[] earlier)
    {
        var bias = new double[earlier.Length];
        double[]? hidden = Hidden is null ? null : new double[earlier.Length];
        for (var i = 0; i < bias.Length; i++)
        {
            var moved = (Scale is null ? 1 : Scale[i]) * earlier[i];
            bias[i] = moved + (Bias is null ? 0 : Bias[i]);
            if (hidden is not null)
            {
                hidden[i] = Hidden![i] + Math.Abs(moved);
            }
        }

        return new ChannelAffine(Axis, Scale, bias) { Hidden = hidden };
    }
}
