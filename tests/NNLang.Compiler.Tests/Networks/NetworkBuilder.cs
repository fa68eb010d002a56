using System.Collections.Immutable;
using NNLang.Operators;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Compiler.Tests.Networks;

/// <summary>A value in a network under construction.</summary>
public readonly record struct Value(int Layer, int Input, TensorType Type, TensorSource? Source = null)
{
    public long Channels => Type.KnownShape!.Value[1];
}

/// <summary>Builds networks as the binder would: shapes by the operators' own rules, weights by name.</summary>
public sealed class NetworkBuilder
{
    private readonly List<NetworkInput> _inputs = [];
    private readonly List<Layer> _layers = [];

    public int LayerCount => _layers.Count;

    public Value Input(string name, params ReadOnlySpan<long> shape)
    {
        var type = TypeOf(shape);
        _inputs.Add(new NetworkInput(name, type));
        return new Value(-1, _inputs.Count - 1, type);
    }

    /// <summary>A weight that is an operand.</summary>
    public Value Weight(string key, params ReadOnlySpan<long> shape)
    {
        var type = TypeOf(shape);
        return new Value(-1, -1, type, new TensorSource.Weight(type, key, SlotRole.Weight));
    }

    /// <summary>A constant of rank 0 that is an operand.</summary>
    public Value Constant(float value)
    {
        var type = TypeOf([]);
        return new Value(-1, -1, type, new TensorSource.Constant(type, Tensor.Of(new Shape(), [value])));
    }

    public Value Conv(Value x, long filters, long kernel = 1, long stride = 1, long pad = 0, long groups = 1, string? name = null) =>
        Add("conv2d", name, [x], ("filters", AttributeValue.Of(filters)), ("kernel", AttributeValue.Of(kernel)),
            ("stride", AttributeValue.Of(stride)), ("pad", AttributeValue.Of(pad)), ("groups", AttributeValue.Of(groups)));

    public Value Relu(Value x, string? name = null) => Add("relu", name, [x]);

    public Value Sum(Value x, Value y, string? name = null) => Add("add", name, [x, y]);

    public Value Concat(string? name, params ReadOnlySpan<Value> values) => Add("concat", name, values, ("axis", AttributeValue.Of(1L)));

    public Value Add(string op, string? name, ReadOnlySpan<Value> operands, params ReadOnlySpan<(string, AttributeValue)> attributes) =>
        Add(op, name, OperationAnnotations.None, operands, attributes);

    public Value Add(
        string op,
        string? name,
        OperationAnnotations annotations,
        ReadOnlySpan<Value> operands,
        params ReadOnlySpan<(string, AttributeValue)> attributes)
    {
        var definition = OperatorCatalogue.Get(op);
        var set = AttributeSet.For(definition, attributes);
        var types = ImmutableArray.CreateBuilder<TensorType?>();
        var refs = ImmutableArray.CreateBuilder<ValueRef>();
        var given = new List<TensorSource>();
        foreach (var operand in operands)
        {
            types.Add(operand.Type);
            if (operand.Source is { } source)
            {
                given.Add(source);
                refs.Add(new ValueRef(ValueKind.Source, definition.Slots.Length + given.Count - 1));
                continue;
            }

            refs.Add(operand.Layer < 0
                ? new ValueRef(ValueKind.Input, operand.Input)
                : new ValueRef(ValueKind.Layer, _layers.Count - operand.Layer));
        }

        var inference = definition.Infer(new InferenceContext(types.ToImmutable(), set, DimensionFacts.Empty));
        Assert.Empty(inference.Problems);
        var path = name ?? $"{op}{_layers.Count}";
        var sources = ImmutableArray.CreateBuilder<TensorSource?>();
        for (var s = 0; s < inference.Slots.Length; s++)
        {
            sources.Add(inference.Slots[s] is { } type
                ? new TensorSource.Weight(type, $"{path}.{definition.Slots[s].Name}", definition.Slots[s].Role)
                : null);
        }

        sources.AddRange(given);

        var operation = new Operation(definition, set, types.ToImmutable(), inference.Slots, inference.Results, annotations);
        _layers.Add(new Layer(operation, refs.ToImmutable(), sources.ToImmutable(), new LayerName(null, path), null!));
        return new Value(_layers.Count - 1, -1, inference.Results[0]);
    }

    /// <summary>Gives the last layer annotations.</summary>
    public void Annotate(Value value, OperationAnnotations annotations)
    {
        var layer = _layers[value.Layer];
        var o = layer.Operation;
        _layers[value.Layer] = layer with
        {
            Operation = new Operation(o.Operator, o.Attributes, o.OperandTypes, o.SlotTypes, o.ResultTypes, annotations),
        };
    }

    public Network Build(params ReadOnlySpan<Value> outputs)
    {
        var results = ImmutableArray.CreateBuilder<NetworkOutput>();
        foreach (var output in outputs)
        {
            var value = output.Layer < 0
                ? new ValueRef(ValueKind.Input, output.Input)
                : new ValueRef(ValueKind.Layer, _layers.Count - output.Layer);
            results.Add(new NetworkOutput($"out{results.Count}", output.Type, value, null));
        }

        return new Network
        {
            Name = "test",
            Inputs = [.. _inputs],
            Layers = [.. _layers],
            Outputs = results.ToImmutable(),
            Binding = ImmutableSortedDictionary<string, long>.Empty,
        };
    }

    private static TensorType TypeOf(ReadOnlySpan<long> shape)
    {
        var dimensions = ImmutableArray.CreateBuilder<Dimension>();
        foreach (var extent in shape)
        {
            dimensions.Add(Dimension.Of(extent));
        }

        return new TensorType(ElementType.F32, dimensions.ToImmutable());
    }
}
