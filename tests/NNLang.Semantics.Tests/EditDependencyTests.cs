using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Semantics.Tests;

/// <summary>Edits whose effect is elsewhere: each is the smallest text on which something that depends on the edit was once not bound again.</summary>
public sealed class EditDependencyTests
{
    public static TheoryData<string, string, string, string> Edits => new()
    {
        {
            "a constant is made anew: what a branch binds again still counts as read",
            "sizes = [8, 16]\nnetwork main(a: f32[1, 4]) {\n  repeat sizes as size {\n    x = softmax(q)\n    if size == 16 { x = relu(a) }\n  }\n  return a\n}\n",
            "[8,", "[ 8,"
        },
        {
            "a name bound in one branch is bound in none",
            "network main(a: f32[1, 4]) {\n  if 1 > 2 { u = a } else { v = a }\n  y = a\n  return relu(u)\n}\n",
            "{ u = a }", "{ w = a }"
        },
        { "a wrong weights declaration is written again", "weights seded(1)\nnetwork main(a: f32[1, 4]) { return a }\n", "seded", "sedet" },
        {
            "a cycle of constants is told from its first, whoever asks",
            "b = c\nc = b\nnetwork main(a: f32[1, 4]) {\n  y = a * c\n  return y\n}\n",
            "a * c", "c * a"
        },
        { "a constant gets the name of an index", "\nnetwork main(a: f32[1, 4]) {\n  repeat 2 as k { a = relu(a) }\n  return a\n}\n", "\nnetwork", "\nk = 1\nnetwork" },
        {
            "a return that stands inside does not depend on the header",
            "network main(a: f32[1, 4]) -> (y: f32[1, 5]) {\n  repeat 2 { return a }\n  return a\n}\n",
            "y: f32[1, 5]", "y: f32[1, 4]"
        },
        { "a dimension gets the name of a value", "network main(a: f32[1, 4], b: f32[N, 4]) {\n  left = relu(a)\n  return left\n}\n", "[N, 4]", "[N, left]" },
        { "an input gets the name of a value", "network main(a: f32[1, 4], b: f32[1, 4]) {\n  c = relu(a)\n  return c + b\n}\n", "b: f32", "c: f32" },
        {
            "a value is read from around the body for the first time",
            "network main(a: f32[1, 4], b: f32[1, 4]) {\n  c = relu(a)\n  d = sigmoid(c)\n  return d\n}\n",
            "sigmoid(c)", "sigmoid(b)"
        },
        {
            "a value is no longer read",
            "network main(a: f32[1, 4]) {\n  b = relu(a)\n  c = relu(b)\n  d = sigmoid(a)\n  return c + d\n}\n",
            "relu(b)", "relu(a)"
        },
        {
            "a binding in between takes over what is read below",
            "network main(a: f32[1, 4]) {\n  x = relu(a)\n  y = sigmoid(a)\n  return x\n}\n",
            "y = sigmoid", "x = sigmoid"
        },
        {
            "the same type from another operation",
            "network main(a: f32[1, 4]) {\n  x = relu(a)\n  x = sigmoid(x)\n  y = relu(x)\n  return y\n}\n",
            "x = sigmoid", "z = sigmoid"
        },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edit_and_its_undoing_give_what_a_fresh_compilation_gives(string what, string text, string from, string to)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        var edited = string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length));
        var tree = SyntaxTree.Parse(text);
        var before = Compilation.Create(tree);
        var original = IncrementalTests.Describe(before);
        var after = before.WithTree(tree.WithChange(new TextChange(new TextSpan(at, from.Length), to)));
        Assert.True(IncrementalTests.Describe(Compilation.Create(SyntaxTree.Parse(edited))) == IncrementalTests.Describe(after), what);
        var undone = after.WithTree(after.Tree.WithChange(new TextChange(new TextSpan(at, to.Length), from)));
        Assert.True(original == IncrementalTests.Describe(undone), what + ", undone");
    }
}
