using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Bisection.Expectations;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Emulator;
using NNLang.Emulator.Weights;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Semantics;
using NNLang.Semantics.Graph;
using NNLang.Syntax.Text;
using NNLang.Targets.Emulation;
using NNLang.Targets.Faults;
using NNLang.Targets.Processors;
using NNLang.Tensors;

namespace NNLang.Targets.Launch;

/// <summary>A network that is ready to run: compiled for a device with its faults, with weights and inputs. Dispose it to close files.</summary>
public sealed class LaunchedNetwork : IWeightSource, IDisposable
{
    private readonly NetworkWeights _weights;
    private readonly Lazy<Dictionary<string, TensorSource.Weight>> _byKey;
    private readonly Lazy<ImmutableArray<TextSpan>> _places;
    private readonly Lazy<ImmutableArray<string>> _warnings;
    private readonly ImmutableArray<string> _specifications;
    private readonly Dictionary<string, Tensor> _loaded = new(StringComparer.Ordinal);

    internal LaunchedNetwork(
        SourceFile source, Network network, DeviceDescription device, ImmutableArray<FaultDescription> faults, CompiledNetwork compiled,
        ImmutableArray<Tensor> inputs, ImmutableArray<string> specifications)
    {
        Source = source;
        Network = network;
        Device = device;
        Faults = faults;
        Compiled = compiled;
        Inputs = inputs;
        _specifications = specifications;
        _weights = source.Compilation.OpenWeights();
        _byKey = new Lazy<Dictionary<string, TensorSource.Weight>>(() => network.Layers
            .SelectMany(layer => layer.Sources)
            .Concat(network.Outputs.Select(output => output.Source))
            .OfType<TensorSource.Weight>()
            .DistinctBy(weight => weight.Key)
            .ToDictionary(weight => weight.Key, StringComparer.Ordinal));
        _places = new Lazy<ImmutableArray<TextSpan>>(() => source.Compilation.PlacesOf(network));
        _warnings = new Lazy<ImmutableArray<string>>(() =>
        [
            .. FaultCheck.Idle(compiled, device, faults).Select(i =>
                $"The fault '{NameOf(i)}' strikes nothing in '{network.Name}': no instruction, row or byte it names is used. 'nnc faults' lists those that strike."),
        ]);
    }

    /// <summary>The file it came from.</summary>
    public SourceFile Source { get; }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The device.</summary>
    public DeviceDescription Device { get; }

    /// <summary>The device's faults and those that were asked for, compiler faults included.</summary>
    public ImmutableArray<FaultDescription> Faults { get; }

    /// <summary>The faults that neither changed the program nor act on it, as the user should know. Computed when asked for.</summary>
    public ImmutableArray<string> Warnings => _warnings.Value;

    /// <summary>The network, compiled.</summary>
    public CompiledNetwork Compiled { get; }

    /// <summary>The inputs, in the network's order.</summary>
    public ImmutableArray<Tensor> Inputs { get; }

    /// <summary>Options for an emulator of this launch.</summary>
    public EmulatorOptions EmulatorOptions => new() { Threads = Math.Min(4, Environment.ProcessorCount), Faults = Faults };

    /// <summary>Reads a weight or constant of the network.</summary>
    /// <exception cref="TensorFileException">A weight cannot be read; the message names key and file.</exception>
    public Tensor Read(TensorSource source) => source switch
    {
        TensorSource.Constant constant => constant.Value,
        TensorSource.Weight weight => Load(weight),
        _ => throw new ArgumentException($"A {source.GetType().Name} has no elements.", nameof(source)),
    };

    /// <inheritdoc/>
    public Tensor? Find(string key) => _byKey.Value.TryGetValue(key, out var weight) ? Load(weight) : null;

    /// <summary>The place of a layer in the text; null for an imported model, whose text is no file.</summary>
    public LayerPlace? PlaceOf(int layer)
    {
        if (Source.IsImported || _places.Value[layer].Length == 0)
        {
            return null;
        }

        var text = Source.Compilation.Tree.Text;
        var line = text.LineOf(_places.Value[layer].Start);
        return new LayerPlace(Source.Path, line + 1, text.ToString(text.Line(line)));
    }

    /// <summary>The span of a layer in the text.</summary>
    public TextSpan SpanOf(int layer) => _places.Value[layer];

    /// <summary>What a bisection needs to know.</summary>
    /// <param name="independent">The independent reference; null for none.</param>
    public BisectionSubject Subject(IReferenceProcessor? independent) => new()
    {
        Fused = Compiled.Fused!,
        Device = Device.Name,
        Inputs = Inputs,
        Expectation = new HostExpectation(Compiled, Read, Inputs),
        Meaning = new InterpreterReference(Network, Read),
        Independent = independent,
        File = Source.Path,
        Locate = PlaceOf,
        OnnxName = layer => !Source.IsImported ? null : Network.Layers[layer].Path,
    };

    /// <summary>The emulator as a target. The caller disposes it.</summary>
    public EmulatorTarget CreateTarget() => new(Compiled, this, Inputs, EmulatorOptions);

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    // The device's own faults come first and have names; the others are called as they were asked for.
    private string NameOf(int fault) => fault < Device.Faults.Length ? Faults[fault].Name : _specifications[fault - Device.Faults.Length];

    private Tensor Load(TensorSource.Weight weight)
    {
        lock (_loaded)
        {
            if (!_loaded.TryGetValue(weight.Key, out var tensor))
            {
                tensor = Source.Imported is null ? _weights.Load(weight)
                    : Source.Imported.TryGetValue(weight.Key, out var imported) ? imported
                    : throw new TensorFileException($"No weight '{weight.Key}' in {Source.Path}.");
                _loaded.Add(weight.Key, tensor);
            }

            return tensor;
        }
    }
}
