using NNLang.Machine.AssemblerText;
using NNLang.Machine.ProgramFormat;
using NNLang.Semantics.Devices;
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
        var takesFigures = Environment.GetEnvironmentVariable("NNLANG_UPDATE_SNAPSHOTS") == "1";
        var found = Find(block);
        var lines = found.Text.TrimEnd('\n').Split('\n');
        for (var i = 0; i < lines.Length;)
        {
            Assert.StartsWith("$ nnc ", lines[i], StringComparison.Ordinal);
            var command = lines[i++]["$ nnc ".Length..];
            var first = i;
            while (i < lines.Length && !lines[i].StartsWith("$ ", StringComparison.Ordinal))
            {
                i++;
            }

            var shown = lines[first..i];
            var (_, output, error) = Nnc.Run(Nnc.Split(command));
            if (takesFigures)
            {
                ConsoleOutput.WithPrintedFigures(shown, output + error).CopyTo(lines, first);
                found.Rewrite(lines);
            }

            ConsoleOutput.AssertShows(lines[first..i], output + error, block);
        }
    }

    [Theory]
    [MemberData(nameof(Blocks), "asm")]
    public void A_program_of_the_documents_assembles_and_prints_as_they_show_it(string block)
    {
        var text = Find(block).Text;
        var device = BuiltInDevices.DefaultDevice;
        Assert.True(Assembler.TryAssemble(text, device, out var program, out var errors), $"{block}: {string.Join('\n', errors)}");
        Assert.Equal(text, Disassembler.Disassemble(program, device));
        Assert.True(ProgramFile.TryRead(ProgramFile.Write(program), out var again, out var error), error?.Message);
        Assert.Equal(text, Disassembler.Disassemble(again, device));
    }

    [Fact]
    public void A_file_of_the_tutorial_that_is_sound_is_the_text_that_the_tutorial_shows()
    {
        var shown = MarkdownBlocks.All().Where(block => block.Language == "nn").Select(block => block.Text).ToHashSet();
        foreach (var file in Directory.GetFiles(Repository.PathOf("docs/tutorial"), "*.nn"))
        {
            var sound = Nnc.Run("check", file).Code == 0;
            Assert.True(!sound || shown.Contains(File.ReadAllText(file)), $"No document shows {Path.GetFileName(file)}.");
        }
    }

    private static MarkdownBlock Find(string block) => MarkdownBlocks.All().Single(candidate => candidate.ToString() == block);
}
