namespace NNLang.Semantics.Spelling;

/// <summary>Did-you-mean: the nearest known word, if it is near enough. Pure.</summary>
public static class Suggestions
{
    /// <summary>The nearest of the known words, or null where none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        string? best = null;
        var limit = Math.Max(1, (word.Length + 1) / 3);
        var bestDistance = limit + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(word, candidate, bestDistance);
            if (distance < bestDistance || (distance == bestDistance && best is not null && string.CompareOrdinal(candidate, best) < 0 && distance <= limit))
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return bestDistance <= limit ? best : null;
    }

    /// <summary>A message's ending: <c>; did you mean 'x'?</c>, or a full stop.</summary>
    public static string Ending(string? suggestion) => suggestion is null ? "." : $"; did you mean '{suggestion}'?";

    /// <summary>Insertions, deletions, replacements and swaps of neighbours, letters' case aside; at most <paramref name="cutoff"/> is exact.</summary>
    private static int Distance(string a, string b, int cutoff)
    {
        if (Math.Abs(a.Length - b.Length) > cutoff || a.Length > 64 || b.Length > 64)
        {
            return int.MaxValue;
        }

        Span<int> older = stackalloc int[b.Length + 1];
        Span<int> old = stackalloc int[b.Length + 1];
        Span<int> now = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            old[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                now[j] = Math.Min(Math.Min(now[j - 1], old[j]) + 1, old[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    now[j] = Math.Min(now[j], older[j - 2] + 1);
                }
            }

            old.CopyTo(older);
            now.CopyTo(old);
        }

        return old[b.Length];
    }
}
