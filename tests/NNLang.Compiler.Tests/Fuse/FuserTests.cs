using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tests.Networks;
using NNLang.Operators.Model;
using NNLang.Semantics.Graph;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Fuse;

public sealed class FuserTests
{
    [Fact]
    public void The_fused_network_reads_like_this() =>
        Snapshot.Match("tests/NNLang.Compiler.Tests/Fuse/Snapshots/fused.txt", FusedPrinter.Print(Fuse(Samples.Residual())));

    [Fact]
    public void What_somebody_else_reads_is_not_fused_away()
    {
        var builder = new NetworkBuilder();
        var a = builder.Conv(builder.Input("x", 1, 8, 6, 6), 8);
        var b = builder.Relu(a);
        Assert.Equal(2, Fuse(builder.Build(b, a)).Groups.Length);
        Assert.Single(Fuse(builder.Build(b)).Groups);
    }

    [Fact]
    public void A_pinned_layer_stays_on_its_own()
    {
        var builder = new NetworkBuilder();
        var b = builder.Relu(builder.Conv(builder.Input("x", 1, 8, 6, 6), 8));
        builder.Annotate(b, OperationAnnotations.None with { Pin = true });
        Assert.Equal(2, Fuse(builder.Build(b)).Groups.Length);
    }

    [Fact]
    public void Equal_layers_share_one_body_within_and_between_networks()
    {
        var cache = new FuseCache();
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 8, 6, 6);
        var y = builder.Conv(builder.Conv(x, 8, 3, pad: 1), 8, 3, pad: 1);
        var first = Fuser.Fuse(builder.Build(y), cache).Network!;
        Assert.Same(first.Groups[0].Group, first.Groups[1].Group);
        var second = Fuser.Fuse(builder.Build(builder.Relu(builder.Conv(y, 8, 3, pad: 1))), cache).Network!;
        Assert.Same(first.Groups[0].Group, second.Groups[0].Group);
        Assert.Equal(3, cache.Hits);
    }

    [Fact]
    public void An_operator_without_lowering_is_named()
    {
        var builder = new NetworkBuilder();
        var y = builder.Add("reduce_max", "peak", [builder.Input("x", 2, 3)], ("axes", AttributeValue.Of([1L])));
        var problem = Assert.Single(Fuser.Fuse(builder.Build(y)).Problems);
        Assert.Equal("NN5021", problem.Code);
        Assert.Equal(0, problem.Layer);
        Assert.Contains("'reduce_max'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_sums_is_that_of_the_attributes()
    {
        Assert.Equal("(ky, kx, channel / 128): 18 slabs of at most 128", SummationPlan.Taps(3, 3, 200).ToString());
        Assert.Equal((4, 84L), ((int)SummationPlan.Stem(4, 3, 7, 7).Slabs + 2, SummationPlan.Stem(4, 3, 7, 7).LongestSlab));
        Assert.Equal(147, SummationPlan.Stem(4, 3, 7, 7).Terms);
        Assert.Equal(3, SummationPlan.Blocks(300).Order.Slabs);
    }

    private static FusedNetwork Fuse(Network network)
    {
        var result = Fuser.Fuse(network);
        Assert.Empty(result.Problems);
        return result.Network!;
    }
}
