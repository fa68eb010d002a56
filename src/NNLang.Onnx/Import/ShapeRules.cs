using NNLang.Operators.Model;
using NNLang.Operators.Shapes;

namespace NNLang.Onnx.Import;

/// <summary>Operators that move elements.</summary>
internal static class ShapeRules
{
    public static (string Operator, ImportRule Rule)[] Table { get; } =
    [
        ("Reshape", Reshape), ("Flatten", static (c, n) => c.Emit(n, "flatten", [n.Input(0)],
            [("axis", AttributeValue.Of(n.Integer("axis", 1)))])),
        ("Transpose", Transpose), ("Squeeze", Squeeze), ("Unsqueeze", Unsqueeze), ("Concat", Concat), ("Split", Split), ("Slice", Slice),
        ("Pad", Pad), ("Identity", static (c, n) => c.Emit(n, "identity", [n.Input(0)])), ("Dropout", Dropout),
    ];

    private static void Reshape(ImportContext context, NodeView node)
    {
        var x = node.Input(0);
        var wanted = node.Opset < 5 && node.Integers("shape") is { } old
            ? [.. old.Select(i => Dimension.Of(i))]
            : DimensionArithmetic.Of(node.Input(1)) ?? throw node.Unsupported("to a shape that is computed at run time");
        var shape = wanted.ToArray();
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i].Value == 0 && node.Integer("allowzero", 0) == 0)
            {
                shape[i] = i < x.Type.Rank ? x.Type.Dimensions[i] : throw node.Malformed($"copies axis {i} of {x.Type}");
            }
        }

        // A single symbolic entry that the number of elements implies reads better as -1.
        var symbolic = Array.FindAll(shape, d => d.Value is null);
        if (symbolic.Length == 1 && symbolic[0].SymbolName is null && !shape.Any(d => d.Value == -1) && shape.All(d => d.Value != 0))
        {
            shape[Array.FindIndex(shape, d => d.Value is null)] = Dimension.Of(-1);
        }

        context.Emit(node, "reshape", [x], [("shape", new AttributeValue.List([.. shape.Select(d => new AttributeValue.Integer(d))]))]);
    }

    private static void Transpose(ImportContext context, NodeView node)
    {
        if (node.Integers("perm") is { } permutation)
        {
            context.Emit(node, "transpose", [node.Input(0)], [("permutation", AttributeValue.Of(permutation))]);
        }
        else
        {
            context.Emit(node, "transpose", [node.Input(0)]);
        }
    }

    private static void Squeeze(ImportContext context, NodeView node)
    {
        var x = node.Input(0);
        var axes = node.Opset >= 13 ? node.IntegersOf("axes", 1) : node.Integers("axes");
        if (x.Dimensions is { } dimensions)
        {
            context.AddDimensions(node, dimensions, scalar: true);
            return;
        }

        axes ??= [.. Enumerable.Range(0, x.Type.Rank).Where(i => x.Type.Dimensions[i].Value == 1).Select(i => (long)i)];
        context.Emit(node, "squeeze", [x], [("axes", AttributeValue.Of(axes.Value))]);
    }

    private static void Unsqueeze(ImportContext context, NodeView node)
    {
        var x = node.Input(0);
        if ((node.Opset >= 13 ? node.IntegersOf("axes", 1) : node.Integers("axes")) is not { } axes)
        {
            throw node.Malformed("lacks its axes");
        }

        if (x.Dimensions is { Count: 1 } dimensions && axes.Length == 1 && x.Type.Rank == 0)
        {
            context.AddDimensions(node, dimensions, scalar: false);
            return;
        }

        context.Emit(node, "unsqueeze", [x], [("axes", AttributeValue.Of(axes))]);
    }

    private static void Concat(ImportContext context, NodeView node)
    {
        var items = new ImportedValue[node.Inputs.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = node.Input(i);
        }

        if (items.Any(item => item.Dimensions is not null))
        {
            var parts = items.Select(item =>
                DimensionArithmetic.Of(item) ?? throw node.Unsupported("that mixes dimensions and run-time values"));
            context.AddDimensions(node, [.. parts.SelectMany(part => part)], scalar: false);
            return;
        }

        context.Emit(node, "concat", items, [("axis", AttributeValue.Of(node.Integer("axis", 1)))]);
    }

    private static void Split(ImportContext context, NodeView node)
    {
        var axis = ("axis", AttributeValue.Of(node.Integer("axis", 0)));
        var sizes = node.Opset >= 13 ? node.IntegersOf("split", 1) : node.Integers("split");
        var x = node.Input(0);
        if (sizes is null)
        {
            // The last part is shorter where the parts do not come out even.
            var parts = node.OutputCount;
            var at = (int)node.Integer("axis", 0);
            at = at < 0 ? at + x.Type.Rank : at;
            if (at >= 0 && at < x.Type.Rank && x.Type.Dimensions[at].Value is { } extent && parts > 0 && extent % parts != 0)
            {
                var part = (extent + parts - 1) / parts;
                sizes = [.. Enumerable.Range(0, parts).Select(i => Math.Clamp(extent - (i * part), 0, part))];
            }
            else
            {
                context.EmitMany(node, "split", [x], [("parts", AttributeValue.Of(parts)), axis]);
                return;
            }
        }

        context.EmitMany(node, "split", [x], [("sizes", AttributeValue.Of(sizes.Value)), axis]);
    }

    private static void Slice(ImportContext context, NodeView node)
    {
        var x = node.Input(0);
        var inputs = node.Opset >= 10;
        var starts = inputs ? node.KnownIntegers(node.Input(1), "starts") : node.Integers("starts") ?? throw node.Malformed("lacks starts");
        var ends = inputs ? node.KnownIntegers(node.Input(2), "ends") : node.Integers("ends") ?? throw node.Malformed("lacks ends");
        var axes = (inputs ? node.IntegersOf("axes", 3) : node.Integers("axes")) ?? [.. Enumerable.Range(0, starts.Length).Select(i =>
            (long)i)];
        var steps = (inputs ? node.IntegersOf("steps", 4) : null) ?? [.. starts.Select(_ => 1L)];
        if (axes.Length != starts.Length || ends.Length != starts.Length || steps.Length != starts.Length)
        {
            throw node.Malformed("has starts, ends, axes and steps of different lengths");
        }

        if (steps.Any(step => step <= 0))
        {
            throw node.Unsupported("with steps backwards");
        }

        if (x.Dimensions is { } dimensions && axes is [0])
        {
            var (from, to) = (Clamp(starts[0], dimensions.Count), Clamp(ends[0], dimensions.Count));
            context.AddDimensions(node, [.. dimensions.Where((_, i) => i >= from && i < to && (i - from) % steps[0] == 0)], scalar: false);
            return;
        }

        var (firsts, lasts) = (new AttributeValue[starts.Length], new AttributeValue[starts.Length]);
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = axes[i] < 0 ? axes[i] + x.Type.Rank : axes[i];
            var extent = axis >= 0 && axis < x.Type.Rank ? x.Type.Dimensions[(int)axis].Value : null;
            firsts[i] = AttributeValue.Of(extent is { } known ? Clamp(starts[i], known) : starts[i]);
            lasts[i] = ends[i] > int.MaxValue - 1 || (extent is { } all && ends[i] >= all)
                ? AttributeValue.Nothing
                : AttributeValue.Of(extent is { } size ? Math.Max(Clamp(ends[i], size), Clamp(starts[i], size)) : ends[i]);
        }

        context.Emit(
            node, "slice", [x],
            [
                ("axes", AttributeValue.Of(axes)), ("starts", new AttributeValue.List([.. firsts])),
                ("ends", new AttributeValue.List([.. lasts])),
                ("steps", steps.All(step => step == 1) ? AttributeValue.Nothing : AttributeValue.Of(steps)),
            ]);

        static long Clamp(long index, long extent) => Math.Clamp(index < 0 ? index + extent : index, 0, extent);
    }

    private static void Pad(ImportContext context, NodeView node)
    {
        var x = node.Input(0);
        var mode = node.Word("mode", "constant");
        if (mode != "constant")
        {
            throw node.Unsupported($"in mode {mode}");
        }

        var inputs = node.Opset >= 11;
        var pads = (inputs ? node.IntegersOf("pads", 1)
            : node.Integers("pads") ?? node.Integers("paddings")) ?? throw node.Malformed("lacks its pads");
        var value = inputs ? (node.Optional(2) is { } given ? node.KnownReal(given, "a value") : 0) : node.Real("value", 0);
        var axes = (inputs ? node.IntegersOf("axes", 3) : null) ?? [.. Enumerable.Range(0, x.Type.Rank).Select(i => (long)i)];
        if (pads.Length != 2 * axes.Length)
        {
            throw node.Malformed($"has {pads.Length} pads for {axes.Length} axes");
        }

        if (pads.Any(pad => pad < 0))
        {
            throw node.Unsupported("with negative pads");
        }

        var (before, after) = (new long[x.Type.Rank], new long[x.Type.Rank]);
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i] < 0 ? axes[i] + x.Type.Rank : axes[i];
            if (axis < 0 || axis >= x.Type.Rank)
            {
                throw node.Malformed($"pads axis {axes[i]} of {x.Type}");
            }

            (before[axis], after[axis]) = (pads[i], pads[i + axes.Length]);
        }

        context.Emit(
            node, "pad", [x],
            [("before", AttributeValue.Of([.. before])), ("after", AttributeValue.Of([.. after])), ("value", AttributeValue.Of(value))]);
    }

    private static void Dropout(ImportContext context, NodeView node)
    {
        if (node.OutputCount > 1 && context.IsRead(node.Node.Output[1]))
        {
            throw node.Unsupported("with a mask that is read");
        }

        if (node.Opset >= 12 && node.Optional(2)?.Constant is { } training && training.Bytes.Span.IndexOfAnyExcept((byte)0) >= 0)
        {
            throw node.Unsupported("in training");
        }

        var rate = node.Opset >= 12 ? (node.Optional(1) is { Constant: not null } given ? node.KnownReal(given, "a ratio") : 0.5)
            : node.Real("ratio", 0.5);
        context.Emit(node, "dropout", [node.Input(0)], [("rate", AttributeValue.Of(rate))]);
    }
}
