using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Tests;

public sealed class TypedTreeTests
{
    [Fact]
    public void Every_position_finds_its_token()
    {
        foreach (var text in Corpus.GoodTexts.Concat(Corpus.BrokenTexts))
        {
            var root = SyntaxTree.Parse(text).Root;
            var tokens = root.DescendantTokens().Where(t => t.Green!.Width > 0).ToList();
            foreach (var token in tokens)
            {
                foreach (var position in new[] { token.Position, token.FullSpan.End - 1 })
                {
                    var found = root.FindToken(position);
                    Assert.Equal(token.Position, found.Position);
                    Assert.Same(token.Green, found.Green);
                }

                Assert.True(root.FindNode(token.Span).FullSpan.Contains(token.Span));
            }

            Assert.Equal(SyntaxKind.EndOfFile, root.FindToken(text.Length).Kind);
        }
    }

    [Fact]
    public void Typed_nodes_name_their_parts()
    {
        var file = SyntaxTree.Parse(
            "/// Doc.\nblock f(x: f32[N, *B]?, k: int = 3 @pin) -> (y: T[N]) {\n  a, b = g(x, kernel: k).part[0, 1:2] @pin |> h(2) @name(q) |> relu\n" +
            "  if k > 2 { c = 1 } else { c = -a ** 2 }\n  return y: if k == 1 { a } else { b }\n}\n").Root;
        var block = Assert.IsType<BlockDeclarationSyntax>(file.Members[0]);
        Assert.Equal("Doc.", block.Documentation);
        Assert.Equal("f", block.Name.ValueText);
        Assert.Equal("*B", block.Parameters.Parameters[0].Type!.Dimensions!.Dimensions[1].ToString());
        Assert.Equal("B", block.Parameters.Parameters[0].Type!.Dimensions!.Dimensions[1].VariadicName.Text);
        Assert.False(block.Parameters.Parameters[0].Type!.Question.IsMissing);
        Assert.Equal("3", block.Parameters.Parameters[1].Default!.ToString());
        Assert.Equal("pin", block.Parameters.Parameters[1].Annotations[0].Label.Text);
        Assert.Equal("y", block.Results!.Results[0].Name.Text);
        var binding = Assert.IsType<BindingSyntax>(block.Body.Statements[0]);
        Assert.Equal(["a", "b"], binding.Targets.Select(t => t.ValueText));
        var pipeline = Assert.IsType<PipelineSyntax>(binding.Value);
        Assert.Equal("pin", Assert.Single(pipeline.TermAnnotations).Label.Text);
        Assert.Equal("q", pipeline.Stages[0].Annotations[0].Arguments!.Arguments[0].Value.ToString());
        var index = Assert.IsType<IndexSyntax>(pipeline.Term);
        Assert.True(index.Subscripts[1].IsSlice);
        Assert.Equal("2", index.Subscripts[1].End!.ToString());
        var member = Assert.IsType<MemberAccessSyntax>(index.Target);
        Assert.Equal("kernel", Assert.IsType<CallSyntax>(member.Target).Arguments.Arguments[1].Label.Text);
        var choice = Assert.IsType<IfSyntax>(block.Body.Statements[1]);
        Assert.Equal("k > 2", choice.Clauses[0].Condition!.ToString());
        Assert.True(choice.Clauses[1].IsElse);
        var negation = Assert.IsType<UnarySyntax>(((BindingSyntax)choice.Clauses[1].Body.Statements[0]).Value);
        Assert.Equal(SyntaxKind.PowerToken, Assert.IsType<BinarySyntax>(negation.Operand).Operator.Kind);
        var returned = Assert.IsType<ReturnSyntax>(block.Body.Statements[2]).Values[0];
        Assert.Equal("b", Assert.IsType<ConditionalSyntax>(returned.Value).Clauses[1].Value.ToString());
    }

    [Fact]
    public void Broken_nodes_have_missing_parts_never_null_ones()
    {
        var file = SyntaxTree.Parse("network n(x: f32[1]) {\n  a =\n  b = a +\n  c = f(\n}\n").Root;
        var body = ((NetworkDeclarationSyntax)file.Members[0]).Body;
        Assert.IsType<MissingExpressionSyntax>(((BindingSyntax)body.Statements[0]).Value);
        Assert.IsType<MissingExpressionSyntax>(Assert.IsType<BinarySyntax>(((BindingSyntax)body.Statements[1]).Value).Right);
        Assert.True(Assert.IsType<CallSyntax>(((BindingSyntax)body.Statements[2]).Value).Arguments.CloseParen.IsMissing);
    }

    [Fact]
    public void A_detached_element_is_seen_from_its_own_start_and_its_places_resolve()
    {
        var tree = SyntaxTree.Parse("x = 1\n\ny = f(x)\n");
        var element = tree.Root.Members[1].Green;
        var detached = (BindingSyntax)SyntaxNode.Detached(element);
        Assert.Equal(0, detached.Position);
        var location = Diagnostics.SyntaxLocation.Of(detached.Value);
        Assert.Same(element, location.Anchor);
        var edited = tree.WithChange(new TextChange(new TextSpan(0, 1), "long"));
        Assert.Same(element, edited.Root.Members[1].Green);
        Assert.Equal("f(x)", edited.Text.ToString(edited.Resolve(location)!.Value));
        Assert.Null(SyntaxTree.Parse("z = 1").Resolve(location));
    }

    [Fact]
    public void Walking_green_elements_allocates_nothing()
    {
        var tree = SyntaxTree.Parse(string.Concat(Enumerable.Range(0, 500).Select(i => $"v{i} = {i}\n")));
        var list = tree.Root.Members.Greens;
        var warm = Sum(list);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = Sum(list);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(warm, again);
        Assert.Equal(0, allocated);

        static int Sum(GreenElements elements)
        {
            var sum = 0;
            foreach (var element in elements)
            {
                sum += element.Node.Width + element.Position;
            }

            return sum;
        }
    }
}
