using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Formatting;

/// <summary>
/// The one way to lay out a file: no options, idempotent, no token changed but commas and needless backticks. A statement's layout
/// depends on its text and depth only. Elements with syntax errors keep their text.
/// </summary>
public static class Formatter
{
    /// <summary>The file as it should be laid out. O(n).</summary>
    public static string Format(SyntaxTree tree)
    {
        var printer = new ElementPrinter();
        var file = tree.GreenRoot;
        var list = (GreenList)file.Child(0);
        new ListPrinter(printer).Print(list, (GreenToken)file.Child(1), 0, isFile: true);
        var text = printer.Finish();
        return FirstBreak(tree.Text) == "\r\n" ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
    }

    /// <summary>The edit that formats the file, cut to what differs; null where nothing does.</summary>
    public static TextChange? Change(SyntaxTree tree)
    {
        var before = tree.Text.ToString();
        var after = Format(tree);
        if (before == after)
        {
            return null;
        }

        var prefix = before.AsSpan().CommonPrefixLength(after);
        var suffix = 0;
        while (suffix < Math.Min(before.Length, after.Length) - prefix && before[^(suffix + 1)] == after[^(suffix + 1)])
        {
            suffix++;
        }

        return new TextChange(TextSpan.FromBounds(prefix, before.Length - suffix), after[prefix..^suffix]);
    }

    private static string FirstBreak(SourceText text)
    {
        if (text.LineCount == 1)
        {
            return "\n";
        }

        var end = text.LineStart(1);
        return end >= 2 && text[end - 2] == '\r' && text[end - 1] == '\n' ? "\r\n" : "\n";
    }
}
