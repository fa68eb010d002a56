using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>Operators that only make sense at import: constants and shape arithmetic.</summary>
internal static class ConstantRules
{
    public static (string Operator, ImportRule Rule)[] Table { get; } =
    [
        ("Constant", Constant), ("ConstantOfShape", ConstantOfShape), ("Shape", Shape), ("Size", Size), ("Gather", Gather),
    ];

    private static void Constant(ImportContext context, NodeView node)
    {
        if (node.Find("value")?.T is { } data)
        {
            context.AddConstant(node, 0, TensorReader.Read(data, context.ReadExternal));
        }
        else if (node.Find("value_float") is { } real)
        {
            context.AddConstant(node, 0, Tensor.Of(new Shape(), [real.F]));
        }
        else if (node.Find("value_floats") is { } reals)
        {
            context.AddConstant(node, 0, Tensor.Of(new Shape(reals.Floats.Count), [.. reals.Floats]));
        }
        else if (node.Find("value_int") is { } integer)
        {
            context.AddConstant(node, 0, ImportContext.Integers([integer.I], scalar: true));
        }
        else if (node.Find("value_ints") is { } integers)
        {
            context.AddConstant(node, 0, ImportContext.Integers([.. integers.Ints]));
        }
        else
        {
            throw node.Unsupported("of this kind");
        }
    }

    private static void ConstantOfShape(ImportContext context, NodeView node)
    {
        var shape = new List<long>();
        foreach (var extent in node.KnownIntegers(node.Input(0), "a shape"))
        {
            shape.Add(extent >= 0 ? extent : throw node.Malformed($"has the extent {extent}"));
        }

        var value = node.Find("value")?.T is { } data ? TensorReader.Read(data, context.ReadExternal) : Tensor.Of(new Shape(1), [0f]);
        var (filled, size) = (new Shape([.. shape]), ElementTypes.Bytes(value.Type));
        if (value.Shape.Count != 1)
        {
            throw node.Malformed("fills with more than one number");
        }

        long bytes;
        try
        {
            bytes = checked(filled.Count * size);
        }
        catch (OverflowException)
        {
            bytes = long.MaxValue;
        }

        if (!context.TryFill(bytes))
        {
            throw node.Unsupported($"of {filled}, with more than 1 GiB of such tensors in all,");
        }

        if (context.Replace(node.Node.Output[0], filled) is { } given)
        {
            context.AddConstant(node, 0, given);
            return;
        }

        var elements = new byte[bytes];
        for (var at = 0; at < elements.Length; at += size)
        {
            value.Bytes.Span.CopyTo(elements.AsSpan(at));
        }

        context.AddConstant(node, 0, new Tensor(value.Type, filled, elements));
    }

    private static void Shape(ImportContext context, NodeView node)
    {
        var dimensions = node.Input(0).Type.Dimensions;
        var start = Clamp(node.Integer("start", 0));
        var end = Clamp(node.Integer("end", dimensions.Length));
        context.AddDimensions(node, [.. dimensions.Skip(start).Take(Math.Max(0, end - start))], scalar: false);

        int Clamp(long index) => (int)Math.Clamp(index < 0 ? index + dimensions.Length : index, 0, dimensions.Length);
    }

    private static void Size(ImportContext context, NodeView node)
    {
        var product = Dimension.One;
        foreach (var dimension in node.Input(0).Type.Dimensions)
        {
            product *= dimension;
        }

        context.AddDimensions(node, [product], scalar: true);
    }

    private static void Gather(ImportContext context, NodeView node)
    {
        var (data, indices) = (node.Input(0), node.Input(1));
        if (DimensionArithmetic.Of(data) is not { } dimensions || data.Type.Rank != 1 || indices.Constant is null || indices.Type.Rank > 1)
        {
            throw node.Unsupported("outside shape arithmetic");
        }

        var picked = new List<Dimension>();
        foreach (var index in node.KnownIntegers(indices, "indices"))
        {
            var at = index < 0 ? index + dimensions.Count : index;
            picked.Add(at >= 0 && at < dimensions.Count ? dimensions[(int)at]
                : throw node.Malformed($"picks element {index} of {dimensions.Count}"));
        }

        context.AddDimensions(node, picked, scalar: indices.Type.Rank == 0);
    }
}
