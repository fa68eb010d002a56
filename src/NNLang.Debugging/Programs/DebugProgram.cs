using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Races;
using NNLang.Emulator.Sessions;
using NNLang.Emulator.Weights;
using NNLang.Machine.Programs;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.Debugging.Programs;

/// <summary>
/// A program of a launched network that sessions are started on: loaded, weights evaluated, checked, with what its events mean.
/// It does not own the launched network. Not thread-safe; dispose it after its sessions.
/// </summary>
public sealed class DebugProgram : IDisposable
{
    private readonly Emulator.Emulator _emulator;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly Dictionary<string, TensorLocation> _locations;

    private DebugProgram(
        LaunchedNetwork launched, LayerMap layers, IExpectation expectation, Emulator.Emulator emulator, IReadOnlyList<Tensor> inputs, Timeline timeline)
    {
        Launched = launched;
        Layers = layers;
        Expectation = expectation;
        Timeline = timeline;
        _emulator = emulator;
        _inputs = inputs;
        _locations = new Dictionary<string, TensorLocation>(StringComparer.Ordinal);
        foreach (var location in timeline.Debug.Tensors)
        {
            if (!location.Placements.IsEmpty)
            {
                _locations.TryAdd(location.LayerPath, location);
            }
        }
    }

    /// <summary>The network, launched.</summary>
    public LaunchedNetwork Launched { get; }

    /// <summary>Layers and lines.</summary>
    public LayerMap Layers { get; }

    /// <summary>What the device must answer.</summary>
    public IExpectation Expectation { get; }

    /// <summary>When everything happens.</summary>
    public Timeline Timeline { get; }

    /// <summary>The program, decoded.</summary>
    public LoadedProgram Program => _emulator.Program;

    /// <summary>What the checks found without moving data.</summary>
    public ImmutableArray<Hazard> Hazards => _emulator.Hazards;

    /// <summary>Loads a program.</summary>
    /// <param name="launched">The network.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="expectation">What the device must answer.</param>
    /// <param name="program">The program: the network's own, or that of a length of it.</param>
    /// <exception cref="TargetException">The emulator refuses the program.</exception>
    public static DebugProgram Load(LaunchedNetwork launched, LayerMap layers, IExpectation expectation, MachineProgram program)
    {
        var loaded = Require(LoadedProgram.Load(program, launched.Device));
        var emulator = new Emulator.Emulator(loaded, Require(WeightImage.Evaluate(loaded, launched)), launched.EmulatorOptions);
        using var session = Require(emulator.Start(launched.Inputs));
        return new DebugProgram(launched, layers, expectation, emulator, launched.Inputs, new Timeline(loaded, session.Events, layers));
    }

    /// <summary>A session at the program's start.</summary>
    public EmulatorSession Start() => Require(_emulator.Start(_inputs));

    /// <summary>Runs the whole program at full speed and reads its outputs.</summary>
    public ImmutableArray<Tensor> RunWhole() => Require(_emulator.Run(_inputs)).Outputs;

    /// <summary>Where a layer's tensor lies; null if it was fused into another or the program has not got it.</summary>
    public TensorLocation? LocationOf(int layer) => _locations.GetValueOrDefault(Layers.Network.Layers[layer].Path);

    /// <inheritdoc/>
    public void Dispose() => _emulator.Dispose();

    private static T Require<T>(Loaded<T> loaded)
        where T : class =>
        loaded.Succeeded
            ? loaded.Value
            : throw new TargetException("The emulator refuses the program: " + string.Join(" ", loaded.Problems.Take(3)));
}
