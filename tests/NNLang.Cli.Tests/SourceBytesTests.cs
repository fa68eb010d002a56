using System.Text;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>Files that are no text, or have no end.</summary>
public sealed class SourceBytesTests
{
    [Theory]
    [InlineData(new byte[] { 0x78, 0x0A, 0xC3, 0xA9, 0x20, 0xFF, 0x0A }, ":2:3: NN9003", "byte 0xFF")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x78, 0x00 }, ":1:1: NN9003", "byte 0xFF")]
    [InlineData(new byte[] { 0x78, 0xC3 }, ":1:2: NN9003", "byte 0xC3")]
    public void What_is_not_UTF8_is_refused_at_its_place_and_never_rewritten(byte[] bytes, string place, string which)
    {
        using var file = new TemporaryFile("x.nn", "");
        File.WriteAllBytes(file.Path, bytes);
        foreach (var command in (string[])["check", "fmt", "run"])
        {
            var (code, _, error) = Nnc.Run(command, file.Path);
            Assert.Equal(2, code);
            Assert.StartsWith(file.Path + place, error, StringComparison.Ordinal);
            Assert.Contains(which, error, StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(file.Path));
    }

    [Fact]
    public void A_byte_order_mark_is_no_character()
    {
        using var file = new TemporaryFile("x.nn", "");
        File.WriteAllBytes(file.Path, [.. Encoding.UTF8.Preamble, .. "k = 1\n"u8]);
        Assert.Equal(0, Nnc.Run("check", file.Path).Code);
    }

    [Theory]
    [InlineData("check", "/dev/zero", "NN8005")]
    [InlineData("fmt", "/dev/zero", "NN8005")]
    [InlineData("check", "/dev/null", "")]
    public void A_file_without_an_end_is_refused(string command, string path, string expected)
    {
        Assert.SkipUnless(File.Exists(path), "no such device file");
        var (code, output, error) = Nnc.Run(command, path);
        Assert.Equal(expected.Length == 0 ? 0 : 2, code);
        Assert.Contains(expected, output + error, StringComparison.Ordinal);
    }
}
