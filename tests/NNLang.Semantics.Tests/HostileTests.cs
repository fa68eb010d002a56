using System.Globalization;
using System.Text;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

/// <summary>Any text ends in diagnostics, in bounded time and memory.</summary>
public sealed class HostileTests
{
    [Fact]
    public void A_network_of_two_to_the_sixtieth_layers_is_counted_not_expanded()
    {
        var text = new StringBuilder("block b0(x: tensor) { return relu(x) }\n");
        for (var i = 1; i <= 60; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"block b{i}(x: tensor) {{\ny = b{i - 1}(x)\nreturn b{i - 1}(y)\n}}\n");
        }

        text.Append("network n(x: f32[2]) { return b60(x) }\n");
        var compilation = Compilation.Create(SyntaxTree.Parse(text.ToString()));
        Assert.Contains(compilation.Diagnostics, d => d.Code == "NN8001");
        Assert.Null(compilation.GetNetwork("n"));
    }

    [Fact]
    public void Nested_repeats_end_in_a_diagnostic()
    {
        var text = new StringBuilder("network n(x: f32[2]) {\n");
        for (var i = 0; i < 12; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"repeat 900 as i{i} {{\n");
        }

        text.Append("x = relu(x) * i0\n").Append('}', 1).Append("\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\n}\nreturn x\n}\n");
        var compilation = Compilation.Create(SyntaxTree.Parse(text.ToString()));
        Assert.Contains(compilation.Diagnostics, d => d.Code == "NN8001");
    }

    [Fact]
    public void Levels_beyond_the_limit_end_in_a_diagnostic()
    {
        var text = new StringBuilder("block b0(x: tensor) { return relu(x) }\n");
        for (var i = 1; i <= 80; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"block b{i}(x: tensor) {{ return b{i - 1}(x) }}\n");
        }

        text.Append("network n(x: f32[2]) { return b80(x) }\n");
        Assert.Contains(Compilation.Create(SyntaxTree.Parse(text.ToString())).Diagnostics, d => d.Code == "NN8001");
    }

    [Fact]
    public void Recursion_through_other_blocks_and_through_stages_is_told()
    {
        const string mutual = "block a(x: tensor) { return b(x) }\nblock b(x: tensor) { return a(x) }\nnetwork n(x: f32[2]) { return a(x) }\n";
        Assert.Contains(Compilation.Create(SyntaxTree.Parse(mutual)).Diagnostics, d => d.Code == "NN2019");
        const string stage = "block a(x: tensor, s: stage) { return x |> s }\nblock b(x: tensor) { return a(x, s: b) }\nnetwork n(x: f32[2]) { return b(x) }\n";
        Assert.Contains(Compilation.Create(SyntaxTree.Parse(stage)).Diagnostics, d => d.Code == "NN2019");
    }

    [Theory]
    [InlineData("a = 9223372036854775807 * 9223372036854775807")]
    [InlineData("a = 2 ** 64")]
    [InlineData("a = -9223372036854775807 - 2")]
    [InlineData("a = abs(-9223372036854775807 - 1)")]
    [InlineData("a = [1, 2][2]")]
    [InlineData("a = 1 % 0")]
    [InlineData("a = min()")]
    [InlineData("a = [[[[]]]] + 3")]
    [InlineData("a = a")]
    [InlineData("network n(x: f32[9223372036854775807, 9223372036854775807]) { return flatten(x) }")]
    [InlineData("network n(x: f32[0 - 5]) { return relu(x) }")]
    [InlineData("network n(x: f32[2]) { return reshape(x, [-1, -1]) }")]
    [InlineData("network n(x: f32[1, 1, 4, 4]) { return conv2d(x, 99999999999, kernel: 99999999999, pad: 9223372036854775807) }")]
    [InlineData("network n(x: f32[2]) { return n(x) }")]
    [InlineData("network n() { return 3 }")]
    [InlineData("network n(x: f32[2], x: f32[3]) { return x }")]
    [InlineData("block b(x: *[3]?, y: [, z) -> ( { return }")]
    public void Strange_texts_end_in_diagnostics(string text)
    {
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        _ = compilation.Diagnostics;
        foreach (var name in compilation.Networks)
        {
            if (compilation.GetNetwork(name) is { } network)
            {
                _ = NetworkDump.Text(network);
            }
        }
    }

    [Fact]
    public void Damaged_corpus_files_bind_without_failing() => PropertySeed.ForEach(60, random =>
    {
        var files = Directory.GetFiles(Repository.SharedPath("design/language/corpus/good"), "*.nn");
        var text = File.ReadAllText(files[random.Next(files.Length)]);
        for (var i = 0; i < 8; i++)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(30), text.Length - at);
            var from = random.Next(text.Length - length);
            text = random.Next(2) == 0 ? text.Remove(at, length) : text.Insert(at, text.Substring(from, length));
        }

        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        Assert.All(compilation.Diagnostics, d => Assert.InRange(d.Location.Span.Start, 0, text.Length));
        foreach (var name in compilation.Networks)
        {
            _ = compilation.GetNetwork(name);
        }
    });

    [Fact]
    public void A_long_chain_of_operators_binds()
    {
        var text = $"network n(x: f32[2]) {{ return {string.Join(" + ", Enumerable.Repeat("x", 900))} }}\n";
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        Assert.DoesNotContain(compilation.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(899, compilation.GetNetwork("n")!.Layers.Length);
    }
}
