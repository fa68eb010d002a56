using NNLang.Compiler.CompilationPipeline;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Weights;
using NNLang.Reference;
using NNLang.Reference.Tests.Support;
using NNLang.Semantics.Graph;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Tile;

/// <summary>The whole way: compiled programs run on the emulated device, without a hazard, and give the bits the fused network predicts.</summary>
public sealed class EmulatorTests
{
    public static TheoryData<string> Families() => [.. SmallNetworks.Families.Keys];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_recipe_runs_on_the_device_bit_for_bit(string family) =>
        PropertySeed.ForEach(3, random =>
        {
            var network = SmallNetworks.Families[family](random);
            var options = new CompileOptions { Level = (OptimizationLevel)random.Next(2) };
            Check(network, options, SmallNetworks.Inputs(network, random), SmallNetworks.Sources(7));
        });

    [Theory]
    [MemberData(nameof(Families))]
    public void Special_values_keep_their_bits_on_the_device(string family) =>
        PropertySeed.ForEach(2, random =>
        {
            var network = SmallNetworks.Families[family](random);
            Check(network, CompileOptions.Default, SmallNetworks.SpecialInputs(network, random), SmallNetworks.Sources(7));
        });

    [Fact]
    public void Random_networks_run_on_the_device_bit_for_bit() =>
        PropertySeed.ForEach(25, random =>
        {
            var network = MixedNetworks.Make(random, random.Next(3, 16));
            var options = new CompileOptions { Level = (OptimizationLevel)random.Next(2) };
            Check(network, options, SmallNetworks.Inputs(network, random), SmallNetworks.Sources(7));
        });

    private static void Check(Network network, CompileOptions options, Tensor[] inputs, SourceReader sources)
    {
        var compiled = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device, options);
        Assert.True(compiled.Succeeded, string.Join("; ", compiled.Problems));
        var expected = new DeviceInterpreter(compiled.Fused!, sources).Run(inputs);
        var loaded = LoadedProgram.Load(compiled.Program, NeuronCoreV2.Device).Value;
        var weights = WeightImage.Evaluate(loaded, new Weights(network, sources)).Value;
        using var emulator = new Emulator.Emulator(loaded, weights);
        var result = emulator.Run(inputs).Value;
        Assert.Empty(result.Hazards);
        for (var i = 0; i < expected.Length; i++)
        {
            var (wanted, got) = (expected[i].AsFloats().ToArray(), result.Outputs[i].AsFloats().ToArray());
            Assert.Equal(wanted.Length, got.Length);
            for (var j = 0; j < wanted.Length; j++)
            {
                Assert.True(
                    BitConverter.SingleToInt32Bits(wanted[j]) == BitConverter.SingleToInt32Bits(got[j]),
                    $"output {i} {expected[i].Shape} element {j}: {wanted[j]:R} expected, {got[j]:R} found");
            }
        }
    }

    private sealed class Weights(Network network, SourceReader sources) : IWeightSource
    {
        public Tensor? Find(string key) => network.Layers
            .SelectMany(layer => layer.Sources)
            .OfType<TensorSource.Weight>()
            .Where(weight => weight.Key == key)
            .Select(weight => sources(weight))
            .FirstOrDefault();
    }
}
