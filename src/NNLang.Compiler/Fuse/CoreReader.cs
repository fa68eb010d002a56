using System.Collections.Frozen;
using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Operators.Model;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Compiler.Fuse;

/// <summary>What a layer becomes as the core of a group.</summary>
/// <param name="Core">The core.</param>
/// <param name="Epilogue">What the operation itself puts behind it: a bias, a function.</param>
/// <param name="Operands">The tensor operands: indices into the layer's operands.</param>
/// <param name="TakesBatchNorm">Whether a batch norm behind it may be folded.</param>
/// <param name="TakesFunction">Whether a function or limits may be fused behind it.</param>
/// <param name="Bias">The source that is a bias, for a batch norm to fold.</param>
internal sealed record CoreReading(
    FusedCore Core, Epilogue Epilogue, ImmutableArray<int> Operands, bool TakesBatchNorm, bool TakesFunction, int? Bias = null);

/// <summary>Turns operations into cores: a table from operator names to readers.</summary>
internal static class CoreReader
{
    private static readonly FrozenDictionary<string, Func<Layer, Operation, Shape[], Shape, CoreReading?>> Readers =
        new Dictionary<string, Func<Layer, Operation, Shape[], Shape, CoreReading?>>
        {
            ["conv2d"] = Convolution,
            ["dense"] = Dense,
            ["matmul"] = MatMul,
            ["batch_norm"] = BatchNorm,
            ["max_pool2d"] = (layer, operation, operands, result) => Pool(operation, operands[0], result, average: false),
            ["avg_pool2d"] = (layer, operation, operands, result) => Pool(operation, operands[0], result, average: true),
            ["global_avg_pool"] = (layer, operation, operands, result) => GlobalPool(operands[0], average: true),
            ["global_max_pool"] = (layer, operation, operands, result) => GlobalPool(operands[0], average: false),
            ["softmax"] = Softmax,
            ["transpose"] = Transpose,
            ["concat"] = Concat,
            ["pad"] = Pad,
            ["slice"] = Slice,
            ["neg"] = (layer, operation, operands, result) => new CoreReading(
                new FusedCore.Elementwise(ChannelAxis: -1),
                Epilogue.None with { UniformScaleBits = BitConverter.SingleToUInt32Bits(-1f) },
                [0], TakesBatchNorm: false, TakesFunction: false),
            ["add"] = (layer, operation, operands, result) => Binary(AluOperation.Add),
            ["sub"] = (layer, operation, operands, result) => Binary(AluOperation.Sub),
            ["mul"] = (layer, operation, operands, result) => Binary(AluOperation.Mul),
            ["div"] = (layer, operation, operands, result) => Binary(AluOperation.Div),
            ["sum"] = (layer, operation, operands, result) => Chain(AluOperation.Add, operands.Length),
            ["max"] = (layer, operation, operands, result) => Chain(AluOperation.Max, operands.Length),
            ["min"] = (layer, operation, operands, result) => Chain(AluOperation.Min, operands.Length),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The reading of a layer whose shapes are known, or null if the operator has no core.</summary>
    public static CoreReading? Read(Layer layer)
    {
        var operation = layer.Operation;
        var operands = new Shape[operation.OperandTypes.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            operands[i] = operation.OperandTypes[i]?.KnownShape ?? default;
        }

        var result = operation.ResultTypes[0].KnownShape!.Value;
        return Readers.TryGetValue(operation.Operator.Name, out var read)
            ? read(layer, operation, operands, result)
            : operation.Operator.IsView ? View() : Function(operation);
    }

    /// <summary>Scale and bias of a batch norm layer whose own sources start at <paramref name="offset"/>.</summary>
    public static Epilogue FoldBatchNorm(Layer layer, int offset, int? bias)
    {
        var operation = layer.Operation;
        var epsilon = operation.Attributes.Real("epsilon");
        var channels = operation.OperandTypes[0]!.KnownShape!.Value[1];
        int? Slot(string name)
        {
            for (var i = 0; i < operation.Operator.Slots.Length; i++)
            {
                if (operation.Operator.Slots[i].Name == name)
                {
                    return layer.Sources[i] is null ? null : offset + i;
                }
            }

            return null;
        }

        var variance = Slot("running_var")!.Value;
        return Epilogue.None with
        {
            Scale = ColumnRecipes.Scale(channels, Slot("weight"), variance, epsilon),
            Bias = ColumnRecipes.Bias(channels, Slot("bias"), Slot("running_mean")!.Value, Slot("weight"), variance, epsilon, bias),
        };
    }

    private static CoreReading? Convolution(Layer layer, Operation operation, Shape[] operands, Shape result)
    {
        if (operands[0].Rank != 4 || layer.Sources[0] is null)
        {
            return null;
        }

        var core = new FusedCore.Convolution(
            WindowReader.Read(operation.Attributes, operands[0], result),
            checked((int)operands[0][1]),
            checked((int)result[1]),
            checked((int)operation.Attributes.Integer("groups")),
            Weight: 0);
        return WithBias(layer, core);
    }

    private static CoreReading? Dense(Layer layer, Operation operation, Shape[] operands, Shape result) =>
        layer.Sources[0] is null || operands[0].Rank == 0
            ? null
            : WithBias(
                layer, new FusedCore.Product(checked((int)operands[0][-1]), checked((int)result[-1]), Weight: 0, OutputsFirst: true));

    private static CoreReading WithBias(Layer layer, FusedCore core)
    {
        int? bias = layer.Sources.Length > 1 && layer.Sources[1] is not null ? 1 : null;
        var epilogue = bias is { } index ? Epilogue.None with { Bias = ColumnRecipes.Source(index) } : Epilogue.None;
        return new CoreReading(core, epilogue, [0], TakesBatchNorm: true, TakesFunction: true, bias);
    }

    private static CoreReading? MatMul(Layer layer, Operation operation, Shape[] operands, Shape result)
    {
        var (left, right) = (operands[0], operands[1]);
        if (layer.Operands[1] is { Kind: ValueKind.Source } weight && right.Rank == 2 && left.Rank >= 1 && layer.Operands[0].Kind != ValueKind.Source)
        {
            var product = new FusedCore.Product(checked((int)right[0]), checked((int)right[1]), weight.Index, OutputsFirst: false);
            return new CoreReading(product, Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: true);
        }

        return left.Rank < 2 || right.Rank < 2
            ? null
            : new CoreReading(
                new FusedCore.BatchedProduct(checked((int)left[-2]), checked((int)left[-1]), checked((int)right[-1])),
                Epilogue.None, [0, 1], TakesBatchNorm: false, TakesFunction: true);
    }

    private static CoreReading? BatchNorm(Layer layer, Operation operation, Shape[] operands, Shape result) =>
        operands[0].Rank < 2
            ? null
            : new CoreReading(
                new FusedCore.Elementwise(ChannelAxis: 1), FoldBatchNorm(layer, 0, null), [0], TakesBatchNorm: false, TakesFunction: true);

    private static CoreReading? Pool(Operation operation, Shape operand, Shape result, bool average)
    {
        if (operand.Rank != 4)
        {
            return null;
        }

        var core = new FusedCore.Pool(
            WindowReader.Read(operation.Attributes, operand, result),
            average ? WindowReader.Counted(operation.Attributes, operand, result) : null);
        return new CoreReading(core, Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false);
    }

    private static CoreReading? GlobalPool(Shape operand, bool average)
    {
        if (operand.Rank < 3)
        {
            return null;
        }

        var positions = 1L;
        for (var axis = 2; axis < operand.Rank; axis++)
        {
            positions = checked(positions * operand[axis]);
        }

        return new CoreReading(
            new FusedCore.GlobalPool(average, checked((int)positions)), Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false);
    }

    private static CoreReading Softmax(Layer layer, Operation operation, Shape[] operands, Shape result)
    {
        var axis = operation.Attributes.Integer("axis");
        axis = axis < 0 ? axis + result.Rank : axis;
        return new CoreReading(
            new FusedCore.Softmax((int)axis, checked((int)result[(int)axis])), Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false);
    }

    private static CoreReading View() =>
        new(new FusedCore.Reshape(), Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false);

    private static CoreReading Transpose(Layer layer, Operation operation, Shape[] operands, Shape result)
    {
        var rank = result.Rank;
        var axes = operation.Attributes.Has("permutation") ? operation.Attributes.Integers("permutation") : [];
        var order = ImmutableArray.CreateBuilder<int>(rank);
        for (var i = 0; i < rank; i++)
        {
            var axis = axes.IsEmpty ? rank - 1 - i : (int)axes[i];
            order.Add(axis < 0 ? axis + rank : axis);
        }

        return new CoreReading(
            new FusedCore.Transpose(order.MoveToImmutable()), Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false);
    }

    private static CoreReading Concat(Layer layer, Operation operation, Shape[] operands, Shape result)
    {
        var axis = (int)operation.Attributes.Integer("axis");
        return new CoreReading(
            new FusedCore.Concat(axis < 0 ? axis + result.Rank : axis, operands.Length),
            Epilogue.None, All(operands.Length), TakesBatchNorm: false, TakesFunction: false);
    }

    private static CoreReading Pad(Layer layer, Operation operation, Shape[] operands, Shape result)
    {
        var attributes = operation.Attributes;
        var value = BitConverter.SingleToUInt32Bits((float)attributes.Real("value"));
        var core = new FusedCore.Pad(attributes.Integers("before"), attributes.Integers("after"), value);
        return new CoreReading(core, Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false);
    }

    private static CoreReading Slice(Layer layer, Operation operation, Shape[] operands, Shape result)
    {
        var attributes = operation.Attributes;
        var rank = result.Rank;
        var (starts, steps) = (new long[rank], new long[rank]);
        Array.Fill(steps, 1);
        var axes = attributes.Integers("axes");
        var first = attributes.Find("starts") is AttributeValue.List list ? list.Values : [attributes.Find("starts")!];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = (int)(axes[i] < 0 ? axes[i] + rank : axes[i]);
            var start = (first[i] as AttributeValue.Integer)?.Value.Value ?? 0;
            starts[axis] = start < 0 ? start + operands[0][axis] : start;
            steps[axis] = attributes.Has("steps") ? attributes.Integers("steps")[i] : 1;
        }

        return new CoreReading(
            new FusedCore.Slice([.. starts], [.. steps]), Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false);
    }

    private static CoreReading Binary(AluOperation operation) =>
        new(new FusedCore.Binary(operation), Epilogue.None, [0, 1], TakesBatchNorm: false, TakesFunction: true);

    private static CoreReading Chain(AluOperation operation, int count) => count == 1
        ? new CoreReading(new FusedCore.Reshape(), Epilogue.None, [0], TakesBatchNorm: false, TakesFunction: false)
        : new CoreReading(new FusedCore.Chain(operation, count), Epilogue.None, All(count), TakesBatchNorm: false, TakesFunction: true);

    private static CoreReading? Function(Operation operation) =>
        ActivationTable.Append(Epilogue.None, operation) is { } epilogue
            ? new CoreReading(new FusedCore.Elementwise(ChannelAxis: -1), epilogue, [0], TakesBatchNorm: false, TakesFunction: false)
            : null;

    private static ImmutableArray<int> All(int count) => [.. Enumerable.Range(0, count)];
}
