using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>Convolutions, matrix products, pools and normalisation.</summary>
internal static class LayerRules
{
    public static (string Operator, ImportRule Rule)[] Table { get; } =
    [
        ("Conv", Conv), ("Gemm", Gemm), ("MatMul", MatMul), ("MaxPool", MaxPool), ("AveragePool", AveragePool),
        ("GlobalAveragePool", static (c, n) => Global(c, n, "global_avg_pool")),
            ("GlobalMaxPool", static (c, n) => Global(c, n, "global_max_pool")),
        ("BatchNormalization", BatchNormalization), ("Softmax", static (c, n) => Softmax(c, n, "softmax")),
        ("LogSoftmax", static (c, n) => Softmax(c, n, "log_softmax")),
    ];

    private static void Conv(ImportContext context, NodeView node)
    {
        var x = node.Input(0);
        if (node.Input(1).Constant is not { } weight)
        {
            throw node.Unsupported("with a weight that is computed at run time");
        }

        if (x.Type.Rank != 4 || weight.Shape.Rank != 4)
        {
            throw node.Unsupported($"over {Math.Max(0, x.Type.Rank - 2)} image axes");
        }

        ImmutableArray<long> kernel = [weight.Shape[2], weight.Shape[3]];
        if (node.Integers("kernel_shape") is { } given && !given.AsSpan().SequenceEqual(kernel.AsSpan()))
        {
            throw node.Malformed($"has kernel_shape [{string.Join(", ", given)}] and a weight {weight.Shape}");
        }

        var slots = new List<(string, Tensor)> { ("weight", weight) };
        if (node.Optional(2) is { } bias)
        {
            slots.Add(("bias", bias.Constant ?? throw node.Unsupported("with a bias that is computed at run time")));
            if (bias.Constant.Shape.Rank != 1 || bias.Constant.Shape[0] != weight.Shape[0])
            {
                throw node.Malformed($"has a bias {bias.Constant.Shape} for {weight.Shape[0]} filters");
            }
        }

        var groups = node.Integer("group", 1);
        var attributes = Window(node, x.Type, kernel, ceil: false);
        attributes.Insert(0, ("filters", AttributeValue.Of(weight.Shape[0])));
        attributes.Add(("groups", AttributeValue.Of(groups)));
        attributes.Add(("bias", AttributeValue.Of(slots.Count == 2)));
        if (groups < 1 || x.Type.Dimensions[1].Value is not { } channels || channels != weight.Shape[1] * groups)
        {
            throw node.Malformed($"has a weight {weight.Shape} in {groups} groups for the input {x.Type}");
        }

        context.Emit(node, "conv2d", [x], [.. attributes], [.. slots]);
    }

    private static void Gemm(ImportContext context, NodeView node)
    {
        var (a, b, c) = (node.Input(0), node.Input(1), node.Optional(2));
        var (alpha, beta) = (node.Real("alpha", 1), node.Real("beta", 1));
        var (transposeA, transposeB) = (node.Integer("transA", 0) != 0, node.Integer("transB", 0) != 0);
        if (a.Type.Rank != 2 || b.Type.Rank != 2)
        {
            throw node.Malformed($"reads matrices, but got {a.Type} and {b.Type}");
        }

        var isBias = c is null || (c.Constant is { } constant && (constant.Shape.Count == 1 || constant.Shape[-1] == constant.Shape.Count));
        if (!transposeA && b.Constant is { } weight && a.Constant is null && isBias && ElementTypes.IsFloat(weight.Type))
        {
            weight = Scaled(transposeB ? weight : Transposed(weight), alpha);
            var slots = new List<(string, Tensor)> { ("weight", weight) };
            if (c?.Constant is { } bias)
            {
                slots.Add(("bias", Scaled(Repeated(bias, weight.Shape[0]), beta)));
            }

            if (a.Type.Dimensions[1] != Dimension.Of(weight.Shape[1]))
            {
                throw node.Malformed($"multiplies {a.Type} by a weight of {weight.Shape[1]} rows");
            }

            context.Emit(
                node, "dense", [a], [("units", AttributeValue.Of(weight.Shape[0])), ("bias", AttributeValue.Of(slots.Count == 2))],
                [.. slots]);
            return;
        }

        a = transposeA ? context.Emit(node, "transpose", [a], [("permutation", AttributeValue.Of(1L, 0L))], last: false, part: "a") : a;
        b = transposeB ? context.Emit(node, "transpose", [b], [("permutation", AttributeValue.Of(1L, 0L))], last: false, part: "b") : b;
        var scaled = alpha != 1;
        var product = context.Emit(node, "matmul", [a, b], last: c is null && !scaled, part: "product");
        if (scaled)
        {
            product = context.Emit(node, "mul", [product, Scalar(product.Type.Element, alpha)], last: c is null, part: "scaled");
        }

        if (c is not null)
        {
            c = beta == 1 ? c : context.Emit(node, "mul", [c, Scalar(product.Type.Element, beta)], last: false, part: "bias");
            context.Emit(node, "add", [product, c]);
        }
    }

