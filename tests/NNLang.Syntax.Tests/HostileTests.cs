namespace NNLang.Syntax.Tests;

public sealed class HostileTests
{
    public static TheoryData<string, string> Texts => new()
    {
        { "open parentheses", new string('(', 50_000) },
        { "brackets", new string('[', 50_000) + new string(']', 50_000) },
        { "minus", string.Concat(Enumerable.Repeat("- ", 50_000)) + "y" },
        { "not", string.Concat(Enumerable.Repeat("not ", 50_000)) + "y" },
        { "plus chain", "a" + string.Concat(Enumerable.Repeat(" + a", 50_000)) },
        { "power chain", "a" + string.Concat(Enumerable.Repeat(" ** a", 50_000)) },
        { "calls", string.Concat(Enumerable.Repeat("f(", 50_000)) },
        { "call chain", "f" + string.Concat(Enumerable.Repeat("()", 50_000)) },
        { "left nesting", new string('(', 200) + "a" + string.Concat(Enumerable.Repeat(string.Concat(Enumerable.Repeat(" + a", 900)) + ")", 200)) },
        { "stages", "a" + string.Concat(Enumerable.Repeat(" |> relu", 50_000)) },
        { "else if", "if a { b } " + string.Concat(Enumerable.Repeat("else if a { b } ", 20_000)) + "else { b }" },
        { "bodies", "y\n" + string.Concat(Enumerable.Repeat("repeat 2 {\n", 50_000)) },
        { "closers", new string(')', 50_000) },
        { "curly closers", "y\n" + new string('}', 50_000) },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Deep_text_ends_in_a_tree_of_bounded_height(string name, string expression)
    {
        var text = "network n(x: f32[1]) {\n  x = " + expression + "\n  y = relu(x)\n  return y\n}\nnetwork m(x: f32[1]) {\n  return relu(x)\n}\n";
        var tree = SyntaxTree.Parse(text);
        Assert.Equal(text, tree.GreenRoot.ToString());
        Assert.True(tree.GreenRoot.Height < 5_000, $"{name}: {tree.GreenRoot.Height}");
        _ = tree.Diagnostics.Count;
        // The neighbours are not harmed.
        var last = (NetworkDeclarationSyntax)tree.Root.Members[tree.Root.Members.Count - 1];
        Assert.Equal("m", last.Name.Text);
        Assert.False(last.Body.ContainsDiagnostics);
    }

    [Fact]
    public void At_least_256_brackets_and_1000_operators_are_fine()
    {
        foreach (var (open, close) in new[] { ("(", ")"), ("[", "]"), ("f(", ")"), ("x[", "]"), ("if a { ", " } else { b }") })
        {
            var text = "x = " + string.Concat(Enumerable.Repeat(open, 256)) + "y" + string.Concat(Enumerable.Repeat(close, 256)) + "\n";
            Assert.Empty(SyntaxTree.Parse(text).Diagnostics);
        }

        Assert.Empty(SyntaxTree.Parse("x = a" + string.Concat(Enumerable.Repeat(" + a", 1000)) + "\n").Diagnostics);
        Assert.Equal("NN8004", Assert.Single(SyntaxTree.Parse("x = a" + string.Concat(Enumerable.Repeat(" + a", 1001)) + "\n").Diagnostics).Code);
    }
}
