using NNLang.Semantics;
using NNLang.Syntax;
using NNLang.Testing;
using NNLang.Workspaces.Features.Names;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Tests.Support;

namespace NNLang.Workspaces.Tests.Features;

/// <summary>Which name means what: the rules of scopes, checked against what binding makes of a renamed text.</summary>
public sealed class NameTests
{
    private const string Source =
        """
        width = 8

        /// A unit.
        block unit(x: f32[N, C, H, W], filters: int, act: stage = relu) {
          a = conv2d(x, filters, kernel: 3, pad: 1) |> act
          a = batch_norm(a)
          return a + x
        }

        network main(image: f32[N, 8, 4, 4]) {
          dim N = 1
          y = unit(image, filters: width)
          repeat 2 as i {
            y = unit(y, filters: width)
          }
          left, right = split(y, 2, axis: 1)
          return left * right
        }
        """;

    private static readonly Document Sample = Documents.Open(Source.ReplaceLineEndings("\n"));

    private static string Text => Sample.Text.ToString();

    [Theory]
    [InlineData("a = batch_norm($0a)", NameKind.Value, "a = conv2d")]
    [InlineData("return $0a + x", NameKind.Value, "a = batch_norm")]
    [InlineData("conv2d($0x, filters", NameKind.Parameter, "x: f32[N, C")]
    [InlineData("conv2d(x, $0filters", NameKind.Parameter, "filters: int")]
    [InlineData("|> $0act", NameKind.Parameter, "act: stage")]
    [InlineData("y = $0unit(image", NameKind.Block, "unit(x: f32")]
    [InlineData("unit(image, $0filters: width", NameKind.Parameter, "filters: int")]
    [InlineData("filters: $0width)\n  repeat", NameKind.Constant, "width = 8")]
    [InlineData("unit($0y, filters", NameKind.Value, "y = unit(image")]
    [InlineData("dim $0N = 1", NameKind.Dimension, "N, 8, 4, 4")]
    [InlineData("return $0left", NameKind.Value, "left, right")]
    public void ANameMeansWhatWasBoundBeforeIt(string marked, NameKind kind, string definition)
    {
        var position = PositionOf(marked);
        var (symbol, span) = NameTable.Of(Sample.Tree.Root).SymbolAt(Sample.Tree.Root, position)!.Value;
        Assert.Equal((kind, position), (symbol.Kind, span.Start));
        Assert.Equal(Text.IndexOf(definition, StringComparison.Ordinal), symbol.DefinitionOf(span).Start);
    }

    [Theory]
    [InlineData("$0conv2d(x")]
    [InlineData("$0kernel: 3")]
    [InlineData("$0f32[N, 8")]
    public void NamesOfTheLanguageAreNobodys(string marked) =>
        Assert.Null(NameTable.Of(Sample.Tree.Root).SymbolAt(Sample.Tree.Root, PositionOf(marked)));

    [Theory]
    [InlineData("return $0a + x", 4)]
    [InlineData("y = $0unit(image", 3)]
    [InlineData("$0width = 8", 3)]
    [InlineData("conv2d(x, $0filters", 4)]
    public void AllPlacesOfANameAreKnown(string marked, int places) =>
        Assert.Equal(places, NameTable.Of(Sample.Tree.Root).SymbolAt(Sample.Tree.Root, PositionOf(marked))!.Value.Symbol.Occurrences.Count);

    [Fact]
    public void RenamingAnyNameOfAFileChangesNoOperationAndNoDiagnostic()
    {
        var before = Sample.Compilation;
        foreach (var symbol in NameTable.Of(Sample.Tree.Root).Symbols.Where(symbol => symbol.Occurrences.Count > 0))
        {
            var renaming = RenameFeature.Compute(Sample, symbol.Occurrences[0].Span.Start, "fresh name");
            Assert.Null(renaming.Problem);
            var after = Compilation.Create(SyntaxTree.Parse(Documents.Apply(Text, renaming.Changes)));
            Assert.Equal(before.Diagnostics.Select(d => d.Code), after.Diagnostics.Select(d => d.Code));
            var network = symbol.Kind == NameKind.Network ? "fresh name" : "main";
            Assert.Equal(before.GetNetwork("main")!.Layers.Select(layer => layer.Operation), after.GetNetwork(network)!.Layers.Select(layer => layer.Operation));
        }
    }

    [Fact]
    public void EveryPlaceOfTheCorpusCanBeAskedAbout()
    {
        foreach (var file in Directory.GetFiles(Repository.SharedPath("design/language/corpus"), "*.nn", SearchOption.AllDirectories))
        {
            var document = Documents.Open(File.ReadAllText(file));
            var names = NameTable.Of(document.Tree.Root);
            for (var position = 0; position <= document.Text.Length; position += 37)
            {
                names.SymbolAt(document.Tree.Root, position);
            }

            Assert.All(names.Symbols.SelectMany(symbol => symbol.Occurrences), place => Assert.InRange(place.Span.End, place.Span.Start + 1, document.Text.Length));
        }
    }

    private static int PositionOf(string marked)
    {
        var mark = MarkedText.Parse(marked);
        var at = Text.IndexOf(mark.Text, StringComparison.Ordinal);
        Assert.True(at >= 0, marked);
        return at + mark.Position;
    }
}
