using System.Globalization;

namespace NNLang.Testing;

/// <summary>Seeds of property tests: fixed by default, overridden by <c>NNLANG_SEED</c>, and always in the failure message.</summary>
public static class PropertySeed
{
    /// <summary>The base seed of this run.</summary>
    public static int Base { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("NNLANG_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : 20261124;

    /// <summary>How many times longer than in every CI run a property test runs: <c>NNLANG_PROPERTY_SCALE</c>, 1 by default.</summary>
    public static int Scale { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("NNLANG_PROPERTY_SCALE"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var scale)
            ? scale
            : 1;

    /// <summary>Runs a case per seed and names the seed of the one that fails.</summary>
    public static void ForEach(int cases, Action<Random> check)
    {
        for (var i = 0; i < cases * Scale; i++)
        {
            var seed = unchecked(Base + (i * 7919));
            try
            {
                check(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Case {i} failed; reproduce it with NNLANG_SEED={seed}: {failure.Message}", failure);
            }
        }
    }
}
