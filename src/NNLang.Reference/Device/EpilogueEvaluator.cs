using NNLang.Compiler.Fuse;
using NNLang.Machine.Arithmetic;

namespace NNLang.Reference.Device;

/// <summary>Applies an epilogue in the device's arithmetic: t = fma(z, scale, bias), f(t), max, min.</summary>
internal static class EpilogueEvaluator
{
    /// <summary>Changes values in place.</summary>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="scale">One value a channel, or null.</param>
    /// <param name="bias">One value a channel, or null.</param>
    /// <param name="values">The values: runs of <paramref name="run"/> elements of one channel, channels cycling.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="run">Elements of a channel in a row.</param>
    /// <param name="always">Whether the fma is made even where there is nothing to apply: the core ends in psum.</param>
    public static void Apply(Epilogue epilogue, float[]? scale, float[]? bias, float[] values, int channels, int run, bool always)
    {
        var function = epilogue.Function;
        var affine = always || scale is not null || bias is not null || (function is not (ActivationFunction.Copy or ActivationFunction.Relu))
            || epilogue.UniformScaleBits != Epilogue.None.UniformScaleBits || epilogue.UniformBiasBits != Epilogue.None.UniformBiasBits;
        if (!affine && epilogue.IsEmpty)
        {
            return;
        }

        var alpha = BitConverter.UInt32BitsToSingle(epilogue.AlphaBits);
        var (uniformScale, uniformBias) =
            (BitConverter.UInt32BitsToSingle(epilogue.UniformScaleBits), BitConverter.UInt32BitsToSingle(epilogue.UniformBiasBits));
        var runs = values.Length / Math.Max(1, run);
        var perTask = Math.Max(1, 16_384 / Math.Max(1, run));
        Parallel.For(0, (runs + perTask - 1) / perTask, task =>
        {
            for (var i = task * perTask; i < Math.Min(runs, (task + 1) * perTask); i++)
            {
                var span = values.AsSpan(i * run, run);
                if (affine)
                {
                    Rows.Affine(span, scale?[i % channels] ?? uniformScale, bias?[i % channels] ?? uniformBias);
                }

                if (function == ActivationFunction.Relu)
                {
                    Rows.AtLeast(span, 0f);
                }
                else if (function != ActivationFunction.Copy)
                {
                    Functions.Evaluate(FunctionTables.Standard, function, span, span, [alpha]);
                }

                if (epilogue.Clip is { } clip)
                {
                    for (var j = 0; j < span.Length; j++)
                    {
                        span[j] = Arithmetic.Canonical(MathF.Min(Arithmetic.Canonical(MathF.Max(span[j], clip.Low)), clip.High));
                    }
                }
            }
        });
    }
}
