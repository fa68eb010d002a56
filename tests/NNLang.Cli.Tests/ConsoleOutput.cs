using System.Text.RegularExpressions;

namespace NNLang.Cli.Tests;

/// <summary>
/// Compares shown with printed lines. A line <c>...</c> stands for any lines. A figure with a unit (<c>0.42 s</c>, <c>61.9 µs</c>, <c>48 %</c>,
/// <c>1.79 MiB</c>) stands for any figure of that kind: a better schedule changes figures, not what a document explains.
/// </summary>
internal static partial class ConsoleOutput
{
    /// <summary>Asserts that the output is what the document shows.</summary>
    public static void AssertShows(IReadOnlyList<string> shown, string output, string where)
    {
        var pattern = new System.Text.StringBuilder("^");
        foreach (var line in shown)
        {
            pattern.Append(line.Trim() == "..." ? "(?:.*\n)*?" : WithAnyFigure(Regex.Escape(line.TrimEnd())) + " *\n");
        }

        pattern.Append('$');
        var printed = output.EndsWith('\n') || output.Length == 0 ? output : output + "\n";
        Assert.True(
            Regex.IsMatch(printed, pattern.ToString()),
            $"{where} shows\n{string.Join('\n', shown)}\nbut this is printed:\n{printed}");
    }

    private static string WithAnyFigure(string pattern) =>
        Figure().Replace(pattern, figure => figure.Groups["unit"].Value switch
        {
            "s" => @"[0-9]+\.[0-9]+\ s",
            "%" => @"[0-9][0-9,.]*\ %",
            "KiB" or "MiB" or "B" => @"[0-9][0-9,.]*\ (?:B|KiB|MiB)",
            _ => @"[0-9][0-9,.]*\ (?:ps|ns|µs|ms)",
        });

    // Regex.Escape has put a backslash before points and blanks.
    [GeneratedRegex(@"(?:[0-9]+\\\.[0-9]+\\ (?<unit>s)|[0-9](?:[0-9,]|\\\.)*\\ (?<unit>ps|ns|µs|ms|%|KiB|MiB|B))(?![A-Za-z])")]
    private static partial Regex Figure();
}
