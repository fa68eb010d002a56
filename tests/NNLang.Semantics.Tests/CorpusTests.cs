using System.Globalization;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

public sealed class CorpusTests
{
    /// <summary>What the corpus uses and the project does not have yet: operators outside the catalogue, imports, computed slots.</summary>
    private static readonly string[] NotYet =
    [
        "conv_transpose2d", "layer_norm", "gather", "range", "where", "gelu", "shape", "argmax", "quantize", "scan",
        "blocks.convnet", "encoder", "att.cross", "bert_pooler",
    ];

    public static TheoryData<string> Good =>
        [.. Directory.GetFiles(Repository.SharedPath("design/language/corpus/good"), "*.nn").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Broken =>
        [.. Directory.GetFiles(Repository.SharedPath("design/language/corpus/broken"), "*.nn").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Good))]
    public void Good_files_compile(string file)
    {
        var compilation = Compile("good", file);
        var errors = compilation.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error && !IsKnown(d)).ToList();
        Assert.True(errors.Count == 0, string.Join("\n", errors.Select(d => Describe(compilation, d))));
    }

    [Theory]
    [InlineData("chain.nn", "chain")]
    [InlineData("lenet.nn", "lenet")]
    [InlineData("mobilenet_v2.nn", "mobilenet_v2")]
    [InlineData("resnet50.nn", "resnet50")]
    [InlineData("squeezenet.nn", "squeezenet")]
    public void Networks_of_the_corpus_have_the_layers_that_were_reviewed(string file, string network)
    {
        var compilation = Compile("good", file);
        Assert.Equal(network, compilation.MainNetwork);
        Snapshot.Match($"tests/NNLang.Semantics.Tests/Snapshots/{network}.txt", NetworkDump.Text(compilation.GetNetwork(network)!));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_files_bind_without_failing(string file)
    {
        var compilation = Compile("broken", file);
        Assert.Contains(compilation.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void Keys_of_resnet50_are_those_of_torchvision_but_for_the_map()
    {
        var compilation = Compile("good", "resnet50.nn");
        var keys = compilation.GetNetwork("resnet50")!.Layers.SelectMany(layer => layer.Sources).OfType<TensorSource.Weight>().Select(w => w.Key).ToHashSet();
        Assert.Equal(53 + (53 * 4) + 2, keys.Count);
        Assert.Contains("layer3.5.conv2.weight", keys);
        Assert.Contains("fc.bias", keys);
    }

    private static bool IsKnown(Diagnostic diagnostic) =>
        diagnostic.Code == "NN2030"
        || (diagnostic.Code == "NN2032" && NotYet.Any(name => diagnostic.Message.StartsWith($"'{name}' ", StringComparison.Ordinal)))
        || (diagnostic.Code == "NN3005" && diagnostic.Message.Contains("is computed", StringComparison.Ordinal));

    private static Compilation Compile(string folder, string file) =>
        Compilation.Create(SyntaxTree.Parse(File.ReadAllText(Path.Combine(Repository.SharedPath("design/language/corpus/" + folder), file))));

    private static string Describe(Compilation compilation, Diagnostic diagnostic) =>
        string.Create(CultureInfo.InvariantCulture, $"{compilation.Tree.Text.LineOf(diagnostic.Location.Span.Start) + 1}: {diagnostic.Code} {diagnostic.Message} / {diagnostic.Help}");
}
