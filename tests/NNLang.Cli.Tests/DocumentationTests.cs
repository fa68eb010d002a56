using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>Every block of the documents is compiled, assembled, or run; its output is what the document shows.</summary>
public sealed class DocumentationTests
{
    // 'text' is for drawings and grammar, which nothing can run; 'sh' is for the two commands of the README and their like.
    private static readonly string[] Languages = ["nn", "console", "asm", "sh", "text", "json"];

    public static TheoryData<string> Blocks(string language) =>
        [.. MarkdownBlocks.All().Where(block => block.Language == language).Select(block => block.ToString())];

    [Fact]
    public void Every_block_names_a_language_that_a_test_knows()
    {
        var unknown = MarkdownBlocks.All().Where(block => !Languages.Contains(block.Language)).Select(block => $"{block}: '{block.Language}'");
        Assert.Empty(unknown);
    }

    [Theory]
    [MemberData(nameof(Blocks), "nn")]
    public void A_network_of_the_documents_checks_clean(string block)
    {
        var text = Find(block).Text;
        using var file = new TemporaryFile("block.nn", text);
        var (code, output, error) = Nnc.Run("check", file.Path);
        Assert.True(code == 0, $"{block}:\n{output}{error}");
    }

    [Theory]
    [MemberData(nameof(Blocks), "console")]
    public void A_command_of_the_documents_prints_what_they_show(string block)
    {
        var lines = Find(block).Text.TrimEnd('\n').Split('\n');
        for (var i = 0; i < lines.Length;)
        {
            Assert.StartsWith("$ nnc ", lines[i], StringComparison.Ordinal);
            var command = lines[i++]["$ nnc ".Length..];
            var shown = new List<string>();
            while (i < lines.Length && !lines[i].StartsWith("$ ", StringComparison.Ordinal))
            {
                shown.Add(lines[i++]);
            }

            var (_, output, error) = Nnc.Run(Nnc.Split(command));
            ConsoleOutput.AssertShows(shown, output + error, block);
        }
    }

    private static MarkdownBlock Find(string block) => MarkdownBlocks.All().Single(candidate => candidate.ToString() == block);
}
