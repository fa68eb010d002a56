using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tile;
using NNLang.Operators.Model;
using NNLang.Reference.Lowered;
using NNLang.Reference.Tests.Support;
using NNLang.Semantics.Graph;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Reference.Tests.Lowered;

public sealed class LoweringTests
{
    public static TheoryData<string> Families() => [.. SmallNetworks.Families.Keys];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_recipe_computes_what_the_fused_network_means_bit_for_bit(string family) =>
        PropertySeed.ForEach(6, random =>
        {
            var network = SmallNetworks.Families[family](random);
            Check(network, SmallNetworks.Inputs(network, random));
        });

    [Theory]
    [MemberData(nameof(Families))]
    public void Infinities_denormals_and_not_a_number_keep_their_bits_too(string family) =>
        PropertySeed.ForEach(4, random =>
        {
            var network = SmallNetworks.Families[family](random);
            Check(network, SmallNetworks.SpecialInputs(network, random));
        });

    [Theory]
    [MemberData(nameof(Families))]
    public void The_fused_network_means_what_the_layers_mean_up_to_rounding(string family) =>
        PropertySeed.ForEach(6, random => CheckEnclosures(SmallNetworks.Families[family](random), random));

    [Fact]
    public void Random_networks_mean_what_their_layers_mean_and_lower_to_the_same_bits() =>
        PropertySeed.ForEach(25, random =>
        {
            var network = MixedNetworks.Make(random, random.Next(3, 16));
            Check(network, SmallNetworks.Inputs(network, random));
            CheckEnclosures(network, random);
        });

    private static void Check(Network network, Tensor[] inputs)
    {
        var fused = FuseOf(network);
        var tile = Tiler.Tile(fused, NeuronCoreV2.Device);
        Assert.True(tile.Network is not null, string.Join("; ", tile.Problems));
        var tiled = tile.Network!;
        var sources = SmallNetworks.Sources(7);
        var expected = new DeviceInterpreter(fused, sources);
        var tensors = expected.RunAll(inputs);
        var outputs = expected.Run(inputs);
        for (var choice = 0; choice < 2; choice++)
        {
            var group = 0;
            var number = choice;
            var actual = new LoweredInterpreter(
                tiled, sources, at => Math.Min(number, tiled.Groups[at.Instance].Body.Operations[at.Operation].Choices.Length - 1));
            var stored = actual.Run(inputs, (instance, tensor) =>
            {
                if (!tiled.Groups[instance].IsConversion)
                {
                    AssertSame(fused.Groups[group].Group.Title, tensors[group++], tensor);
                }
            });
            for (var i = 0; i < outputs.Length; i++)
            {
                AssertSame($"output {i}", outputs[i], stored[i]);
            }
        }
    }

    private static void CheckEnclosures(Network network, Random random)
    {
        var fused = FuseOf(network);
        var inputs = SmallNetworks.Inputs(network, random);
        var sources = SmallNetworks.Sources(7);
        var tensors = new DeviceInterpreter(fused, sources).RunAll(inputs);
        for (var g = 0; g < fused.Groups.Length; g++)
        {
            var operands = fused.Groups[g].Operands.Select(link => link.Kind switch
            {
                FusedLinkKind.Group => tensors[g - link.Distance],
                FusedLinkKind.NetworkInput => inputs[link.Index],
                _ => null,
            }).ToArray();
            var enclosure = GroupEnclosure.Enclose(fused, g, operands, sources);
            Assert.Equal(tensors[g].Shape, enclosure.Shape);
            if (FirstOutside(enclosure, tensors[g].AsFloats()) is { } outside)
            {
                Assert.Fail(
                    $"{fused.Groups[g].Group.Title} element {outside}: {tensors[g].AsFloats()[outside]} is not in "
                    + $"[{enclosure.Low[outside]:R}, {enclosure.High[outside]:R}]");
            }
        }
    }

    // A NaN lies only where a NaN is meant; where partial sums may pass the largest value, anything is explained.
    private static int? FirstOutside(Enclosure enclosure, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!Contains(enclosure, i, values[i]))
            {
                return i;
            }
        }

        return null;
    }

    private static bool Contains(Enclosure enclosure, int index, float value)
    {
        var exact = enclosure.Value[index];
        if (double.IsNaN(exact))
        {
            return float.IsNaN(value);
        }

        if (enclosure.Magnitude is { } magnitude && magnitude[index] > float.MaxValue)
        {
            return true;
        }

        return value >= (float)enclosure.Low[index] && value <= (float)enclosure.High[index];
    }

    private static FusedNetwork FuseOf(Network network)
    {
        var fuse = Fuser.Fuse(network);
        Assert.True(fuse.Network is not null, string.Join("; ", fuse.Problems));
        return fuse.Network!;
    }

    private static void AssertSame(string what, Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var (wanted, got) = (expected.AsFloats().ToArray(), actual.AsFloats().ToArray());
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(wanted[i]) == BitConverter.SingleToInt32Bits(got[i]),
                $"{what} {expected.Shape} element {i}: {wanted[i]:R} expected, {got[i]:R} found");
        }
    }
}