    private static void MatMul(ImportContext context, NodeView node)
    {
        var (a, b) = (node.Input(0), node.Input(1));
        if (b.Constant is { Shape.Rank: 2 } weight && a.Constant is null && a.Type.Rank >= 1 && ElementTypes.IsFloat(weight.Type))
        {
            if (a.Type.Dimensions[^1] != Dimension.Of(weight.Shape[0]))
            {
                throw node.Malformed($"multiplies {a.Type} by {weight.Shape}");
            }

            context.Emit(
                node, "dense", [a], [("units", AttributeValue.Of(weight.Shape[1])), ("bias", AttributeValue.Of(false))],
                [("weight", Transposed(weight))]);
            return;
        }

        context.Emit(node, "matmul", [a, b]);
    }

    private static void MaxPool(ImportContext context, NodeView node)
    {
        if (node.OutputCount > 1 && context.IsRead(node.Node.Output[1]))
        {
            throw node.Unsupported("with indices as a second output");
        }

        if (node.Integer("storage_order", 0) != 0)
        {
            throw node.Unsupported("with columns first");
        }

        context.Emit(node, "max_pool2d", [node.Input(0)], [.. Pool(node, dilated: true)]);
    }

    private static void AveragePool(ImportContext context, NodeView node)
    {
        if (node.Integers("dilations") is { } dilations && dilations.Any(d => d != 1))
        {
            throw node.Unsupported("with dilations");
        }

        var attributes = Pool(node, dilated: false);
        attributes.Add(("count_include_pad", AttributeValue.Of(node.Integer("count_include_pad", 0) != 0)));
        context.Emit(node, "avg_pool2d", [node.Input(0)], [.. attributes]);
    }

    private static void Global(ImportContext context, NodeView node, string name) =>
        context.Emit(node, name, [node.Input(0)], [("keep", AttributeValue.Of(true))]);

    private static void BatchNormalization(ImportContext context, NodeView node)
    {
        if (node.Integer("training_mode", 0) != 0 || node.Integer("spatial", 1) != 1)
        {
            throw node.Unsupported("in training, or not per channel,");
        }

        var slots = new List<(string, Tensor)>();
        string[] names = ["weight", "bias", "running_mean", "running_var"];
        for (var i = 0; i < names.Length; i++)
        {
            slots.Add((names[i], node.Input(i + 1).Constant ?? throw node.Unsupported("with statistics that are computed at run time")));
        }

        var x = node.Input(0);
        if (x.Type.Rank < 2 || slots.Any(slot => slot.Item2.Shape.Rank != 1 || x.Type.Dimensions[1] != Dimension.Of(slot.Item2.Shape[0])))
        {
            throw node.Malformed($"has statistics that do not fit the channels of {x.Type}");
        }

        // Statistics may be wider than the data; the slots have its type.
        context.Emit(
            node, "batch_norm", [x], [("epsilon", AttributeValue.Of(node.Real("epsilon", 1e-5)))],
            [.. slots.Select(slot => (slot.Item1, slot.Item2.ConvertTo(x.Type.Element)))]);
    }

    private static void Softmax(ImportContext context, NodeView node, string name)
    {
        var x = node.Input(0);
        if (node.Opset >= 13)
        {
            Along(node.Integer("axis", -1));
            return;
        }

        // Before opset 13 everything from the axis on is one row.
        var axis = node.Integer("axis", 1);
        axis = axis < 0 ? axis + x.Type.Rank : axis;
        var wide = Enumerable.Range(0, x.Type.Rank).Where(i => i >= axis && x.Type.Dimensions[i].Value != 1).ToArray();
        if (wide.Length <= 1 && axis < x.Type.Rank)
        {
            Along(wide.Length == 0 ? axis : wide[0]);
            return;
        }

        var rows = context.Emit(node, "flatten", [x], [("axis", AttributeValue.Of(axis))], last: false, part: "rows");
        var soft = context.Emit(node, name, [rows], last: false, part: "soft");
        context.Emit(
            node, "reshape", [soft], [("shape", new AttributeValue.List([.. x.Type.Dimensions.Select(d =>
                new AttributeValue.Integer(d))]))]);

        void Along(long axis) =>
            context.Emit(node, name, [x], [("axis", AttributeValue.Of(axis == x.Type.Rank - 1 ? -1 : axis))]);
    }

