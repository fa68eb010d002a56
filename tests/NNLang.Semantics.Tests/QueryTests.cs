using NNLang.Semantics.Queries;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

public sealed class QueryTests
{
    private const string Source = """
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

    private static readonly Compilation Snapshot = Compilation.Create(SyntaxTree.Parse(Source.ReplaceLineEndings("\n")));

    private static string Text => Snapshot.Tree.Text.ToString();

    [Theory]
    [InlineData("a = batch_norm(|a)", SymbolKind.Value, "a = conv2d")]
    [InlineData("return |a + x", SymbolKind.Value, "a = batch_norm")]
    [InlineData("conv2d(|x, filters", SymbolKind.Parameter, "x: f32[N, C")]
    [InlineData("conv2d(x, |filters", SymbolKind.Parameter, "filters: int")]
    [InlineData("|> |act", SymbolKind.Parameter, "act: stage")]
    [InlineData("y = |unit(image", SymbolKind.Block, "unit(x: f32")]
    [InlineData("unit(image, |filters: width", SymbolKind.Parameter, "filters: int")]
    [InlineData("filters: |width)\n  repeat", SymbolKind.Constant, "width = 8")]
    [InlineData("unit(|y, filters", SymbolKind.Value, "y = unit(image")]
    [InlineData("dim |N = 1", SymbolKind.Dimension, "N, 8, 4, 4")]
    [InlineData("return |left", SymbolKind.Value, "left, right")]
    public void Definitions_are_found(string marked, SymbolKind kind, string definition)
    {
        var occurrence = SymbolQueries.At(Snapshot, PositionOf(marked));
        Assert.NotNull(occurrence);
        Assert.Equal(kind, occurrence.Kind);
        Assert.Equal(Text.IndexOf(definition, StringComparison.Ordinal), occurrence.Definition!.Value.Start);
    }

    [Theory]
    [InlineData("|conv2d(x", SymbolKind.Operator)]
    [InlineData("kernel: 3", SymbolKind.Attribute)]
    public void Names_of_the_language_have_kinds(string marked, SymbolKind kind) =>
        Assert.Equal(kind, SymbolQueries.At(Snapshot, PositionOf(marked.Contains('|', StringComparison.Ordinal) ? marked : "|" + marked))!.Kind);

    [Fact]
    public void References_are_all_values_of_a_name_in_its_body()
    {
        Assert.Equal(4, SymbolQueries.References(Snapshot, PositionOf("return |a + x")).Length);
        Assert.Equal(3, SymbolQueries.References(Snapshot, PositionOf("y = |unit(image")).Length);
        Assert.Equal(3, SymbolQueries.References(Snapshot, PositionOf("|width = 8")).Length);
        Assert.Equal(4, SymbolQueries.References(Snapshot, PositionOf("conv2d(x, |filters")).Length);
    }

    [Fact]
    public void Renaming_keeps_the_network_but_for_paths()
    {
        foreach (var marked in new[] { "y = |unit(image", "return |left", "|width = 8", "conv2d(x, |filters", "dim |N = 1" })
        {
            var edits = SymbolQueries.Rename(Snapshot, PositionOf(marked), "fresh name", out var problem);
            Assert.True(edits is not null, problem);
            var text = Text;
            foreach (var edit in edits.Value.OrderByDescending(edit => edit.Location.Span.Start))
            {
                text = text.Remove(edit.Location.Span.Start, edit.Location.Span.Length).Insert(edit.Location.Span.Start, edit.NewText);
            }

            var renamed = Compilation.Create(SyntaxTree.Parse(text));
            Assert.Equal(Snapshot.Diagnostics.Select(d => d.Code), renamed.Diagnostics.Select(d => d.Code));
            Assert.Equal(
                Snapshot.GetNetwork("main")!.Layers.Select(layer => layer.Operation), renamed.GetNetwork("main")!.Layers.Select(layer => layer.Operation));
        }
    }

    [Theory]
    [InlineData("y = |unit(image", "main")]
    [InlineData("return |left", "right")]
    [InlineData("|conv2d(x", "other")]
    public void Renaming_to_a_taken_name_or_of_the_language_is_refused(string marked, string name)
    {
        Assert.Null(SymbolQueries.Rename(Snapshot, PositionOf(marked), name, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Types_are_those_of_the_body_or_of_an_instance()
    {
        var inBlock = TypeQueries.NamesIn(Snapshot, LineOf("a = conv2d"));
        Assert.Equal("f32[N, filters, H, W]", Assert.Single(inBlock).Type!.ToString());
        var inNetwork = TypeQueries.NamesIn(Snapshot, LineOf("left, right"));
        Assert.Equal(["f32[1, 4, 4, 4]", "f32[1, 4, 4, 4]"], inNetwork.Select(name => name.Type!.ToString()));
        var instances = TypeQueries.Instances(Snapshot, "main", "unit");
        Assert.Equal(["y", "i/0/y", "i/1/y"], instances.Select(instance => instance.Path));
        Assert.Equal("f32[N, 8, 4, 4]", Assert.Single(TypeQueries.NamesIn(Snapshot, LineOf("a = conv2d"), instances[1])).Type!.ToString());
        Assert.Equal("f32[1, 8, 4, 4]", TypeQueries.ValueAt(Snapshot, PositionOf("unit(|y, filters"))!.Type!.ToString());
    }

    [Fact]
    public void Layers_of_a_place_are_found_through_blocks_and_repeats()
    {
        var network = Snapshot.GetNetwork("main")!;
        string[] Paths(string marked) => [.. TypeQueries.LayersAt(Snapshot, "main", PositionOf(marked)).Select(i => network.Layers[i].Path)];
        Assert.Equal(["y/a/conv2d", "i/0/y/a/conv2d", "i/1/y/a/conv2d"], Paths("a = conv|2d(x"));
        Assert.Equal(["i/0/y/a/conv2d", "i/0/y/a/act", "i/0/y/a/batch_norm", "i/0/y/return", "i/1/y/a/conv2d", "i/1/y/a/act", "i/1/y/a/batch_norm", "i/1/y/return"], Paths("y = un|it(y"));
        Assert.Equal(["left"], Paths("left, right = spl|it"));
        Assert.Equal(
            Text.IndexOf("split(y", StringComparison.Ordinal), TypeQueries.Resolve(Snapshot, network.Layers.Single(layer => layer.Path == "left").Anchor)!.Value.Start);
    }

    [Fact]
    public void Completion_offers_what_is_in_scope()
    {
        var values = ScopeQueries.ValuesAt(Snapshot, PositionOf("unit(|y, filters")).Select(name => name.Name).ToList();
        Assert.Contains("y", values);
        Assert.Contains("i", values);
        Assert.Contains("image", values);
        Assert.Contains("width", values);
        Assert.DoesNotContain("left", values);
        Assert.DoesNotContain("a", values);
        var callables = ScopeQueries.CallablesAt(Snapshot, PositionOf("a = conv|2d"));
        Assert.Contains(callables, name => name.Name == "act" && name.Kind == SymbolKind.Parameter);
        Assert.Contains(callables, name => name.Name == "unit" && name.Documentation == "A unit.");
    }

    [Fact]
    public void Signatures_know_the_argument_at_a_place()
    {
        var call = ScopeQueries.CallAt(Snapshot, PositionOf("conv2d(x, filters, kernel: |3"));
        Assert.NotNull(call);
        Assert.Equal("kernel", call.Value.Signature.Parameters[call.Value.Argument].Name);
        var block = ScopeQueries.CallAt(Snapshot, PositionOf("unit(image, filters: |width"));
        Assert.Equal("filters", block!.Value.Signature.Parameters[block.Value.Argument].Name);
        Assert.Null(ScopeQueries.CallAt(Snapshot, PositionOf("|width = 8")));
    }

    [Fact]
    public void Every_position_of_the_corpus_can_be_asked_about()
    {
        foreach (var file in Directory.GetFiles(Repository.SharedPath("design/language/corpus"), "*.nn", SearchOption.AllDirectories))
        {
            var compilation = Compilation.Create(SyntaxTree.Parse(File.ReadAllText(file)));
            for (var position = 0; position <= compilation.Tree.Text.Length; position += 37)
            {
                SymbolQueries.At(compilation, position);
                TypeQueries.ValueAt(compilation, position);
                ScopeQueries.ValuesAt(compilation, position);
                ScopeQueries.CallAt(compilation, position);
            }

            Assert.All(SymbolQueries.All(compilation), occurrence => Assert.InRange(occurrence.Span.End, occurrence.Span.Start, compilation.Tree.Text.Length));
        }
    }

    private static int PositionOf(string marked)
    {
        // The mark is the last '|' that is no pipe.
        var mark = marked.StartsWith('|') && !marked.StartsWith("|> ", StringComparison.Ordinal) ? 0 : marked.LastIndexOf('|');
        var at = Text.IndexOf(marked.Remove(mark, 1), StringComparison.Ordinal);
        Assert.True(at >= 0, marked);
        return at + mark;
    }

    private static TextSpan LineOf(string text) => new(Text.IndexOf(text, StringComparison.Ordinal), text.Length);
}
