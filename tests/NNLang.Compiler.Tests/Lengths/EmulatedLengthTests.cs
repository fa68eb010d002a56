using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lengths;
using NNLang.Compiler.Tests.Networks;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Weights;
using NNLang.Reference.Tests.Support;
using NNLang.Semantics.Graph;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Lengths;

/// <summary>Lengths on the emulated device: every probe of a tensor gives the same bits, wherever the length ends, starts, or what it writes out.</summary>
public sealed class EmulatedLengthTests
{
    [Fact]
    public void Every_probe_kind_sees_the_same_tensors() => PropertySeed.ForEach(4, random =>
    {
        var network = RandomNetworks.Make(random, random.Next(4, 9)).Build();
        var full = Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        Assert.True(full.Succeeded, string.Join("; ", full.Problems));
        var inputs = SmallNetworks.Inputs(network, random);
        var weights = new Weights(network);
        var groups = full.Fused!.Groups.Length;
        var seen = new Dictionary<(int, int), byte[]>();
        for (var length = 1; length <= groups; length++)
        {
            var compiled = Compiler.CompilationPipeline.Compiler.CompileLength(full, length);
            Compare(compiled, Run(compiled, full, inputs, weights), seen);
        }

        var whole = Outputs(full.Program, full, inputs, weights);
        var last = Compiler.CompilationPipeline.Compiler.CompileLength(full, groups);
        var outputs = Run(last, full, inputs, weights);
        for (var i = 0; i < whole.Count; i++)
        {
            Assert.Equal(whole[i].Bytes.ToArray(), outputs[i].Bytes.ToArray());
        }

        var start = random.Next(1, groups);
        var fed = Compiler.CompilationPipeline.Compiler.CompileLength(full, groups, new LengthOptions { FromReference = start });
        var feeds = fed.Program.Inputs.Select((input, i) => fed.FedTensors.FirstOrDefault(t => t.Index == i) is { } tensor
            ? new Tensor(ElementType.F32, input.Shape, seen[(tensor.Group, tensor.Result)])
            : inputs[network.Inputs.ToList().FindIndex(n => n.Name == input.Name)]).ToArray();
        Compare(fed, Run(fed, full, feeds, weights), seen);

        var instrumented = Compiler.CompilationPipeline.Compiler.CompileLength(
            full, groups, new LengthOptions { Instrument = [.. Enumerable.Range(0, full.Plan!.OperationCount)] });
        Compare(instrumented, Run(instrumented, full, inputs, weights), seen);
        Assert.NotEmpty(instrumented.Instrumented);
    });

    [Fact]
    public void A_network_that_spills_gives_the_same_tensors_and_so_do_its_lengths()
    {
        var spilled = 0;
        PropertySeed.ForEach(10, random =>
        {
            var network = RandomNetworks.Make(random, random.Next(6, 16)).Build();
            var inputs = SmallNetworks.Inputs(network, random);
            var weights = new Weights(network);
            var roomy = Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
            var wanted = Outputs(roomy.Program, roomy, inputs, weights);
            var peak = roomy.SourceOrderPlan!.Allocation.SbufPeak * 64L;
            var device = Emit.ProgramTests.WithSbuf(NeuronCoreV2.Device, peak * random.Next(60, 95) / 100 / 64 * 64);
            var tight = Compiler.CompilationPipeline.Compiler.Compile(network, device);
            if (!tight.Succeeded || tight.Tiled!.Groups.All(g => g.Body.Title != "spill"))
            {
                return;
            }

            spilled++;
            var got = Outputs(tight.Program, tight, inputs, weights);
            for (var i = 0; i < wanted.Count; i++)
            {
                Assert.Equal(wanted[i].Bytes.ToArray(), got[i].Bytes.ToArray());
            }

            var seen = new Dictionary<(int, int), byte[]>();
            for (var length = 1; length <= tight.Fused!.Groups.Length; length++)
            {
                var compiled = Compiler.CompilationPipeline.Compiler.CompileLength(tight, length);
                Compare(compiled, Run(compiled, tight, inputs, weights), seen);
            }
        });

        Assert.InRange(spilled, 1, int.MaxValue);
    }

    private static void Compare(CompiledLength length, IReadOnlyList<Tensor> outputs, Dictionary<(int, int), byte[]> seen)
    {
        foreach (var cut in length.CutTensors)
        {
            var bytes = outputs[cut.Index].Bytes.ToArray();
            if (!seen.TryAdd((cut.Group, cut.Result), bytes))
            {
                Assert.True(seen[(cut.Group, cut.Result)].AsSpan().SequenceEqual(bytes), $"'{cut.Name}' differs at length {length.Groups}");
            }
        }
    }

    private static IReadOnlyList<Tensor> Run(CompiledLength length, CompiledNetwork full, Tensor[] inputs, Weights weights) =>
        Outputs(length.Program, full, inputs, weights);

    private static IReadOnlyList<Tensor> Outputs(Machine.Programs.MachineProgram program, CompiledNetwork full, Tensor[] inputs, Weights weights)
    {
        var loaded = LoadedProgram.Load(program, full.Device).Value;
        using var emulator = new Emulator.Emulator(loaded, WeightImage.Evaluate(loaded, weights).Value);
        var result = emulator.Run(inputs).Value;
        Assert.Empty(result.Hazards);
        return result.Outputs;
    }

    private sealed class Weights(Network network) : IWeightSource
    {
        private readonly Dictionary<string, Tensor> _known = network.Layers.SelectMany(layer => layer.Sources).OfType<TensorSource.Weight>()
            .DistinctBy(weight => weight.Key).ToDictionary(weight => weight.Key, weight => SmallNetworks.Sources(7)(weight));

        public Tensor? Find(string key) => _known.GetValueOrDefault(key);
    }
}
