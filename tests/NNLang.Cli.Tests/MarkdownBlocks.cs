using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>A fenced block of a document. Its language is the first word behind the fence; other words are for other tests.</summary>
internal sealed record MarkdownBlock(string File, int Line, string Language, string Text)
{
    public override string ToString() => $"{File}:{Line}";

    /// <summary>Writes other lines, as many as there are, where the block stands.</summary>
    public void Rewrite(string[] lines)
    {
        var path = Repository.PathOf(File);
        var all = System.IO.File.ReadAllLines(path);
        lines.CopyTo(all, Line);
        System.IO.File.WriteAllText(path, string.Join('\n', all) + "\n");
    }
}

/// <summary>Finds the fenced blocks of the project's documents.</summary>
internal static class MarkdownBlocks
{
    /// <summary>All blocks of README.md and of docs/, in order.</summary>
    public static IEnumerable<MarkdownBlock> All()
    {
        var files = Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Append(Repository.PathOf("README.md"))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal);
        return files.SelectMany(Read);
    }

    private static IEnumerable<MarkdownBlock> Read(string path)
    {
        var name = Path.GetRelativePath(Repository.Root, path);
        string? language = null;
        var start = 0;
        var text = new List<string>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (language is null)
            {
                if (line.StartsWith("```", StringComparison.Ordinal))
                {
                    language = line[3..].Trim().Split(' ')[0];
                    start = number;
                    text.Clear();
                }
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                yield return new MarkdownBlock(name, start, language, string.Join('\n', text) + "\n");
                language = null;
            }
            else
            {
                text.Add(line);
            }
        }
    }
}
