using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Tests.Networks;
using NNLang.Machine.Faults;
using NNLang.Reference.Lowered;
using NNLang.Reference.Tests.Support;
using NNLang.Testing;

namespace NNLang.Reference.Tests.Lowered;

public sealed class DifferenceTests
{
    [Fact]
    public void Two_lowerings_of_one_network_differ_nowhere()
    {
        var (first, inputs) = Lower();
        Assert.Null(LoweredInterpreter.FirstDifference(first, Lower().Interpreter, inputs));
    }

    [Theory]
    [InlineData("wrong_stride", "matmul 0,0")]
    [InlineData("dropped_tile", "evacuate 0,0")]
    [InlineData("wrong_pad", "matmul 0,0")]
    public void The_first_operation_that_computes_something_else_is_named(string kind, string operation)
    {
        var fault = new FaultDescription(kind, kind, [new FaultField("layer", "second")]);
        var (healthy, inputs) = Lower();
        var (faulty, _) = Lower(fault);
        var difference = LoweredInterpreter.FirstDifference(healthy, faulty, inputs);
        Assert.NotNull(difference);
        Assert.Equal(operation, Tiled(fault).Groups[difference.Location.Instance].Body.Operations[difference.Location.Operation].Name);
    }

    [Fact]
    public void What_nothing_wrote_is_not_read()
    {
        // A tile of the second layer that is left out altogether: its reader is told.
        var tiled = Tiled();
        var body = tiled.Groups[^1].Body;
        var broken = new Compiler.Lowered.LoweredGroup
        {
            Key = 0,
            Title = body.Title,
            Inputs = body.Inputs,
            Buffers = body.Buffers,
            Results = body.Results,
            Operations = [.. body.Operations.Where(operation => !operation.Name.StartsWith("matmul", StringComparison.Ordinal))],
        };
        var network = new Compiler.Lowered.TiledNetwork
        {
            Network = tiled.Network,
            Inputs = tiled.Inputs,
            Groups = tiled.Groups.SetItem(tiled.Groups.Length - 1, tiled.Groups[^1] with { Body = broken }),
        };
        var inputs = SmallNetworks.Inputs(tiled.Network, new Random(1));
        var failure = Assert.Throws<LoweredExecutionException>(() => new LoweredInterpreter(network, SmallNetworks.Sources(7)).Run(inputs));
        Assert.Contains("operation 'evacuate 0,0', instruction 0: 'psum 0' is read at word 0", failure.Message, StringComparison.Ordinal);
    }

    private static (LoweredInterpreter Interpreter, Tensors.Tensor[] Inputs) Lower(params FaultDescription[] faults)
    {
        var tiled = Tiled(faults);
        return (new LoweredInterpreter(tiled, SmallNetworks.Sources(7)), SmallNetworks.Inputs(tiled.Network, new Random(1)));
    }

    private static Compiler.Lowered.TiledNetwork Tiled(params FaultDescription[] faults)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 6, 9, 8);
        var network = builder.Build(builder.Conv(builder.Conv(x, 5, 3, pad: 1, name: "first"), 7, 3, pad: 1, name: "second"));
        return Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device, CompileOptions.Default with { Faults = [.. faults] }).Tiled!;
    }
}
