using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>Elementwise operators and reductions.</summary>
internal static class ElementRules
{
    public static (string Operator, ImportRule Rule)[] Table { get; } =
    [
        ("Relu", Unary("relu")), ("Sigmoid", Unary("sigmoid")), ("Tanh", Unary("tanh")), ("Exp", Unary("exp")), ("Log", Unary("log")),
        ("Sqrt", Unary("sqrt")), ("Neg", Unary("neg")), ("Abs", Unary("abs")), ("Softplus", Unary("softplus")),
        ("LeakyRelu", static (c, n) => c.Emit(n, "leaky_relu", [n.Input(0)], [("slope", AttributeValue.Of(n.Real("alpha", 0.01)))])),
        ("HardSigmoid", static (c, n) => c.Emit(
            n, "hard_sigmoid", [n.Input(0)], [("alpha", AttributeValue.Of(n.Real("alpha", 0.2))),
                ("beta", AttributeValue.Of(n.Real("beta", 0.5)))])),
        ("Clip", Clip), ("Cast", Cast),
        ("Add", Binary("add")), ("Sub", Binary("sub")), ("Mul", Binary("mul")), ("Div", Binary("div")),
        ("Sum", Variadic("sum")), ("Max", Variadic("max")), ("Min", Variadic("min")),
        ("ReduceSum", Reduce("reduce_sum", 13)), ("ReduceMean", Reduce("reduce_mean", 18)), ("ReduceMax", Reduce("reduce_max", 18)),
        ("ReduceMin", Reduce("reduce_min", 18)),
    ];

    private static ImportRule Unary(string name) => (context, node) => context.Emit(node, name, [node.Input(0)]);

    private static ImportRule Binary(string name) => (context, node) =>
    {
        var (a, b) = (node.Input(0), node.Input(1));
        if (DimensionArithmetic.TryApply(context, node, name, a, b))
        {
            return;
        }

        if (node.Opset < 7 && node.Integer("broadcast", 0) != 0 && node.Has("axis") && b.Type.Rank < a.Type.Rank)
        {
            // Opset 6 aligned the second operand at an axis: trailing axes of 1 do that now.
            var axis = (int)node.Integer("axis", 0);
            axis = axis < 0 ? axis + a.Type.Rank : axis;
            var missing = a.Type.Rank - axis - b.Type.Rank;
            if (missing < 0)
            {
                throw node.Malformed($"broadcasts {b.Type} at axis {axis} of {a.Type}");
            }

            if (missing > 0)
            {
                b = context.Emit(
                    node, "unsqueeze", [b], [("axes", AttributeValue.Of([.. Enumerable.Range(b.Type.Rank, missing).Select(i => (long)i)]))],
                    last: false, part: "b");
            }
        }

        context.Emit(node, name, [a, b]);
    };

    private static ImportRule Variadic(string name) => (context, node) =>
    {
        var items = new ImportedValue[node.Inputs.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = node.Input(i);
        }

        if (items.Length == 0)
        {
            throw node.Malformed("has no input");
        }

        context.Emit(node, name, items);
    };

    private static void Clip(ImportContext context, NodeView node)
    {
        var (least, greatest) = node.Opset < 11
            ? (node.Real("min", double.NegativeInfinity), node.Real("max", double.PositiveInfinity))
            : (node.Optional(1) is { } a ? node.KnownReal(a, "limits") : double.NegativeInfinity,
                node.Optional(2) is { } b ? node.KnownReal(b, "limits") : double.PositiveInfinity);

        // Exporters write the largest float for no limit.
        least = least <= -float.MaxValue ? double.NegativeInfinity : least;
        greatest = greatest >= float.MaxValue ? double.PositiveInfinity : greatest;
        context.Emit(node, "clip", [node.Input(0)], [("min", AttributeValue.Of(least)), ("max", AttributeValue.Of(greatest))]);
    }

    private static void Cast(ImportContext context, NodeView node)
    {
        var x = node.Input(0);
        var type = Wire.OnnxTypes.Find((int)node.Integer("to", 0)) ?? throw node.Unsupported($"to element type {node.Integer("to", 0)}");
        if (x.Dimensions is { } dimensions && type is (ElementType.I64 or ElementType.I32))
        {
            context.AddDimensions(node, dimensions, x.Type.Rank == 0);
            return;
        }

        if (type is ElementType.F8E4M3 or ElementType.F8E5M2 or ElementType.I4 or ElementType.U4)
        {
            throw node.Unsupported($"to {ElementTypes.Name(type)}");
        }

        context.Emit(node, "cast", [x], [("type", new AttributeValue.Type(type))]);
    }

    private static ImportRule Reduce(string name, int axesAreAnInputFrom) => (context, node) =>
    {
        var axes = node.Opset >= axesAreAnInputFrom ? node.IntegersOf("axes", 1) : node.Integers("axes");
        if (axes is null or { Length: 0 } && node.Integer("noop_with_empty_axes", 0) != 0)
        {
            context.Emit(node, "identity", [node.Input(0)]);
            return;
        }

        var keep = AttributeValue.Of(node.Integer("keepdims", 1) != 0);
        if (axes is { Length: > 0 } given)
        {
            context.Emit(node, name, [node.Input(0)], [("axes", AttributeValue.Of(given)), ("keep", keep)]);
        }
        else
        {
            context.Emit(node, name, [node.Input(0)], [("keep", keep)]);
        }
    };
}
