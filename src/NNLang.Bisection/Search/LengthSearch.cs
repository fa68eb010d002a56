namespace NNLang.Bisection.Search;

/// <summary>
/// Searches for the shortest failing length. Lengths run from 1 to L; a probe tells whether a length fails. Pure but for the probes.
/// </summary>
public static class LengthSearch
{
    /// <summary>
    /// The shortest failing length found by halving, given that <paramref name="failing"/> fails: at most ceil(log2(failing)) probes. Where
    /// failures are monotone in the length it is the shortest; a fault that a later layer masks breaks that, so the caller confirms it.
    /// </summary>
    public static int Bisect(int failing, Func<int, bool> fails)
    {
        var passing = 0;
        while (failing - passing > 1)
        {
            var middle = passing + ((failing - passing) / 2);
            if (fails(middle))
            {
                failing = middle;
            }
            else
            {
                passing = middle;
            }
        }

        return failing;
    }

    /// <summary>The shortest failing length up to <paramref name="longest"/> by trying each in turn; null if none fails.</summary>
    public static int? Linear(int longest, Func<int, bool> fails)
    {
        for (var length = 1; length <= longest; length++)
        {
            if (fails(length))
            {
                return length;
            }
        }

        return null;
    }
}
