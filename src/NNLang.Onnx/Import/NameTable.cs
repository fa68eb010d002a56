using NNLang.Syntax;

namespace NNLang.Onnx.Import;

/// <summary>Names of the text: unique, the model's own wherever that is possible.</summary>
internal sealed class NameTable
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal) { "_" };
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>A name for a tensor or dimension; numbered where the wanted one is taken or empty.</summary>
    public string Take(string wanted, string fallback)
    {
        var stem = wanted.Length > 0 ? wanted : fallback;
        var name = stem;
        while (!_taken.Add(name))
        {
            // The next number of a stem is kept: many equal names stay linear.
            var number = _numbers.GetValueOrDefault(stem, 1) + 1;
            _numbers[stem] = number;
            name = $"{stem}_{number}";
        }

        return name;
    }

    /// <summary>Takes a name if it is free.</summary>
    public bool TryTake(string name) => _taken.Add(name);

    /// <summary>
    /// A readable bare name for a tensor whose own name is none: without the folders that all such names share, without
    /// <c>:0</c> and <c>_output_0</c>, other characters as single underscores.
    /// </summary>
    public static string Shorten(string name, string folder)
    {
        var text = name.StartsWith(folder, StringComparison.Ordinal) ? name[folder.Length..] : name;
        foreach (var ending in (ReadOnlySpan<string>)[":0", "_output_0"])
        {
            text = text.EndsWith(ending, StringComparison.Ordinal) && text.Length > ending.Length ? text[..^ending.Length] : text;
        }

        var result = new System.Text.StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                result.Append(c);
            }
            else if (result.Length > 0 && result[^1] != '_')
            {
                result.Append('_');
            }
        }

        var bare = result.ToString().TrimEnd('_');
        bare = bare.Length > 0 && char.IsAsciiDigit(bare[0]) ? "t" + bare : bare;
        return SyntaxFacts.IsBareName(bare) ? bare : "t";
    }

    /// <summary>The folders, up to and with the last '/', that all names with a '/' share.</summary>
    public static string SharedFolder(IEnumerable<string> names)
    {
        string? shared = null;
        foreach (var name in names)
        {
            if (!name.Contains('/'))
            {
                continue;
            }

            shared ??= name;
            var length = 0;
            while (length < shared.Length && length < name.Length && shared[length] == name[length])
            {
                length++;
            }

            shared = shared[..length];
        }

        return shared is null ? string.Empty : shared[..(shared.LastIndexOf('/') + 1)];
    }

    /// <summary>A name as the text spells it.</summary>
    public static string Spell(string name) => SyntaxFacts.WriteName(name);

    /// <summary>A bare name made of a file's or graph's name: other characters become underscores.</summary>
    public static string Bare(string text, string fallback)
    {
        var name = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]).Trim('_');
        name = name.Length > 0 && char.IsAsciiDigit(name[0]) ? "n" + name : name;
        return SyntaxFacts.IsBareName(name) ? name : fallback;
    }
}
