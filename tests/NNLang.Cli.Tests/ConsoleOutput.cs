using System.Text;
using System.Text.RegularExpressions;

namespace NNLang.Cli.Tests;

/// <summary>
/// Compares shown with printed lines. A line <c>...</c> stands for any lines, and a time in seconds (<c>0.42 s</c>) for any such time: it is
/// the clock's. All other figures are those of every machine.
/// </summary>
internal static partial class ConsoleOutput
{
    /// <summary>Asserts that the output is what the document shows.</summary>
    public static void AssertShows(IReadOnlyList<string> shown, string output, string where)
    {
        var pattern = new StringBuilder("^");
        foreach (var line in shown)
        {
            pattern.Append(IsGap(line) ? "(?:.*\n)*?" : Seconds().Replace(Regex.Escape(line.TrimEnd()), @"[0-9]+\.[0-9]+\ s") + " *\n");
        }

        pattern.Append('$');
        var printed = output.EndsWith('\n') || output.Length == 0 ? output : output + "\n";
        Assert.True(
            Regex.IsMatch(printed, pattern.ToString()),
            $"{where} shows\n{string.Join('\n', shown)}\nbut this is printed (NNLANG_UPDATE_SNAPSHOTS=1 takes the figures over):\n{printed}");
    }

    /// <summary>The shown lines with the figures that are printed; lines that are printed nowhere stay as they are.</summary>
    public static List<string> WithPrintedFigures(IReadOnlyList<string> shown, string output)
    {
        var printed = output.Split('\n');
        var result = new List<string>();
        var next = 0;
        foreach (var line in shown)
        {
            var at = IsGap(line) ? -1 : Array.FindIndex(printed, next, candidate => Words(candidate) == Words(line));
            result.Add(at < 0 || Seconds().IsMatch(Regex.Escape(line)) ? line : printed[at].TrimEnd());
            next = Math.Max(next, at + 1);
        }

        return result;
    }

    private static bool IsGap(string line) => line.Trim() == "...";

    // Units go with their figures: a better schedule may bring microseconds down to nanoseconds.
    private static string Words(string line) => Figure().Replace(line.TrimEnd(), "#");

    // Regex.Escape has put a backslash before points and blanks.
    [GeneratedRegex(@"[0-9]+\\\.[0-9]+\\ s(?![A-Za-z])")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"[0-9][0-9,.]* (?:ps|ns|µs|ms|%|B|KiB|MiB)(?![A-Za-z])")]
    private static partial Regex Figure();
}
