using System.Collections.Frozen;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;
using static NNLang.Onnx.Export.LayerExport;

namespace NNLang.Onnx.Export;

/// <summary>Adds the nodes of one layer. Throws <see cref="NotSupportedException"/> for what has no ONNX form.</summary>
internal delegate void ExportRule(LayerExport layer);

/// <summary>The table of operators: each has one rule.</summary>
internal static class ExportRules
{
    private static readonly FrozenDictionary<string, ExportRule> Rules = new Dictionary<string, ExportRule>
    {
        ["abs"] = Plain("Abs"),
        ["add"] = Plain("Add"),
        ["avg_pool2d"] = AvgPool,
        ["batch_norm"] = BatchNorm,
        ["cast"] = static layer => layer.Add("Cast", layer.Operands, Integer("to", Wire.OnnxTypes.NumberOf(layer.Attributes.Type("type")))),
        ["clip"] = Clip,
        ["concat"] = static layer => layer.Add("Concat", layer.Operands, Integer("axis", layer.Attributes.Integer("axis"))),
        ["constant"] = static layer => throw layer.Unsupported("as a layer"),
        ["conv2d"] = Conv,
        ["dense"] = Dense,
        ["div"] = Plain("Div"),
        ["dropout"] = static layer => layer.Add(
            "Dropout", [layer.Operand(0), layer.Builder.AddTensor($"{layer.Name}_ratio",
                Tensor.Of(new Shape(), [(float)layer.Attributes.Real("rate")]))]),
        ["exp"] = Plain("Exp"),
        ["flatten"] = static layer => layer.Add("Flatten", layer.Operands, Integer("axis", layer.Attributes.Integer("axis"))),
        ["global_avg_pool"] = static layer => Global(layer, "GlobalAveragePool"),
        ["global_max_pool"] = static layer => Global(layer, "GlobalMaxPool"),
        ["hard_sigmoid"] = static layer => layer.Add(
            "HardSigmoid", layer.Operands, Real("alpha", layer.Attributes.Real("alpha")), Real("beta", layer.Attributes.Real("beta"))),
        ["identity"] = Plain("Identity"),
        ["leaky_relu"] = static layer => layer.Add("LeakyRelu", layer.Operands, Real("alpha", layer.Attributes.Real("slope"))),
        ["log"] = Plain("Log"),
        ["log_softmax"] = static layer => layer.Add("LogSoftmax", layer.Operands, Integer("axis", layer.Attributes.Integer("axis"))),
        ["matmul"] = Plain("MatMul"),
        ["max"] = Plain("Max"),
        ["max_pool2d"] = static layer => Pool(layer, "MaxPool"),
        ["min"] = Plain("Min"),
        ["mul"] = Plain("Mul"),
        ["neg"] = Plain("Neg"),
        ["pad"] = Pad,
        ["reduce_max"] = static layer => Reduce(layer, "ReduceMax"),
        ["reduce_mean"] = static layer => Reduce(layer, "ReduceMean"),
        ["reduce_min"] = static layer => Reduce(layer, "ReduceMin"),
        ["reduce_sum"] = ReduceSum,
        ["relu"] = Plain("Relu"),
        ["reshape"] = static layer => layer.Add(
            "Reshape", [layer.Operand(0), ShapeOf(layer)], Integer("allowzero",
                layer.ResultType.Dimensions.Any(d => d.Value == 0) ? 1 : 0)),
        ["sigmoid"] = Plain("Sigmoid"),
        ["silu"] = static layer => layer.Add("Mul", [layer.Operand(0), layer.AddPart("sigmoid", "Sigmoid", layer.Operands)]),
        ["slice"] = Slice,
        ["softmax"] = static layer => layer.Add("Softmax", layer.Operands, Integer("axis", layer.Attributes.Integer("axis"))),
        ["softplus"] = Plain("Softplus"),
        ["split"] = Split,
        ["sqrt"] = Plain("Sqrt"),
        ["squeeze"] = static layer => WithAxes(layer, "Squeeze"),
        ["sub"] = Plain("Sub"),
        ["sum"] = Plain("Sum"),
        ["tanh"] = Plain("Tanh"),
        ["transpose"] = static layer => layer.Add(
            "Transpose", layer.Operands, Integers("perm", Permutation(layer))),
        ["unsqueeze"] = static layer => WithAxes(layer, "Unsqueeze"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The rule of an operator, or null.</summary>
    public static ExportRule? Find(string operatorName) => Rules.GetValueOrDefault(operatorName);

    private static ExportRule Plain(string operatorType) => layer => layer.Add(operatorType, layer.Operands);

    private static void Conv(LayerExport layer)
    {
        string[] inputs = layer.Slot(1) is { } bias ? [layer.Operand(0), layer.Slot(0)!, bias] : [layer.Operand(0), layer.Slot(0)!];
        layer.Add("Conv", inputs, [.. Window(layer), Integer("group", layer.Attributes.Integer("groups"))]);
    }

    private static void Dense(LayerExport layer)
    {
        if (layer.OperandType(0).Rank == 2)
        {
            string[] inputs = layer.Slot(1) is { } c ? [layer.Operand(0), layer.Slot(0)!, c] : [layer.Operand(0), layer.Slot(0)!];
            layer.Add("Gemm", inputs, Integer("transB", 1));
            return;
        }

        // MatMul takes the matrix the other way round.
        var transposed = layer.AddPart("weight", "Transpose", [layer.Slot(0)!], Integers("perm", [1, 0]));
        if (layer.Slot(1) is { } bias)
        {
            layer.Add("Add", [layer.AddPart("product", "MatMul", [layer.Operand(0), transposed]), bias]);
        }
        else
        {
            layer.Add("MatMul", [layer.Operand(0), transposed]);
        }
    }

    private static void BatchNorm(LayerExport layer)
    {
        var channels = layer.OperandType(0).Dimensions[1].Value ?? throw layer.Unsupported("over a symbolic number of channels");
        var inputs = new List<string> { layer.Operand(0) };
        for (var slot = 0; slot < 4; slot++)
        {
            inputs.Add(layer.Slot(slot) ?? layer.Builder.AddTensor($"{layer.Name}_{(slot is 0 or 3 ? "ones" : "zeros")}",
                Filled(layer, channels, slot is 0 or 3 ? 1 : 0)));
        }

        layer.Add("BatchNormalization", inputs, Real("epsilon", layer.Attributes.Real("epsilon")));
    }

    private static Tensor Filled(LayerExport layer, long count, double value)
    {
        var elements = new double[count];
        Array.Fill(elements, value);
        return Tensor.Of(new Shape(count), elements).ConvertTo(layer.ResultType.Element);
    }

    private static void Pool(LayerExport layer, string operatorType) =>
        layer.Add(operatorType, layer.Operands, [.. Window(layer), Integer("ceil_mode", layer.Attributes.Boolean("ceil") ? 1 : 0)]);

    private static void AvgPool(LayerExport layer) => layer.Add(
        "AveragePool", layer.Operands,
        [
            .. Window(layer).Where(attribute => attribute.Name != "dilations"),
                Integer("ceil_mode", layer.Attributes.Boolean("ceil") ? 1 : 0),
            Integer("count_include_pad", layer.Attributes.Boolean("count_include_pad") ? 1 : 0),
        ]);

    private static void Global(LayerExport layer, string operatorType)
    {
        if (layer.Attributes.Boolean("keep"))
        {
            layer.Add(operatorType, layer.Operands);
        }
        else
        {
            layer.Add("Flatten", [layer.AddPart("pool", operatorType, layer.Operands)], Integer("axis", 1));
        }
    }

    private static IEnumerable<Wire.Attribute> Window(LayerExport layer)
    {
        var attributes = layer.Attributes;
        var kernel = attributes.Integers("kernel");
        yield return Integers("kernel_shape", kernel);
        yield return Integers("strides", attributes.Has("stride") ? attributes.Integers("stride") : kernel);
        if (attributes.Has("dilation"))
        {
            yield return Integers("dilations", attributes.Integers("dilation"));
        }

        if (attributes.Find("pad") is AttributeValue.Text)
        {
            yield return Word("auto_pad", "SAME_UPPER");
            yield break;
        }

        var pads = attributes.Integers("pad");
        yield return Integers("pads", pads.Length switch
        {
            1 => [pads[0], pads[0], pads[0], pads[0]],
            2 => [pads[0], pads[1], pads[0], pads[1]],
            _ => pads,
        });
    }

    private static void Clip(LayerExport layer)
    {
        string[] inputs = [layer.Operand(0), Limit("min"), Limit("max")];
        layer.Add("Clip", inputs);

        string Limit(string name)
        {
            var value = layer.Attributes.Real(name);
            return double.IsInfinity(value)
                ? string.Empty
                : layer.Builder.AddTensor($"{layer.Name}_{name}", Tensor.Of(new Shape(), [value]).ConvertTo(layer.ResultType.Element));
        }
    }

    private static void Pad(LayerExport layer)
    {
        var pads = layer.Builder.AddIntegers(
            $"{layer.Name}_pads", [.. layer.Attributes.Integers("before"), .. layer.Attributes.Integers("after")]);
        var value = layer.Builder.AddTensor(
            $"{layer.Name}_value", Tensor.Of(new Shape(), [layer.Attributes.Real("value")]).ConvertTo(layer.ResultType.Element));
        layer.Add("Pad", [layer.Operand(0), pads, value]);
    }

    private static void Reduce(LayerExport layer, string operatorType)
    {
        var keep = Integer("keepdims", layer.Attributes.Boolean("keep") ? 1 : 0);
        if (layer.Attributes.Has("axes"))
        {
            layer.Add(operatorType, layer.Operands, Integers("axes", layer.Attributes.Integers("axes")), keep);
        }
        else
        {
            layer.Add(operatorType, layer.Operands, keep);
        }
    }

    private static void ReduceSum(LayerExport layer)
    {
        string[] inputs = layer.Attributes.Has("axes")
            ? [layer.Operand(0), layer.Builder.AddIntegers($"{layer.Name}_axes", [.. layer.Attributes.Integers("axes")])]
            : [layer.Operand(0)];
        layer.Add("ReduceSum", inputs, Integer("keepdims", layer.Attributes.Boolean("keep") ? 1 : 0));
    }

    private static void WithAxes(LayerExport layer, string operatorType) => layer.Add(
        operatorType, [layer.Operand(0), layer.Builder.AddIntegers($"{layer.Name}_axes", [.. layer.Attributes.Integers("axes")])]);

    private static void Slice(LayerExport layer)
    {
        var axes = layer.Attributes.Integers("axes");
        var (starts, ends) = (Bounds("starts", 0), Bounds("ends", long.MaxValue));
        var inputs = new List<string>
        {
            layer.Operand(0), layer.Builder.AddIntegers($"{layer.Name}_starts", starts),
            layer.Builder.AddIntegers($"{layer.Name}_ends", ends),
            layer.Builder.AddIntegers($"{layer.Name}_axes", [.. axes]),
        };
        if (layer.Attributes.Has("steps"))
        {
            inputs.Add(layer.Builder.AddIntegers($"{layer.Name}_steps", [.. layer.Attributes.Integers("steps")]));
        }

        layer.Add("Slice", inputs);

        long[] Bounds(string name, long natural) => layer.Attributes.Find(name) switch
        {
            AttributeValue.List list => [.. list.Values.Select(value =>
                value is AttributeValue.Integer { Value: var index } ? Known(index) : natural)],
            AttributeValue.Integer { Value: var index } => [Known(index)],
            _ => [natural],
        };

        long Known(Dimension index) => index.Value ?? throw layer.Unsupported("with a symbolic bound");
    }

    private static void Split(LayerExport layer)
    {
        var axis = layer.Attributes.Integer("axis");
        string[] inputs = layer.Attributes.Has("sizes")
            ? [layer.Operand(0), layer.Builder.AddIntegers($"{layer.Name}_sizes", [.. layer.Attributes.Integers("sizes")])]
            : [layer.Operand(0)];
        layer.Add("Split", inputs, Integer("axis", axis));
    }

    private static IEnumerable<long> Permutation(LayerExport layer)
    {
        var rank = layer.OperandType(0).Rank;
        return layer.Attributes.Has("permutation")
            ? layer.Attributes.Integers("permutation").Select(axis => axis < 0 ? axis + rank : axis)
            : Enumerable.Range(0, rank).Select(i => (long)(rank - 1 - i));
    }

    /// <summary>The new shape as an initialiser: known numbers, and -1 for the one entry that is symbolic.</summary>
    private static string ShapeOf(LayerExport layer)
    {
        var dimensions = layer.ResultType.Dimensions;
        var symbolic = dimensions.Count(d => d.Value is null);
        return symbolic <= 1
            ? layer.Builder.AddIntegers($"{layer.Name}_shape", [.. dimensions.Select(d => d.Value ?? -1)])
            : throw layer.Unsupported($"to {symbolic} symbolic dimensions");
    }
}
