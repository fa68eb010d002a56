using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Faults;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tests.Networks;
using NNLang.Machine.Faults;
using NNLang.Operators.Model;
using NNLang.Reference.Lowered;
using NNLang.Reference.Tests.Support;
using NNLang.Semantics.Graph;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Tile;

/// <summary>Compiler faults change the layer they are planted in, nothing before it, and nothing else about the network.</summary>
public sealed class FaultTests
{
    [Fact]
    public void Every_fault_a_network_can_suffer_changes_its_own_layer_first()
    {
        var network = Mixed();
        var healthy = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        var inputs = SmallNetworks.Inputs(network, new Random(3));
        var sources = SmallNetworks.Sources(7);
        var tensors = new List<byte[]>();
        new LoweredInterpreter(healthy.Tiled!, sources).Run(inputs, (_, tensor) => tensors.Add(tensor.Bytes.ToArray()));
        var faults = CompilerFaults.Candidates(healthy.Fused!);
        Assert.Equal(
            ["dropped_tile", "swapped_operands", "wrong_fold", "wrong_offset", "wrong_pad", "wrong_stride"],
            faults.Select(fault => fault.Kind).Distinct().Order(StringComparer.Ordinal));
        foreach (var fault in faults)
        {
            var faulty = CompilationPipeline.Compiler.Compile(
                network, NeuronCoreV2.Device, CompileOptions.Default with { Faults = [fault] });
            Assert.True(faulty.Succeeded, $"{fault.Kind}: {string.Join("; ", faulty.Problems)}");
            var first = -1;
            new LoweredInterpreter(faulty.Tiled!, sources).Run(inputs, (instance, tensor) =>
            {
                if (first < 0 && !tensor.Bytes.Span.SequenceEqual(tensors[instance]))
                {
                    first = instance;
                }
            });
            Assert.True(first >= 0, $"{Name(fault)} changes nothing");
            Assert.Equal(fault.Word("layer"), LastLayer(healthy, first));
        }
    }

    [Fact]
    public void A_fault_strikes_the_layer_it_names_and_its_pass_only()
    {
        var fused = Fuser.Fuse(Mixed()).Network!;
        var fault = new FaultDescription("wrong_pad", "f", [new FaultField("layer", "second"), new FaultField("side", "left")]);
        var planned = Assert.Single(TileFaultPlan.Of(fused, [fault]));
        Assert.Equal("left", planned.Value.Side);
        Assert.Contains(FaultTarget.Choose(fused, fault), new[] { planned.Key });
        Assert.Empty(TileFaultPlan.Of(fused, [fault with { Fields = fault.Fields.Add(new FaultField("pass", "emit")) }]));
        Assert.Same(fused, FuseFaults.Plant(fused, [fault]));
    }

    private static string? LastLayer(CompiledNetwork compiled, int instance)
    {
        var last = -1;
        for (var i = 0; i <= instance; i++)
        {
            last += compiled.Tiled!.Groups[i].Advance;
        }

        return compiled.Network.Layers[last].Path;
    }

    private static string Name(FaultDescription fault) => $"{fault.Kind} in {fault.Word("layer")} {fault.Word("side")}";

    private static Network Mixed()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 3, 20, 17);
        var a = builder.Relu(builder.Add("batch_norm", "norm", [builder.Conv(x, 8, 3, 2, 1, name: "first")]), "relu1");
        var b = builder.Conv(a, 8, 3, 1, 1, name: "second");
        var c = builder.Add("max_pool2d", "pool", [a], ("kernel", AttributeValue.Of(3L, 3L)), ("stride", AttributeValue.Of(1L, 1L)), ("pad", AttributeValue.Of(1L)));
        var d = builder.Add("sub", "difference", [b, c]);
        var e = builder.Concat("joined", d, a);
        var f = builder.Add("avg_pool2d", "mean", [e], ("kernel", AttributeValue.Of(2L, 2L)), ("pad", AttributeValue.Of(1L)));
        var g = builder.Conv(f, 16, 3, 1, 1, 16, "depthwise");
        return builder.Build(builder.Add("dense", "head", [builder.Add("flatten", "flat", [g])], ("units", AttributeValue.Of(10L))));
    }
}
