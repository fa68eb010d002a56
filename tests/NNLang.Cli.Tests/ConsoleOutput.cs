using System.Text.RegularExpressions;

namespace NNLang.Cli.Tests;

/// <summary>
/// Compares shown with printed lines. A line <c>...</c> stands for any lines; a duration such as <c>0.42 s</c> stands for any duration.
/// </summary>
internal static partial class ConsoleOutput
{
    /// <summary>Asserts that the output is what the document shows.</summary>
    public static void AssertShows(IReadOnlyList<string> shown, string output, string where)
    {
        var pattern = new System.Text.StringBuilder("^");
        foreach (var line in shown)
        {
            pattern.Append(line.Trim() == "..." ? "(?:.*\n)*?" : Duration().Replace(Regex.Escape(line.TrimEnd()), "[0-9]+\\.[0-9]+\\ s") + " *\n");
        }

        pattern.Append('$');
        var printed = output.EndsWith('\n') || output.Length == 0 ? output : output + "\n";
        Assert.True(
            Regex.IsMatch(printed, pattern.ToString()),
            $"{where} shows\n{string.Join('\n', shown)}\nbut this is printed:\n{printed}");
    }

    // Regex.Escape has put a backslash before the point and the blank.
    [GeneratedRegex(@"[0-9]+\\\.[0-9]+\\ s(?![a-z])")]
    private static partial Regex Duration();
}
