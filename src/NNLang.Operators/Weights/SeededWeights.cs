using System.Text;
using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Operators.Weights;

/// <summary>
/// Weights drawn from a seed: each depends only on the seed, its key, its shape and its role (<c>docs/language.md</c> 9.6), never on
/// other weights, order or threads. The generator is fixed by the test vectors of the documentation.
/// </summary>
/// <remarks>
/// The state of a key is the 64-bit FNV-1a hash of its UTF-8 bytes, mixed with the seed; element i is a finaliser applied to the state
/// plus (i + 1) times an odd constant (Steele, Lea, Flood: fast splittable generators, 2014). Its upper 24 bits give a number in
/// [0, 1) that binary32 holds exactly, (k + 1/2) / 2^24.
/// </remarks>
public static class SeededWeights
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>
    /// Draws a weight in binary32. <paramref name="scale"/> multiplies weights (role <see cref="SlotRole.Weight"/>) only. Throws
    /// <see cref="OverflowException"/> for more than 2^31 elements.
    /// </summary>
    public static Tensor Draw(long seed, double scale, string key, Shape shape, SlotRole role)
    {
        var elements = new float[checked((int)shape.Count)];
        Fill(seed, scale, key, shape, role, elements);
        return Tensor.Of(shape, elements);
    }

    /// <summary>Draws into a span as long as the shape has elements.</summary>
    public static void Fill(long seed, double scale, string key, Shape shape, SlotRole role, Span<float> elements)
    {
        var (least, greatest) = Range(scale, shape, role);
        var state = Mix(Hash(key) ^ Mix(unchecked((ulong)seed + Step)));
        var width = greatest - least;
        for (var i = 0; i < elements.Length; i++)
        {
            var k = Mix(unchecked(state + ((ulong)(i + 1) * Step))) >> 40;
            elements[i] = (float)(least + (width * ((k + 0.5) * (1.0 / (1 << 24)))));
        }
    }

    /// <summary>The interval a role draws from, uniformly.</summary>
    public static (double Least, double Greatest) Range(double scale, Shape shape, SlotRole role)
    {
        if (role is SlotRole.Gain or SlotRole.Variance)
        {
            return (0.5, 1.5);
        }

        if (role is SlotRole.Bias or SlotRole.Mean)
        {
            return (-0.1, 0.1);
        }

        // Variance scale^2 * 2 / fan-in; a uniform interval of half-width r has variance r^2 / 3.
        var fan = 1.0;
        for (var axis = 1; axis < shape.Rank; axis++)
        {
            fan *= Math.Max(1, shape[axis]);
        }

        var half = Math.Abs(scale) * Math.Sqrt(6 / fan);
        return (-half, half);
    }

    private static ulong Hash(string key)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var b in Encoding.UTF8.GetBytes(key))
        {
            hash = unchecked((hash ^ b) * 0x100000001B3);
        }

        return hash;
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
