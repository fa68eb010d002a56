using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Tests.Networks;
using NNLang.Compiler.Tile;
using NNLang.Operators.Model;
using NNLang.Reference.Tests.Support;
using NNLang.Semantics.Graph;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Tile;

public sealed class TilerTests
{
    [Fact]
    public void The_tiled_network_reads_like_this() =>
        Snapshot.Match("tests/NNLang.Compiler.Tests/Tile/Snapshots/tiled.txt", TiledPrinter.Print(TileOf(Samples.Residual())));

    [Fact]
    public void Equal_layers_are_lowered_once()
    {
        var builder = new NetworkBuilder();
        var y = builder.Input("x", 1, 16, 6, 6);
        for (var i = 0; i < 10; i++)
        {
            y = builder.Conv(y, 16, 3, pad: 1);
        }

        var network = builder.Build(builder.Conv(y, 16, 3, pad: 1));
        var cache = new LoweringCache();
        var first = TileOf(network, cache);
        // The load, the layers inside, and the last, which has an output to store and no frame.
        Assert.Equal(3, cache.Misses);
        var second = TileOf(network, cache);
        Assert.Equal(3, cache.Misses);
        for (var i = 0; i < first.Groups.Length; i++)
        {
            Assert.Same(first.Groups[i].Body, second.Groups[i].Body);
        }
    }

    [Fact]
    public void A_lowering_is_what_it_is_without_a_cache() =>
        PropertySeed.ForEach(30, random =>
        {
            var cache = new LoweringCache();
            foreach (var family in SmallNetworks.Families.Values)
            {
                var network = family(random);
                _ = TileOf(family(random), cache);
                var (cached, fresh) = (TileOf(network, cache), TileOf(network));
                Assert.Equal(fresh.Groups.Select(group => group.Body.Key), cached.Groups.Select(group => group.Body.Key));
                Assert.Equal(TiledPrinter.Print(fresh), TiledPrinter.Print(cached));
            }
        });

    [Fact]
    public void Dependences_point_backwards_and_name_what_exists() =>
        PropertySeed.ForEach(20, random =>
        {
            foreach (var family in SmallNetworks.Families.Values)
            {
                var tiled = TileOf(family(random));
                for (var i = 0; i < tiled.Groups.Length; i++)
                {
                    CheckBody(tiled, i);
                }

                Assert.Equal(tiled.Network.Layers.Length, tiled.Groups.Sum(group => group.Advance));
            }
        });

    [Fact]
    public void Tiles_cover_every_element_of_a_result_once() =>
        PropertySeed.ForEach(20, random =>
        {
            foreach (var (name, family) in SmallNetworks.Families)
            {
                // A pad fills everything and then writes the operand over it; views may only say that a tile lies somewhere.
                if (name is "pad" or "reshape" or "flatten" or "transpose")
                {
                    continue;
                }

                foreach (var instance in TileOf(family(random)).Groups)
                {
                    var result = instance.Body.Results[0];
                    var covered = result.Tiles.Where(tile => !tile.IsHalo).Sum(tile => tile.Extent.Aggregate(1L, (a, b) => a * b));
                    Assert.Equal(result.Storage.Shape.Count, covered);
                }
            }
        });

    [Theory]
    [InlineData(8, 1, 300, 300, "NN8002", "takes 351.6 KiB of each partition of sbuf, which has 192 KiB")]
    [InlineData(8, 70_000, 300, 300, "NN8002", "more elements than any memory")]
    public void What_cannot_fit_is_refused_before_it_is_cut(long channels, long batch, long height, long width, string code, string message)
    {
        var builder = new NetworkBuilder();
        var network = builder.Build(builder.Conv(builder.Input("x", batch, channels, height, width), 4));
        var fuse = Fuser.Fuse(network);
        var problem = Assert.Single(fuse.Network is { } fused ? Tiler.Tile(fused, NeuronCoreV2.Device).Problems : fuse.Problems);
        Assert.Equal(code, problem.Code);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_larger_than_an_instruction_is_refused()
    {
        var builder = new NetworkBuilder();
        var y = builder.Add(
            "max_pool2d", null, [builder.Input("x", 1, 1, 9, 9)], ("kernel", AttributeValue.Of(257L, 257L)), ("pad", AttributeValue.Of(128L)));
        var problem = Assert.Single(Tiler.Tile(Fuser.Fuse(builder.Build(y)).Network!, NeuronCoreV2.Device).Problems);
        Assert.Contains(problem.Code, new[] { "NN5021", "NN8002" });
    }

    private static void CheckBody(TiledNetwork network, int index)
    {
        var instance = network.Groups[index];
        var body = instance.Body;
        for (var o = 0; o < body.Operations.Length; o++)
        {
            var operation = body.Operations[o];
            Assert.NotEmpty(operation.Choices);
            foreach (var dependency in operation.Dependencies)
            {
                if (dependency.IsLocal)
                {
                    Assert.InRange(dependency.Index, 0, o - 1);
                }
                else
                {
                    var link = instance.Inputs[dependency.Input];
                    Assert.False(link.IsNetworkInput);
                    Assert.InRange(dependency.Index, 0, network.Groups[index - link.Distance].Body.Results[link.Index].Tiles.Length - 1);
                }
            }

            foreach (var template in operation.Choices.SelectMany(choice => choice.Instructions))
            {
                Assert.Equal(template.Instruction.Operands.Length, template.Buffers.Length);
                foreach (var buffer in template.Buffers.Where(buffer => buffer.Origin != BufferOrigin.None))
                {
                    Assert.Contains(operation.Uses, use => use.Buffer == buffer);
                }
            }
        }
    }

    private static TiledNetwork TileOf(Network network, LoweringCache? cache = null)
    {
        var result = Tiler.Tile(Fuser.Fuse(network).Network!, NeuronCoreV2.Device, cache);
        Assert.Empty(result.Problems);
        return result.Network!;
    }
}
