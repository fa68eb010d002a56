namespace NNLang.Emulator.Weights;

/// <summary>The steps of recipes that compute, in binary64.</summary>
internal static class RecipeGenerators
{
    /// <summary>A tensor of given elements, or of one element everywhere; null if their number does not fit.</summary>
    public static RecipeTensor<double>? Constant(ReadOnlySpan<long> dimensions, ReadOnlySpan<double> elements)
    {
        var result = new double[RecipeTensor<double>.Count(dimensions)];
        if (elements.Length == 1)
        {
            Array.Fill(result, elements[0]);
        }
        else if (elements.Length == result.Length)
        {
            elements.CopyTo(result);
        }
        else
        {
            return null;
        }

        return new RecipeTensor<double>(dimensions.ToArray(), result);
    }

    /// <summary>An element-by-element function of two tensors of equal size.</summary>
    public static RecipeTensor<double> Zip(RecipeTensor<double> a, RecipeTensor<double> b, Func<double, double, double> function)
    {
        var result = new double[a.Elements.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = function(a.Elements[i], b.Elements[i]);
        }

        return new RecipeTensor<double>(a.Dimensions, result);
    }

    /// <summary>1 / the number of taps inside the image, for each output of an average pool; null if the numbers make no pool.</summary>
    public static RecipeTensor<double>? ReciprocalCount(ReadOnlySpan<long> numbers)
    {
        if (numbers.Length != 12 || numbers[8] < 0 || numbers[9] < 0 || numbers[8] * (Int128)numbers[9] > RecipeEvaluator.MaximumElements)
        {
            return null;
        }

        var result = new double[numbers[8] * numbers[9]];
        for (var y = 0L; y < numbers[8]; y++)
        {
            var rows = Inside(y, numbers[0], numbers[2], numbers[4], numbers[6], numbers[10]);
            for (var x = 0L; x < numbers[9]; x++)
            {
                result[(y * numbers[9]) + x] = 1.0 / (rows * Inside(x, numbers[1], numbers[3], numbers[5], numbers[7], numbers[11]));
            }
        }

        return new RecipeTensor<double>([numbers[8], numbers[9]], result);
    }

    /// <summary>Ones within half a window of the diagonal.</summary>
    public static RecipeTensor<double> Band(long n, long size)
    {
        var result = new double[n * n];
        for (var row = 0L; row < n; row++)
        {
            for (var column = Math.Max(0, row - ((size - 1) / 2)); column <= Math.Min(n - 1, row + ((size - 1) / 2)); column++)
            {
                result[(row * n) + column] = 1;
            }
        }

        return new RecipeTensor<double>([n, n], result);
    }

    private static long Inside(long output, long extent, long kernel, long stride, long pad, long dilation)
    {
        var count = 0L;
        for (var tap = 0L; tap < kernel; tap++)
        {
            var at = (output * stride) - pad + (tap * dilation);
            count += at >= 0 && at < extent ? 1 : 0;
        }

        return count;
    }
}
