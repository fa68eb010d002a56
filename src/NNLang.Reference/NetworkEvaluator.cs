using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Reference;

/// <summary>
/// Evaluates a network in binary64 by the catalogue's own meaning of each operator: the reference. A tensor is released when its last reader
/// has run, unless it is asked for. Deterministic; not thread-safe, but any number may run beside each other.
/// </summary>
public sealed class NetworkEvaluator
{
    private readonly Network _network;
    private readonly SourceReader _sources;
    private readonly int[] _lastUse;

    /// <summary>Prepares a network whose shapes are all known.</summary>
    public NetworkEvaluator(Network network, SourceReader sources)
    {
        _network = network;
        _sources = sources;
        _lastUse = LastUses(network);
    }

    /// <summary>Evaluates all layers.</summary>
    /// <param name="inputs">One tensor an input, in order; any element type.</param>
    /// <param name="observe">Told each layer's results in program order, in binary64; null if nobody wants them.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The outputs, in binary64.</returns>
    /// <exception cref="ArgumentException">An input is missing or has another shape.</exception>
    public ImmutableArray<Tensor> Run(
        IReadOnlyList<Tensor> inputs, Action<int, ImmutableArray<Tensor>>? observe = null, CancellationToken cancellation = default) =>
        Run(inputs, _network.Layers.Length, observe, cancellation).Outputs;

    /// <summary>Evaluates all layers and keeps every tensor: by layer, then by result.</summary>
    public ImmutableArray<ImmutableArray<Tensor>> RunAll(IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default)
    {
        var all = ImmutableArray.CreateBuilder<ImmutableArray<Tensor>>(_network.Layers.Length);
        Run(inputs, _network.Layers.Length, (_, results) => all.Add(results), cancellation);
        return all.ToImmutable();
    }

    /// <summary>What an operation evaluates to, given its operands and slots; null where one is absent.</summary>
    public static ImmutableArray<Tensor> Evaluate(Operation operation, ImmutableArray<Tensor?> operands, ImmutableArray<Tensor?> slots) =>
        operation.Operator.Evaluate(new EvaluationContext(
            [.. operands.Select(Widen)], [.. slots.Select(Widen)], operation.Attributes,
            [.. operation.ResultTypes.Select(type => type.KnownShape ?? throw new ArgumentException($"The shape {type} is not known."))]));

    private (ImmutableArray<Tensor> Outputs, int Evaluated) Run(
        IReadOnlyList<Tensor> inputs, int layers, Action<int, ImmutableArray<Tensor>>? observe, CancellationToken cancellation)
    {
        CheckInputs(inputs);
        var given = inputs.Select(Widen).ToArray();
        var values = new ImmutableArray<Tensor>[layers];
        for (var i = 0; i < layers; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var layer = _network.Layers[i];
            var sources = layer.Sources.Select(source => source is null ? null : Widen(_sources(source))).ToImmutableArray();
            var operands = layer.Operands.Select(operand => Read(operand, i, given, values, sources)).ToImmutableArray();
            var slots = layer.Operation.Operator.Slots.Length;
            values[i] = layer.Operation.Operator.Evaluate(new EvaluationContext(
                operands, sources[..Math.Min(slots, sources.Length)], layer.Operation.Attributes,
                [.. layer.Operation.ResultTypes.Select(type => type.KnownShape!.Value)]));
            observe?.Invoke(i, values[i]);
            Release(i, layer, values);
        }

        var outputs = _network.Outputs.Select(output => output.Value.Kind switch
        {
            ValueKind.Input => given[output.Value.Index]!,
            ValueKind.Source => Widen(_sources(output.Source!))!,
            _ => values[Network.ProducerOf(layers, output.Value)][output.Value.Result],
        });
        return ([.. outputs], layers);
    }

    private void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != _network.Inputs.Length)
        {
            throw new ArgumentException($"'{_network.Name}' has {_network.Inputs.Length} inputs, not {inputs.Count}.", nameof(inputs));
        }

        for (var i = 0; i < inputs.Count; i++)
        {
            if (_network.Inputs[i].Type.KnownShape is not { } shape || shape != inputs[i].Shape)
            {
                throw new ArgumentException(
                    $"Input '{_network.Inputs[i].Name}' is {_network.Inputs[i].Type}, the tensor given is {inputs[i]}.", nameof(inputs));
            }
        }
    }

    private static Tensor? Read(
        ValueRef operand, int layer, Tensor?[] inputs, ImmutableArray<Tensor>[] values, ImmutableArray<Tensor?> sources) => operand.Kind switch
        {
            ValueKind.Input => inputs[operand.Index],
            ValueKind.Layer => values[Network.ProducerOf(layer, operand)][operand.Result],
            ValueKind.Source => sources[operand.Index],
            _ => null,
        };

    private void Release(int index, Layer layer, ImmutableArray<Tensor>[] values)
    {
        foreach (var operand in layer.Operands)
        {
            if (operand.Kind == ValueKind.Layer && Network.ProducerOf(index, operand) is var producer && _lastUse[producer] == index)
            {
                values[producer] = default;
            }
        }

        if (_lastUse[index] < 0)
        {
            values[index] = default;
        }
    }

    private static int[] LastUses(Network network)
    {
        var last = new int[network.Layers.Length];
        Array.Fill(last, -1);
        for (var i = 0; i < network.Layers.Length; i++)
        {
            foreach (var operand in network.Layers[i].Operands)
            {
                if (operand.Kind == ValueKind.Layer)
                {
                    last[Network.ProducerOf(i, operand)] = i;
                }
            }
        }

        foreach (var output in network.Outputs)
        {
            if (output.Value.Kind == ValueKind.Layer)
            {
                last[Network.ProducerOf(network.Layers.Length, output.Value)] = int.MaxValue;
            }
        }

        return last;
    }

    private static Tensor? Widen(Tensor? tensor) => tensor?.ToDoubles();
}
