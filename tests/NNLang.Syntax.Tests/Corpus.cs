using System.Globalization;
using System.Text.RegularExpressions;
using NNLang.Testing;

namespace NNLang.Syntax.Tests;

/// <summary>The committed files that the tests of this room read.</summary>
internal static partial class Corpus
{
    private static string Folder(string name) => Repository.PathOf("tests/NNLang.Syntax.Tests/Corpus/" + name);

    public static TheoryData<string> GoodFiles => Files("good");

    public static TheoryData<string> BrokenFiles => Files("broken");

    public static IReadOnlyList<string> GoodTexts { get; } =
        [.. Directory.GetFiles(Folder("good"), "*.nn").Order(StringComparer.Ordinal).Select(File.ReadAllText), File.ReadAllText(Folder("snippets.nn"))];

    public static IReadOnlyList<string> BrokenTexts { get; } =
        [.. Directory.GetFiles(Folder("broken"), "*.nn").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    public static string Read(string name) => File.ReadAllText(Folder(name));

    /// <summary>Parts a broken file from its <c>//fix N:</c> comments: the text, and what its lines (from 1) should become.</summary>
    public static (string Text, Dictionary<int, string> Fixes) ReadBroken(string name)
    {
        var fixes = new Dictionary<int, string>();
        var lines = new List<string>();
        foreach (var line in Read(name).Split('\n'))
        {
            if (Fix().Match(line) is { Success: true } match)
            {
                fixes.Add(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value);
            }
            else
            {
                lines.Add(line);
            }
        }

        return (string.Join('\n', lines), fixes);
    }

    private static TheoryData<string> Files(string folder) =>
        [.. Directory.GetFiles(Folder(folder), "*.nn").Order(StringComparer.Ordinal).Select(f => folder + "/" + Path.GetFileName(f))];

    [GeneratedRegex(@"^//fix (\d+): ?(.*)$")]
    private static partial Regex Fix();
}
