using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using NNLang.Onnx.Wire;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Onnx.Export;

/// <summary>The model under construction: nodes, initialisers, names. Rules add nodes; the builder knows what operands are
/// called.</summary>
internal sealed class GraphBuilder
{
    private const int IrVersion = 8;

    private readonly Network _network;
    private readonly Func<TensorSource.Weight, Tensor> _weights;
    private readonly Graph _graph;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Layer, int Result), string> _results = [];
    private readonly Dictionary<string, string> _initialisers = new(StringComparer.Ordinal);

    public GraphBuilder(Network network, Func<TensorSource.Weight, Tensor> weights)
    {
        _network = network;
        _weights = weights;
        _graph = new Graph { Name = network.Name };
        foreach (var input in network.Inputs)
        {
            _names.Add(input.Name);
            _graph.Input.Add(Describe(input.Name, input.Type));
        }

        // The outputs' names are the signature: a layer takes one only if it computes that output.
        foreach (var output in network.Outputs)
        {
            _names.Add(output.Name);
            if (output.Value.Kind == ValueKind.Layer)
            {
                var key = (Network.ProducerOf(network.Layers.Length, output.Value), output.Value.Result);
                _results.TryAdd(key, output.Name);
            }
        }
    }

    /// <summary>Adds a layer's nodes.</summary>
    public void AddLayer(int index)
    {
        var layer = _network.Layers[index];
        var name = Unique(Plain(layer.Name));
        for (var result = 0; result < layer.Operation.ResultTypes.Length; result++)
        {
            if (!_results.ContainsKey((index, result)))
            {
                _results[(index, result)] = result == 0 ? name : Unique($"{name}:{result.ToString(CultureInfo.InvariantCulture)}");
            }
        }

        var rule = ExportRules.Find(layer.Operation.Operator.Name)
            ?? throw new NotSupportedException($"Layer '{layer.Path}': {layer.Operation.Operator.Name} has no ONNX form.");
        rule(new LayerExport(this, index, layer, name));
    }

    /// <summary>The name of a layer's result.</summary>
    public string NameOf(int layer, int result) => _results[(layer, result)];

    /// <summary>The name of what a reader refers to.</summary>
    public string NameOf(int reader, ValueRef value, TensorSource? source) => value.Kind switch
    {
        ValueKind.Input => _network.Inputs[value.Index].Name,
        ValueKind.Layer => NameOf(Network.ProducerOf(reader, value), value.Result),
        ValueKind.Source => AddSource(source!),
        _ => string.Empty,
    };

    /// <summary>Adds an output of the model; under another name through an Identity. Its name.</summary>
    public string AddOutput(string tensor, string? wanted, TensorType type)
    {
        var name = wanted ?? tensor;
        if (name != tensor || _graph.Output.Any(output => output.Name == name) || _graph.Input.Any(input => input.Name == name))
        {
            name = _graph.Output.Any(output => output.Name == name) || _graph.Input.Any(input => input.Name == name) ? Unique(name) : name;
            _graph.Node.Add(new Node { OpType = "Identity", Input = { tensor }, Output = { name }, Name = Unique(name + "_identity") });
        }

        _graph.Output.Add(Describe(name, type));
        return name;
    }

    /// <summary>Adds a node.</summary>
    public void AddNode(Node node) => _graph.Node.Add(node);

    /// <summary>Adds a tensor as an initialiser under a name made unique; the name.</summary>
    public string AddTensor(string wanted, Tensor tensor)
    {
        var name = Unique(wanted);
        var data = new TensorData { Name = name, DataType = OnnxTypes.NumberOf(tensor.Type) };
        data.Dims.AddRange(tensor.Shape.Dimensions);
        data.RawData = UnsafeByteOperations.UnsafeWrap(Pack(tensor));
        _graph.Initializer.Add(data);
        return name;
    }

    /// <summary>Adds i64 numbers as an initialiser; the name.</summary>
    public string AddIntegers(string wanted, params ReadOnlySpan<long> values) => AddTensor(
        wanted, new Tensor(ElementType.I64, new Shape(values.Length), MemoryMarshal.AsBytes(values).ToArray()));

    /// <summary>Adds a weight or constant once; its name.</summary>
    public string AddSource(TensorSource source)
    {
        var identity = source is TensorSource.Weight weight ? $"{weight.Key}\n{weight.Type}" : null;
        if (identity is not null && _initialisers.TryGetValue(identity, out var known))
        {
            return known;
        }

        var name = source switch
        {
            TensorSource.Weight w => AddTensor(w.Key, Elements(w)),
            TensorSource.Constant constant => AddTensor("constant", constant.Value.ConvertTo(constant.Type.Element)),
            _ => throw new NotSupportedException($"A source of type {source.Type} has no ONNX form."),
        };
        if (identity is not null)
        {
            _initialisers[identity] = name;
        }

        return name;
    }

    /// <summary>The elements of a weight in its declared type.</summary>
    public Tensor Elements(TensorSource.Weight weight) => _weights(weight).ConvertTo(weight.Type.Element);

    /// <summary>A name that nothing has yet.</summary>
    public string Unique(string wanted)
    {
        var name = wanted;
        for (var i = 2; !_names.Add(name); i++)
        {
            name = $"{wanted}_{i.ToString(CultureInfo.InvariantCulture)}";
        }

        return name;
    }

    /// <summary>The model.</summary>
    public Model Finish() => new()
    {
        IrVersion = IrVersion,
        ProducerName = "NNLang",
        Graph = _graph,
        OpsetImport = { new OperatorSet { Domain = string.Empty, Version = OnnxExporter.Opset } },
    };

    private static ReadOnlyMemory<byte> Pack(Tensor tensor)
    {
        if (tensor.Type is not (ElementType.I4 or ElementType.U4))
        {
            return tensor.Bytes;
        }

        var packed = new byte[(tensor.Bytes.Length + 1) / 2];
        for (var i = 0; i < tensor.Bytes.Length; i++)
        {
            packed[i / 2] |= (byte)((tensor.Bytes.Span[i] & 15) << (i % 2 * 4));
        }

        return packed;
    }

    private static ValueInfo Describe(string name, TensorType type)
    {
        var shape = new TensorDimensions();
        foreach (var dimension in type.Dimensions)
        {
            shape.Dim.Add(dimension.Value is { } value
                ? new TensorDimension { DimValue = value }
                : new TensorDimension { DimParam = dimension.SymbolName ?? dimension.ToString() });
        }

        return new ValueInfo
        {
            Name = name,
            Type = new Wire.ValueType { TensorType = new TensorKind { ElemType = OnnxTypes.NumberOf(type.Element), Shape = shape } },
        };
    }

    /// <summary>A path without the backticks of its components.</summary>
    private static string Plain(LayerName name)
    {
        var path = name.Path;
        if (!path.Contains('`'))
        {
            return path;
        }

        var text = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '`')
            {
                quoted = !quoted;
            }
            else
            {
                i += quoted && path[i] == '\\' ? 1 : 0;
                text.Append(path[i]);
            }
        }

        return text.ToString();
    }
}
