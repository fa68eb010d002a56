using Google.Protobuf;
using NNLang.Onnx.Wire;
using NNLang.Tensors;
using Attribute = NNLang.Onnx.Wire.Attribute;
using NNLang.Testing;

namespace NNLang.Onnx.Tests;

/// <summary>Small models written by hand: a line a node, <c>out = Op(in, ..) attribute=value ..</c>.</summary>
internal static class Models
{
    /// <summary>Two branches, a depthwise convolution, pools, a split, a dense layer.</summary>
    public static byte[] Branches() => Of(
        17,
        ["x: 1 4 9 9"],
        ["y", "z"],
        ["w1: 6 4 3 3", "b1: 6", "w2: 6 1 3 3", "g: 6", "be: 6", "m: 6", "v: 6", "w3: 5 24", "b3: 5", "w4: 3 6 1 1"],
        """
        a = Conv(x, w1, b1) pads=1,1,1,1 strides=2,2
        a_r = Relu(a)
        /b/conv = Conv(a_r, w2) group=6 pads=1,1,1,1
        /b/bn = BatchNormalization(/b/conv, g, be, m, v)
        /b/act = Clip(/b/bn, zero, six)
        c = MaxPool(a_r) kernel_shape=3,3 pads=1,1,1,1
        d = Add(/b/act, c)
        p, q = Split(d) axis=1
        pq = Concat(q, p) axis=1
        e = AveragePool(pq) kernel_shape=3,3 strides=2,2 ceil_mode=1
        f = Flatten(e)
        y = Gemm(f, w3, b3) transB=1
        h = Conv(d, w4)
        s = Sigmoid(h)
        z = Mul(s, h)
        """);

    /// <summary>A model of f32 inputs and weights; <c>zero</c>, <c>six</c> and names that end in <c>_i</c> with numbers are constants.</summary>
    public static byte[] Of(int opset, string[] inputs, string[] outputs, string[] weights, string nodes, Action<Model>? change = null)
    {
        var graph = new Graph { Name = "g" };
        foreach (var input in inputs)
        {
            var (name, shape) = Declaration(input);
            graph.Input.Add(Describe(name, shape));
        }

        foreach (var weight in weights)
        {
            var (name, words) = Declaration(weight);
            var shape = new Shape([.. words.Select(long.Parse)]);
            var values = SharedOnnx.Sequence(name, (int)shape.Count);
            graph.Initializer.Add(Tensor(name, NNLang.Tensors.Tensor.Of(shape, Array.ConvertAll(values, v => name is "v" ? v + 1.5f : v))));
        }

        graph.Initializer.Add(Tensor("zero", NNLang.Tensors.Tensor.Of(new Shape(), [0f])));
        graph.Initializer.Add(Tensor("six", NNLang.Tensors.Tensor.Of(new Shape(), [6f])));
        foreach (var line in nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            graph.Node.Add(NodeOf(line));
        }

        foreach (var output in outputs)
        {
            graph.Output.Add(new ValueInfo { Name = output });
        }

        var model = new Model { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSet { Version = opset } } };
        change?.Invoke(model);
        return model.ToByteArray();
    }

    public static TensorData Tensor(string name, NNLang.Tensors.Tensor tensor)
    {
        var data = new TensorData { Name = name, DataType = OnnxTypes.NumberOf(tensor.Type), RawData = ByteString.CopyFrom(tensor.Bytes.Span) };
        data.Dims.AddRange(tensor.Shape.Dimensions);
        return data;
    }

    public static ValueInfo Describe(string name, string[] shape)
    {
        var dimensions = new TensorDimensions();
        foreach (var word in shape)
        {
            dimensions.Dim.Add(long.TryParse(word, out var extent) ? new TensorDimension { DimValue = extent } : new TensorDimension { DimParam = word == "?" ? "" : word });
        }

        return new ValueInfo { Name = name, Type = new Wire.ValueType { TensorType = new TensorKind { ElemType = 1, Shape = dimensions } } };
    }

    private static (string Name, string[] Words) Declaration(string text) =>
        (text.Split(": ")[0], text.Split(": ")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static Node NodeOf(string line)
    {
        var (left, right) = (line.Split(" = ", 2)[0], line.Split(" = ", 2)[1]);
        var (open, close) = (right.IndexOf('('), right.IndexOf(')'));
        var node = new Node { OpType = right[..open] };
        node.Output.AddRange(left.Split(", "));
        node.Input.AddRange(right[(open + 1)..close].Split(", ").Select(name => name == "-" ? "" : name));
        foreach (var word in right[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (word.Split('=')[0], word.Split('=')[1]);
            var attribute = new Attribute { Name = name };
            if (value.Contains(',') || name is "pads" or "axes" or "kernel_shape" or "perm" or "value_ints" or "shape")
            {
                attribute.Type = 7;
                attribute.Ints.AddRange(value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse));
            }
            else if (value.Contains('.'))
            {
                (attribute.Type, attribute.F) = (1, float.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
            }
            else if (long.TryParse(value, out var integer))
            {
                (attribute.Type, attribute.I) = (2, integer);
            }
            else
            {
                (attribute.Type, attribute.S) = (3, ByteString.CopyFromUtf8(value));
            }

            node.Attribute.Add(attribute);
        }

        return node;
    }
}
