using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Operators.Model;
using NNLang.Reference;
using NNLang.Reference.Lowered;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Bisection.Expectations;

/// <summary>
/// The expectation from the interpreters of <c>NNLang.Reference</c>: the fused network in the device's arithmetic, the catalogue's error rules,
/// and the lowered operations. Tensors are computed once and kept. Not thread-safe.
/// </summary>
public sealed class HostExpectation : IExpectation
{
    private readonly CompiledNetwork _compiled;
    private readonly SourceReader _sources;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly Lazy<ImmutableArray<Tensor>> _exact;
    private readonly ImmutableArray<int> _lastLayers;
    private readonly int[] _instanceOfGroup;
    private readonly int[] _firstOperation;
    private readonly Dictionary<int, LoweredExpectation> _lowered = [];

    /// <summary>Prepares a compiled network.</summary>
    public HostExpectation(CompiledNetwork compiled, SourceReader sources, IReadOnlyList<Tensor> inputs)
    {
        _compiled = compiled;
        _sources = sources;
        _inputs = inputs;
        var fused = compiled.Fused!;
        _exact = new Lazy<ImmutableArray<Tensor>>(() => new DeviceInterpreter(fused, sources).RunAll(inputs));
        _lastLayers = fused.LastLayers();
        (_instanceOfGroup, _firstOperation) = Index(compiled.Tiled!, fused.Groups.Length);
    }

    /// <inheritdoc/>
    public Tensor Exact(GroupTensor tensor) => _exact.Value[tensor.Group];

    /// <inheritdoc/>
    public Enclosure? Enclose(GroupTensor tensor, ImmutableArray<Tensor?> operands)
    {
        var instance = _compiled.Fused!.Groups[tensor.Group];
        var network = _compiled.Network;
        var last = _lastLayers[tensor.Group];
        var core = network.Layers[last - instance.Layers[0]];
        var given = new Queue<Tensor?>(operands);
        var context = new EnclosureContext(
            Context(core, operand => operand.Kind is ValueKind.Input or ValueKind.Layer ? Dequeue(given) : null),
            instance.Group.Core.Summation?.Order ?? SummationOrder.Unknown);
        var steps = ImmutableArray.CreateBuilder<FusedStep>();
        foreach (var distance in instance.Layers.Skip(1))
        {
            var layer = network.Layers[last - distance];
            steps.Add(new FusedStep(layer.Operation.Operator, Context(layer, _ => null)));
        }

        return FusedLayer.Enclose(core.Operation.Operator, context, steps.ToImmutable());
    }

    /// <inheritdoc/>
    public LoweredExpectation Lowered(int group)
    {
        if (_lowered.TryGetValue(group, out var known))
        {
            return known;
        }

        var first = group == 0 ? 0 : _instanceOfGroup[group - 1] + 1;
        var writes = new Dictionary<LoweredStep, float[]>();
        var interpreter = new LoweredInterpreter(_compiled.Tiled!, _sources, location => ChoiceOf(location));
        LoweredExpectation expectation;
        try
        {
            var result = interpreter.RunWindow(
                first, _instanceOfGroup[group] + 1, _inputs, ResultOf,
                write => writes[new LoweredStep(_firstOperation[write.Location.Instance] + write.Location.Operation, write.Instruction)] = write.Values);
            expectation = new LoweredExpectation(result, writes);
        }
        catch (LoweredExecutionException failure)
        {
            expectation = new LoweredExpectation(Exact(new GroupTensor(group)), writes) { Failure = failure.Message };
        }

        _lowered.Add(group, expectation);
        return expectation;
    }

    private static (int[] InstanceOfGroup, int[] FirstOperation) Index(TiledNetwork tiled, int groups)
    {
        var instances = new int[groups];
        var first = new int[tiled.Groups.Length + 1];
        var group = 0;
        for (var i = 0; i < tiled.Groups.Length; i++)
        {
            first[i + 1] = first[i] + tiled.Groups[i].Body.Operations.Length;
            if (!tiled.Groups[i].IsConversion)
            {
                instances[group++] = i;
            }
        }

        return (instances, first);
    }

    private static Tensor? Dequeue(Queue<Tensor?> tensors) => tensors.Count > 0 ? tensors.Dequeue() : null;

    // The engine choice that the program runs, so that its instructions and the interpretation's are the same ones.
    private int ChoiceOf(OperationLocation location)
    {
        var operation = _firstOperation[location.Instance] + location.Operation;
        var chosen = _compiled.Plan!.ChoiceOf(operation);
        return _compiled.Tiled!.Groups[location.Instance].Body.Operations[location.Operation].Choices.IndexOf(chosen);
    }

    // A conversion holds the tensor of what it converts.
    private Tensor ResultOf(int instance)
    {
        var group = Array.BinarySearch(_instanceOfGroup, instance);
        if (group >= 0)
        {
            return Exact(new GroupTensor(group));
        }

        var link = _compiled.Tiled!.Groups[instance].Inputs[0];
        return link.IsNetworkInput ? _inputs[link.Index] : ResultOf(instance - link.Distance);
    }

    private EvaluationContext Context(Layer layer, Func<ValueRef, Tensor?> read)
    {
        var slots = layer.Operation.Operator.Slots.Length;
        var sources = layer.Sources.Select(source => source is null ? null : Stored(_sources(source))).ToImmutableArray();
        var operands = layer.Operands.Select(operand =>
            operand.Kind == ValueKind.Source ? sources[operand.Index] : read(operand) is { } value ? Wide(value) : null);
        return new EvaluationContext(
            [.. operands], sources[..Math.Min(slots, sources.Length)], layer.Operation.Attributes,
            [.. layer.Operation.ResultTypes.Select(type => type.KnownShape!.Value)]);
    }

    private static Tensor Wide(Tensor tensor) =>
        tensor.Type == ElementType.F64 ? tensor : Tensor.Of(tensor.Shape, Comparison.TensorComparer.Widen(tensor));

    // The device holds weights in f32: the enclosure starts from what it holds.
    private static Tensor Stored(Tensor tensor)
    {
        var wide = Comparison.TensorComparer.Widen(tensor);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = (float)wide[i];
        }

        return Tensor.Of(tensor.Shape, wide);
    }
}
