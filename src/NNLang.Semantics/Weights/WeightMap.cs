using System.Collections.Immutable;
using NNLang.Semantics.Devices;

namespace NNLang.Semantics.Weights;

/// <summary>
/// The map of a weights declaration (language 9.5): prefixes of default keys to prefixes of the file. Immutable, thread-safe.
/// </summary>
internal sealed class WeightMap
{
    private readonly ImmutableArray<Entry> _entries;

    private WeightMap(ImmutableArray<Entry> entries) => _entries = entries;

    public static WeightMap Empty { get; } = new([]);

    /// <summary>The entries in text order.</summary>
    public ImmutableArray<Entry> Entries => _entries;

    /// <summary>Reads the map of a declaration.</summary>
    public static WeightMap Of(WeightsMapSyntax? syntax)
    {
        if (syntax is null)
        {
            return Empty;
        }

        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var field in syntax.Fields)
        {
            if (DeviceExpressions.Plain(field.Value) is StringSyntax target)
            {
                entries.Add(new Entry(field.Label.ValueText, field.Label.ValueText.Split('.'), target.Value, field));
            }
        }

        return new WeightMap(entries.ToImmutable());
    }

    /// <summary>The key of the file for a default key; the same key if no entry matches.</summary>
    public string Apply(string key) => Find(key, out var captures) is { } entry ? Replace(entry, key, captures) : key;

    /// <summary>The entry that a default key uses, or null.</summary>
    public Entry? Match(string key) => Find(key, out _);

    private Entry? Find(string key, out List<string> captures)
    {
        captures = [];
        Entry? best = null;
        if (_entries.IsEmpty)
        {
            return null;
        }

        var parts = key.Split('.');
        foreach (var entry in _entries)
        {
            // The longest left side wins: more components, then more characters.
            if (best is not null && (entry.Parts.Length < best.Parts.Length || (entry.Parts.Length == best.Parts.Length && entry.Pattern.Length <= best.Pattern.Length)))
            {
                continue;
            }

            if (MatchParts(entry.Parts, parts) is { } found)
            {
                best = entry;
                captures = found;
            }
        }

        return best;
    }

    private static List<string>? MatchParts(string[] pattern, string[] parts)
    {
        if (parts.Length < pattern.Length)
        {
            return null;
        }

        var captures = new List<string>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (!MatchPart(pattern[i], parts[i], captures))
            {
                return null;
            }
        }

        return captures;
    }

    /// <summary>Whether a component matches; a star takes as little as it can.</summary>
    private static bool MatchPart(ReadOnlySpan<char> pattern, string part, List<string> captures)
    {
        var pieces = pattern.ToString().Split('*');
        if (pieces.Length == 1)
        {
            return part == pieces[0];
        }

        if (!part.StartsWith(pieces[0], StringComparison.Ordinal) || part.Length < pieces[0].Length + pieces[^1].Length
            || !part.EndsWith(pieces[^1], StringComparison.Ordinal))
        {
            return false;
        }

        var at = pieces[0].Length;
        var end = part.Length - pieces[^1].Length;
        for (var i = 1; i < pieces.Length - 1; i++)
        {
            var found = part.IndexOf(pieces[i], at, end - at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            captures.Add(part[at..found]);
            at = found + pieces[i].Length;
        }

        captures.Add(part[at..end]);
        return true;
    }

    private static string Replace(Entry entry, string key, List<string> captures)
    {
        var rest = key.Split('.').Skip(entry.Parts.Length);
        var pieces = entry.Target.Split('*');
        var text = pieces[0];
        for (var i = 1; i < pieces.Length; i++)
        {
            text += (i - 1 < captures.Count ? captures[i - 1] : string.Empty) + pieces[i];
        }

        return string.Join('.', rest.Prepend(text));
    }

    /// <summary>One entry.</summary>
    internal sealed record Entry(string Pattern, string[] Parts, string Target, FieldSyntax Syntax);
}