    private static List<(string, AttributeValue)> Pool(NodeView node, bool dilated)
    {
        var x = node.Input(0);
        if (node.Integers("kernel_shape") is not { } kernel)
        {
            throw node.Malformed("lacks kernel_shape");
        }

        if (x.Type.Rank != 4 || kernel.Length != 2)
        {
            throw node.Unsupported($"over {kernel.Length} image axes");
        }

        var ceil = node.Integer("ceil_mode", 0) != 0;
        var attributes = Window(node, x.Type, kernel, ceil);
        attributes.Add(("ceil", AttributeValue.Of(ceil)));
        if (attributes[1].Item2.Equals(attributes[0].Item2))
        {
            attributes[1] = ("stride", AttributeValue.Nothing);
        }

        if (!dilated)
        {
            attributes.RemoveAll(attribute => attribute.Item1 == "dilation");
        }

        return attributes;
    }

    /// <summary>kernel, stride, pad and dilation.</summary>
    private static List<(string, AttributeValue)> Window(NodeView node, TensorType x, ImmutableArray<long> kernel, bool ceil)
    {
        var strides = Pair("strides");
        var dilations = Pair("dilations");
        return
        [
            ("kernel", AttributeValue.Of(kernel)),
            ("stride", AttributeValue.Of(strides)),
            ("pad", Padding(node, x, kernel, strides, dilations, ceil)),
            ("dilation", AttributeValue.Of(dilations)),
        ];

        ImmutableArray<long> Pair(string name)
        {
            var pair = node.Integers(name) ?? [1, 1];
            return pair.Length == 2 && pair.All(i => i > 0) ? pair : throw node.Malformed($"has {name} [{string.Join(", ", pair)}]");
        }
    }

    private static AttributeValue Padding(
        NodeView node, TensorType x, ImmutableArray<long> kernel, ImmutableArray<long> strides, ImmutableArray<long> dilations, bool ceil)
    {
        var mode = node.Word("auto_pad", "NOTSET");
        switch (mode)
        {
            case "SAME_UPPER" when !ceil:
                return AttributeValue.Of("same");
            case "SAME_UPPER" or "SAME_LOWER":
                {
                    var pads = new long[4];
                    for (var i = 0; i < 2; i++)
                    {
                        if (x.Dimensions[2 + i].Value is not { } extent)
                        {
                            throw node.Unsupported("with SAME_LOWER over a symbolic dimension");
                        }

                        var outputs = (extent + strides[i] - 1) / strides[i];
                        var total = Math.Max(0, ((outputs - 1) * strides[i]) + ((kernel[i] - 1) * dilations[i]) + 1 - extent);
                        var less = total / 2;
                        (pads[i], pads[2 + i]) = mode == "SAME_LOWER" ? (total - less, less) : (less, total - less);
                    }

                    return Compact(pads);
                }

            case "VALID":
                return AttributeValue.Of(0);
            case "NOTSET" or "":
                {
                    var pads = node.Integers("pads") ?? [0, 0, 0, 0];
                    if (pads.Length != 4)
                    {
                        throw node.Malformed($"has {pads.Length} pads for two image axes");
                    }

                    return pads.All(p => p >= 0) ? Compact([.. pads]) : throw node.Unsupported("with negative pads");
                }

            default:
                throw node.Malformed($"has auto_pad '{mode}'");
        }
    }

    /// <summary>[top, left, bottom, right], [h, w] or one number: the shortest that says it.</summary>
    private static AttributeValue Compact(long[] pads) =>
        pads[0] == pads[2] && pads[1] == pads[3]
            ? pads[0] == pads[1] ? AttributeValue.Of(pads[0]) : AttributeValue.Of(pads[0], pads[1])
            : AttributeValue.Of([.. pads]);

    internal static ImportedValue Scalar(ElementType type, double value)
    {
        var tensor = Tensor.Of(new Shape(), [value]).ConvertTo(type);
        return new ImportedValue(string.Empty, new TensorType(type)) { Constant = tensor };
    }

    private static Tensor Transposed(Tensor matrix)
    {
        var (rows, columns, size) = ((int)matrix.Shape[0], (int)matrix.Shape[1], ElementTypes.Bytes(matrix.Type));
        var source = matrix.Bytes.Span;
        var target = new byte[source.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                source.Slice(((i * columns) + j) * size, size).CopyTo(target.AsSpan(((j * rows) + i) * size));
            }
        }

        return new Tensor(matrix.Type, new Shape(columns, rows), target);
    }

    private static Tensor Scaled(Tensor tensor, double factor) =>
        factor == 1
            ? tensor
            : Tensor.Of(tensor.Shape, Array.ConvertAll(tensor.ToDoubles().AsDoubles().ToArray(), x => x * factor)).ConvertTo(tensor.Type);

    private static Tensor Repeated(Tensor bias, long count)
    {
        if (bias.Shape.Count == count)
        {
            return new Tensor(bias.Type, new Shape(count), bias.Bytes);
        }

        var elements = new double[count];
        Array.Fill(elements, bias.ToDoubles().AsDoubles()[0]);
        return Tensor.Of(new Shape(count), elements).ConvertTo(bias.Type);
    }
}
