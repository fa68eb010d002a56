using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tests.Networks;
using NNLang.Reference.Tests.Support;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Reference.Tests;

public sealed class NetworkEvaluatorTests
{
    [Fact]
    public void The_device_is_near_the_reference_on_every_family() =>
        PropertySeed.ForEach(4, random =>
        {
            foreach (var (name, family) in SmallNetworks.Families)
            {
                if (name is "elementwise" or "broadcast" or "functions")
                {
                    // Divisions by nearly zero and unbounded exponentials: near means nothing there.
                    continue;
                }

                var network = family(random);
                var inputs = SmallNetworks.Inputs(network, random);
                var sources = SmallNetworks.Sources(7);
                var reference = new NetworkEvaluator(network, sources).Run(inputs);
                var device = new DeviceInterpreter(Fuser.Fuse(network).Network!, sources).Run(inputs);
                for (var i = 0; i < reference.Length; i++)
                {
                    AssertNear(name, reference[i], device[i]);
                }
            }
        });

    [Fact]
    public void Every_tensor_can_be_had_and_unread_ones_are_released()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 4);
        var a = builder.Relu(x);
        var b = builder.Relu(a);
        var network = builder.Build(builder.Relu(b), a);
        Tensor[] inputs = [Tensor.Of(new Shape(1, 4), [-1f, 0.5f, float.NaN, 2f])];
        var all = new NetworkEvaluator(network, SmallNetworks.Sources(7)).RunAll(inputs);
        Assert.Equal(3, all.Length);
        Assert.All(all, results => Assert.Equal([0, 0.5, double.NaN, 2], results[0].AsDoubles().ToArray()));
        var outputs = new NetworkEvaluator(network, SmallNetworks.Sources(7)).Run(inputs);
        Assert.Equal(2, outputs.Length);
    }

    [Fact]
    public void A_wrong_input_is_refused_with_both_shapes()
    {
        var builder = new NetworkBuilder();
        var network = builder.Build(builder.Relu(builder.Input("x", 2, 4)));
        var failure = Assert.Throws<ArgumentException>(
            () => new NetworkEvaluator(network, SmallNetworks.Sources(7)).Run([Tensor.Of(new Shape(4, 2), new float[8])]));
        Assert.Contains("Input 'x' is f32[2, 4], the tensor given is f32[4, 2].", failure.Message, StringComparison.Ordinal);
    }

    private static void AssertNear(string name, Tensor reference, Tensor device)
    {
        var (wanted, got) = (reference.AsDoubles().ToArray(), device.AsFloats().ToArray());
        var largest = wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.True(Math.Abs(wanted[i] - got[i]) <= 1e-4 * Math.Max(largest, 1e-6), $"{name} element {i}: {wanted[i]} against {got[i]}");
        }
    }
}
