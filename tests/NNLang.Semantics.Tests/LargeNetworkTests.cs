using System.Text;
using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Semantics.Tests;

public sealed class LargeNetworkTests
{
    private const int Statements = 10_000;

    [Fact]
    public void An_edit_binds_the_statements_it_concerns_and_no_others()
    {
        var text = Text();
        var tree = SyntaxTree.Parse(text);
        var before = Compilation.Create(tree);
        Assert.Empty(before.Diagnostics.Where(d => d.Code != "NN4007"));
        Assert.Equal(Statements + 1, before.BoundStatements);

        // The kernel of one convolution and its padding: the type stays, so nothing after it is bound again.
        var at = text.IndexOf("kernel: 3, pad: 1", text.Length / 2, StringComparison.Ordinal);
        var change = new TextChange(new TextSpan(at, "kernel: 3, pad: 1".Length), "kernel: 5, pad: 2");
        var after = before.WithTree(tree.WithChange(change));
        Assert.InRange(after.BoundStatements, 1, 2);
        Assert.InRange(after.ReusedStatements, Statements - 2, Statements);
        var (old, now) = (before.GetNetwork("main")!, after.GetNetwork("main")!);
        Assert.Equal(old.Layers.Length, now.Layers.Length);
        var same = 0;
        for (var i = 0; i < old.Layers.Length; i++)
        {
            same += ReferenceEquals(old.Layers[i].Operation, now.Layers[i].Operation) && ReferenceEquals(old.Layers[i].Name, now.Layers[i].Name)
                && ReferenceEquals(old.Layers[i].Anchor, now.Layers[i].Anchor) && old.Layers[i].Sources == now.Layers[i].Sources
                && old.Layers[i].Operands == now.Layers[i].Operands ? 1 : 0;
        }

        Assert.Equal(old.Layers.Length - 1, same);
    }

    [Fact]
    public void Shapes_that_go_back_and_forth_are_found_again()
    {
        var text = Text();
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        _ = compilation.Diagnostics;
        var at = text.IndexOf("kernel: 3, pad: 1", text.Length / 2, StringComparison.Ordinal) + "kernel: ".Length;
        var bound = new List<int>();
        foreach (var digit in new[] { "1", "3", "1", "3" })
        {
            compilation = compilation.WithTree(compilation.Tree.WithChange(new TextChange(new TextSpan(at, 1), digit)));
            _ = compilation.Diagnostics;
            bound.Add(compilation.BoundStatements);
        }

        // Whatever reads the new shape is bound once; from then on it is known.
        Assert.InRange(bound[0], 1_000, Statements);
        Assert.All(bound[1..], count => Assert.InRange(count, 1, 4));
    }

    [Fact]
    public void An_inserted_line_renames_nothing_and_changes_the_references_that_cross_it()
    {
        var text = Text();
        var tree = SyntaxTree.Parse(text);
        var before = Compilation.Create(tree);
        _ = before.Diagnostics;
        var at = text.IndexOf("  v5001 = ", StringComparison.Ordinal);
        var after = before.WithTree(tree.WithChange(new TextChange(new TextSpan(at, 0), "  extra = relu(v5000)\n")));
        var (old, now) = (before.GetNetwork("main")!, after.GetNetwork("main")!);
        Assert.InRange(after.BoundStatements, 1, 2);
        Assert.Equal(old.Layers.Length + 1, now.Layers.Length);
        var changed = 0;
        var same = 0;
        for (int i = 0, j = 0; i < old.Layers.Length; i++, j++)
        {
            j += now.Layers[j].Path == "extra" ? 1 : 0;
            Assert.Equal(old.Layers[i].Path, now.Layers[j].Path);
            Assert.Equal(old.Layers[i].Operation, now.Layers[j].Operation);
            same += ReferenceEquals(old.Layers[i].Name, now.Layers[j].Name) && ReferenceEquals(old.Layers[i].Operation, now.Layers[j].Operation) ? 1 : 0;
            changed += old.Layers[i].Operands == now.Layers[j].Operands ? 0 : 1;
        }

        Assert.InRange(changed, 1, 3);
        // The line that the inserted one touches is parsed again; every other object is kept.
        Assert.InRange(same, old.Layers.Length - 1, old.Layers.Length);
    }

    [Fact]
    public void Shapes_that_change_bind_what_reads_them_until_they_are_equal_again()
    {
        const string source = """
            network main(x: f32[1, 4, 8, 8]) {
              a = conv2d(x, 4, kernel: 3, pad: 1)
              b = relu(a)
              c = global_avg_pool(b)
              d = relu(c)
              e = relu(d)
              return e
            }
            """;
        var tree = SyntaxTree.Parse(source);
        var before = Compilation.Create(tree);
        Assert.Equal(6, before.BoundStatements);
        var at = source.IndexOf("pad: 1", StringComparison.Ordinal) + 5;
        var after = before.WithTree(tree.WithChange(new TextChange(new TextSpan(at, 1), "2")));
        // a, b and c see another height; d does not.
        Assert.Equal(3, after.BoundStatements);
        Assert.Equal("f32[1, 4, 10, 10]", after.GetNetwork("main")!.Layers[1].Operation.ResultTypes[0].ToString());
    }

    internal static string Text()
    {
        var text = new StringBuilder("network main(image: f32[1, 8, 16, 16]) {\n  v0 = relu(image)\n");
        for (var i = 1; i < Statements; i++)
        {
            text.Append((i % 4) switch
            {
                0 => $"  v{i} = relu(v{i - 1})\n",
                1 => $"  v{i} = conv2d(v{i - 1}, 8, kernel: 3, pad: 1)\n",
                2 => $"  v{i} = batch_norm(v{i - 1})\n",
                _ => $"  v{i} = v{i - 1} + v{i - 3}\n",
            });
        }

        return text.Append($"  return v{Statements - 1}\n}}\n").ToString();
    }
}
