using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Races;
using NNLang.Emulator.Weights;
using NNLang.Onnx;
using NNLang.Reference;
using NNLang.Targets.Emulation;
using NNLang.Targets.OnnxRuntime;
using NNLang.Tensors;

namespace NNLang.Targets.Launch;

/// <summary>Where a network runs.</summary>
public enum RunTarget : byte
{
    /// <summary>The emulated device.</summary>
    Emulator,
    /// <summary>The interpreter of the network's meaning in binary64.</summary>
    Interpreter,
    /// <summary>ONNX Runtime.</summary>
    OnnxRuntime,
}

/// <summary>What a run answers.</summary>
/// <param name="Outputs">The outputs, in the network's order.</param>
/// <param name="Tensors">The tensors of layers that were asked for, by layer; absent where a layer was fused away.</param>
/// <param name="Hazards">What the emulator noticed.</param>
/// <param name="Makespan">The simulated time, ps; null on other targets.</param>
public sealed record RunResult(
    ImmutableArray<Tensor> Outputs, IReadOnlyDictionary<int, Tensor> Tensors, ImmutableArray<Hazard> Hazards, long? Makespan);

/// <summary>Runs a launched network once.</summary>
public static class NetworkRun
{
    /// <summary>Runs it.</summary>
    /// <param name="launched">The network.</param>
    /// <param name="target">Where.</param>
    /// <param name="allTensors">Whether the tensor of every layer is wanted.</param>
    /// <param name="timingOnly">Emulator: compute times and check the program, move no data.</param>
    /// <param name="cancellationToken">Stops between layers.</param>
    /// <exception cref="TargetException">The target refused or failed.</exception>
    public static RunResult Execute(
        LaunchedNetwork launched, RunTarget target, bool allTensors, bool timingOnly, CancellationToken cancellationToken) => target switch
        {
            RunTarget.Interpreter => Interpret(launched, allTensors, cancellationToken),
            RunTarget.OnnxRuntime => RunOnnx(launched, allTensors),
            _ => Emulate(launched, allTensors, timingOnly),
        };

    private static RunResult Emulate(LaunchedNetwork launched, bool allTensors, bool timingOnly)
    {
        var program = LoadedProgram.Load(launched.Compiled.Program, launched.Device).Require();
        if (timingOnly)
        {
            return new RunResult([], ImmutableDictionary<int, Tensor>.Empty, Emulator.Emulator.CheckTiming(program), program.Timing.Makespan);
        }

        var weights = WeightImage.Evaluate(program, launched).Require();
        using var emulator = new Emulator.Emulator(program, weights, launched.EmulatorOptions);
        var byPath = launched.Network.Layers.Select((layer, i) => (layer.Path, i)).ToDictionary(pair => pair.Path, pair => pair.i);
        var taps = !allTensors ? [] : (launched.Compiled.Program.Debug?.Tensors ?? [])
            .Where(tensor => !tensor.Placements.IsEmpty && byPath.ContainsKey(tensor.LayerPath))
            .DistinctBy(tensor => tensor.LayerPath)
            .ToList();
        var result = emulator.Run(launched.Inputs, taps).Require();
        var tensors = new SortedDictionary<int, Tensor>();
        for (var i = 0; i < taps.Count; i++)
        {
            if (result.Taps[i] is { } value)
            {
                tensors[byPath[taps[i].LayerPath]] = value;
            }
        }

        return new RunResult(result.Outputs, tensors, result.Hazards, result.Timing.Makespan);
    }

    private static RunResult Interpret(LaunchedNetwork launched, bool allTensors, CancellationToken cancellationToken)
    {
        var tensors = new SortedDictionary<int, Tensor>();
        var outputs = new NetworkEvaluator(launched.Network, launched.Read).Run(
            launched.Inputs,
            allTensors ? (layer, results) => tensors[layer] = results[0].ConvertTo(launched.Network.Layers[layer].Operation.ResultTypes[0].Element) : null,
            cancellationToken);
        return new RunResult(
            [.. outputs.Select((output, i) => output.ConvertTo(launched.Network.Outputs[i].Type.Element))], tensors, [], null);
    }

    private static RunResult RunOnnx(LaunchedNetwork launched, bool allTensors)
    {
        try
        {
            var network = launched.Network;
            var layers = Enumerable.Range(0, network.Layers.Length);
            var export = allTensors
                ? OnnxExporter.Export(network, launched.Read, network.Layers.Length, [.. layers.Select(layer => (layer, 0))])
                : OnnxExporter.Export(network, launched.Read);
            using var session = new OnnxRuntimeSession(export.Model.ToArray());
            var results = session.Run(launched.Inputs);
            if (!allTensors)
            {
                return new RunResult([.. results], ImmutableDictionary<int, Tensor>.Empty, [], null);
            }

            var tensors = new SortedDictionary<int, Tensor>();
            for (var i = 0; i < results.Count; i++)
            {
                tensors[export.Outputs[i].Layer] = results[i];
            }

            var outputs = network.Outputs.Select((output, i) => output.Value.Kind switch
            {
                Semantics.Graph.ValueKind.Layer => tensors[Semantics.Graph.Network.ProducerOf(network.Layers.Length, output.Value)],
                Semantics.Graph.ValueKind.Input => launched.Inputs[output.Value.Index],
                _ => launched.Read(output.Source!),
            });
            return new RunResult([.. outputs], tensors, [], null);
        }
        catch (Exception refused) when (refused is InvalidDataException or NotSupportedException)
        {
            throw new TargetException(refused.Message, refused);
        }
    }
}
