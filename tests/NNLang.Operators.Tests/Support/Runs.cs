using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Operators.Tests.Support;

/// <summary>A call with tensors: contexts for evaluation and enclosure.</summary>
internal sealed record Runs(Operator Operator, EvaluationContext Context, InferenceContext Types, Inference Inference)
{
    /// <summary>Fills operands and slots of a call with the given source of numbers.</summary>
    public static Runs Of(string call, Func<string, int, double> number)
    {
        var (@operator, types) = Calls.Parse(call);
        var inference = @operator.Infer(types);
        Assert.True(inference.Problems.IsEmpty, call + ": " + string.Join(" ", inference.Problems.Select(p => p.Message)));
        var context = new EvaluationContext(
            [.. types.Operands.Select(type => type is null ? null : Fill(type.KnownShape!.Value, i => number("x", i)))],
            [.. inference.Slots.Select((type, slot) => type is null ? null : Fill(type.KnownShape!.Value, i => number(@operator.Slots[slot].Name, i)))],
            types.Attributes,
            [.. inference.Results.Select(type => type.KnownShape!.Value)]);
        return new Runs(@operator, context, types, inference);
    }

    public Tensor Evaluate() => Operator.Evaluate(Context)[0];

    public static Tensor Fill(Shape shape, Func<int, double> number)
    {
        var elements = new double[shape.Count];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = number(i);
        }

        return Tensor.Of(shape, elements);
    }

    /// <summary>The multi-index of a row-major position.</summary>
    public static long[] Index(Shape shape, long position)
    {
        var index = new long[shape.Rank];
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            index[axis] = position % shape[axis];
            position /= shape[axis];
        }

        return index;
    }

    /// <summary>The element at a multi-index.</summary>
    public static double At(Tensor tensor, params ReadOnlySpan<long> index)
    {
        long position = 0;
        for (var axis = 0; axis < index.Length; axis++)
        {
            Assert.InRange(index[axis], 0, tensor.Shape[axis] - 1);
            position = (position * tensor.Shape[axis]) + index[axis];
        }

        return tensor.AsDoubles()[(int)position];
    }
}
