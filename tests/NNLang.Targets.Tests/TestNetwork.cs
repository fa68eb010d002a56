using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Bisection.Expectations;
using NNLang.Bisection.Verdicts;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Emulator;
using NNLang.Emulator.Weights;
using NNLang.Machine.Faults;
using NNLang.Operators.Weights;
using NNLang.Semantics;
using NNLang.Semantics.Devices;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Targets.Emulation;
using NNLang.Tensors;

namespace NNLang.Targets.Tests;

/// <summary>A network of a test with seeded weights and inputs, compiled for the built-in device.</summary>
internal sealed class TestNetwork
{
    private TestNetwork(Network network, long seed)
    {
        Network = network;
        Seed = seed;
        Inputs = [.. network.Inputs.Select(input => InputOf(input, seed))];
    }

    public Network Network { get; }

    public long Seed { get; }

    public ImmutableArray<Tensor> Inputs { get; }

    public static TestNetwork Parse(string text, long seed = 7)
    {
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        Assert.True(!compilation.HasErrors, string.Join('\n', compilation.Diagnostics.Select(d => d.ToString())));
        return new TestNetwork(compilation.GetNetwork(compilation.MainNetwork!)!, seed);
    }

    public Tensor Read(TensorSource source) => source switch
    {
        TensorSource.Weight weight => SeededWeights.Draw(Seed, 1.0, weight.Key, weight.Type.KnownShape!.Value, weight.Role),
        TensorSource.Constant constant => constant.Value,
        _ => throw new InvalidOperationException(),
    };

    public CompiledNetwork Compile(params ImmutableArray<FaultDescription> faults)
    {
        var compiled = Compiler.CompilationPipeline.Compiler.Compile(
            Network, BuiltInDevices.DefaultDevice, CompileOptions.Default with { Faults = faults });
        Assert.True(compiled.Succeeded, string.Join('\n', compiled.Problems.Select(p => p.ToString())));
        return compiled;
    }

    public IWeightSource Weights => new SourceWeights(this);

    public Verdict Bisect(BisectionOptions options, params ImmutableArray<FaultDescription> faults)
    {
        var compiled = Compile(faults);
        using var target = new EmulatorTarget(compiled, Weights, Inputs, new EmulatorOptions { Threads = 2, Faults = faults });
        var subject = new BisectionSubject
        {
            Fused = compiled.Fused!,
            Device = compiled.Device.Name,
            Inputs = Inputs,
            Expectation = new HostExpectation(compiled, Read, Inputs),
            Meaning = new NoReference(),
        };
        return new Bisector(subject, target, options, TimeProvider.System).Run(null, TestContext.Current.CancellationToken);
    }

    private static Tensor InputOf(NetworkInput input, long seed)
    {
        var shape = input.Type.KnownShape!.Value;
        var elements = new float[shape.Count];
        var random = new Random((int)seed);
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return Tensor.Of(shape, elements);
    }

    private sealed class SourceWeights(TestNetwork network) : IWeightSource
    {
        private readonly Dictionary<string, TensorSource> _sources = network.Network.Layers
            .SelectMany(layer => layer.Sources)
            .OfType<TensorSource.Weight>()
            .GroupBy(weight => weight.Key)
            .ToDictionary(group => group.Key, group => (TensorSource)group.First());

        public Tensor? Find(string key) => _sources.TryGetValue(key, out var source) ? network.Read(source) : null;
    }

    private sealed class NoReference : IReferenceProcessor
    {
        public string Name => "none";

        public IReadOnlyList<Tensor> Evaluate(IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken) => [];
    }
}
