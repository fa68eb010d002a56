using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private Value BindIndex(IndexSyntax syntax, AnnotationSet? annotations)
    {
        var target = Evaluate(syntax.Target);
        var subscripts = syntax.Subscripts.ToList();
        switch (target)
        {
            case UnknownValue or TensorValue { Type: null }:
                foreach (var subscript in subscripts)
                {
                    EvaluateParts(subscript);
                }

                return target is TensorValue ? target : UnknownValue.Instance;
            case ListValue list:
                return Note(syntax, IndexList(list.Values, subscripts, syntax, isBundle: false));
            case BundleValue bundle:
                return Note(syntax, IndexList(bundle.Values, subscripts, syntax, isBundle: true));
            case TensorValue { Type: { } type } tensor:
                return Note(syntax, IndexTensor(tensor, type, subscripts, syntax, annotations));
            default:
                Report(Codes.WrongType.At(SyntaxLocation.Of(syntax), $"{Capital(target.Kind)} cannot be indexed.", "Index tensors, lists and bundles."));
                return UnknownValue.Instance;
        }
    }

    private void EvaluateParts(SubscriptSyntax subscript)
    {
        foreach (var part in new[] { subscript.Start, subscript.End, subscript.Step })
        {
            if (part is not null)
            {
                Evaluate(part);
            }
        }
    }

    private Value IndexList(ImmutableArray<Value> values, List<SubscriptSyntax> subscripts, IndexSyntax syntax, bool isBundle)
    {
        if (subscripts.Count != 1 || !subscripts[0].Ellipsis.IsMissing)
        {
            Report(Codes.WrongType.At(SyntaxLocation.Of(syntax), "A list has one index.", "Write list[i] or list[a:b]."));
            return UnknownValue.Instance;
        }

        var subscript = subscripts[0];
        if (subscript.IsSlice && !isBundle)
        {
            var start = Position(subscript.Start, 0);
            var end = Position(subscript.End, values.Length);
            var step = Position(subscript.Step, 1);
            if (start is null || end is null || step is not >= 1)
            {
                return UnknownValue.Instance;
            }

            var (from, to) = (Clamp(start.Value, values.Length), Clamp(end.Value, values.Length));
            var picked = ImmutableArray.CreateBuilder<Value>();
            for (var i = from; i < to; i += step.Value)
            {
                picked.Add(values[(int)i]);
            }

            return new ListValue(picked.ToImmutable());
        }

        if (subscript.Start is not { } expression)
        {
            return UnknownValue.Instance;
        }

        switch (Evaluate(expression))
        {
            case IntValue { Number.Value: { } index }:
                var position = index < 0 ? index + values.Length : index;
                if (position >= 0 && position < values.Length)
                {
                    return values[(int)position];
                }

                ReportIndex(expression, index, values.Length);
                return UnknownValue.Instance;
            case IntValue symbolic when !IsGeneric:
                Report(Codes.SymbolicCondition.At(SyntaxLocation.Of(expression), string.Join(", ", symbolic.Number.Symbols)));
                return UnknownValue.Instance;
            case IntValue or UnknownValue:
                // Any of the elements: what they have in common is known.
                Value? merged = null;
                foreach (var value in values)
                {
                    merged = Merge(merged, value);
                }

                return merged is null ? UnknownValue.Instance : Forget(merged);
            case var other:
                Report(Codes.WrongType.At(SyntaxLocation.Of(expression), $"An index is an int, not {other.Kind}.", "Use a whole number."));
                return UnknownValue.Instance;
        }
    }

    private void ReportIndex(SyntaxNode place, long index, long length) =>
        Report(Codes.IndexOutOfRange.At(SyntaxLocation.Of(place), index, length - 1, length));

    private long? Position(ExpressionSyntax? expression, long otherwise) =>
        expression is null ? otherwise : Evaluate(expression) is IntValue { Number.Value: { } value } ? value : null;

    private static long Clamp(long position, long length) => Math.Clamp(position < 0 ? position + length : position, 0, length);

    private Value IndexTensor(TensorValue tensor, TensorType type, List<SubscriptSyntax> subscripts, IndexSyntax syntax, AnnotationSet? annotations)
    {
        var given = subscripts.Count(subscript => subscript.Ellipsis.IsMissing);
        if (given > type.Rank || subscripts.Count - given > 1)
        {
            Report(Codes.WrongRank.At(
                SyntaxLocation.Of(syntax), $"{Count(given, "index", "indices")} for {type}, which has {Count(type.Rank, "axis", "axes")}.", "Remove the surplus."));
            return new TensorValue(null, TensorReference.None);
        }

        var axes = new List<AttributeValue>();
        var starts = new List<AttributeValue>();
        var ends = new List<AttributeValue>();
        var steps = new List<AttributeValue>();
        var dropped = new List<AttributeValue>();
        var axis = 0;
        foreach (var subscript in subscripts)
        {
            if (!subscript.Ellipsis.IsMissing)
            {
                axis += type.Rank - given;
                continue;
            }

            if (!AddSubscript(subscript, axis, type.Dimensions[axis], axes, starts, ends, steps, dropped))
            {
                return new TensorValue(null, TensorReference.None);
            }

            axis++;
        }

        Value result = tensor;
        if (axes.Count > 0)
        {
            var isLast = dropped.Count == 0;
            result = OperatorCall(
                "slice", [Operand(tensor, syntax.Target)], syntax, isLast ? annotations : null,
                ("axes", new AttributeValue.List([.. axes])), ("starts", new AttributeValue.List([.. starts])),
                ("ends", new AttributeValue.List([.. ends])), ("steps", new AttributeValue.List([.. steps])));
        }

        return dropped.Count == 0 ? result
            : OperatorCall("squeeze", [Operand(result, syntax.Target)], syntax, annotations, ("axes", new AttributeValue.List([.. dropped])));
    }

    private static string Count(int count, string one, string many) => count == 1 ? "1 " + one : $"{count} {many}";

    private bool AddSubscript(
        SubscriptSyntax subscript,
        int axis,
        Dimension extent,
        List<AttributeValue> axes,
        List<AttributeValue> starts,
        List<AttributeValue> ends,
        List<AttributeValue> steps,
        List<AttributeValue> dropped)
    {
        if (!subscript.IsSlice)
        {
            if (subscript.Start is not { } expression)
            {
                return false;
            }

            switch (Evaluate(expression))
            {
                case IntValue index:
                    if (index.Number.Value is { } known && extent.Value is { } length && (known >= length || known < -length))
                    {
                        ReportIndex(expression, known, length);
                        return false;
                    }

                    Add(index.Number, index.Number.Value == -1 ? AttributeValue.Nothing : new AttributeValue.Integer(index.Number + Dimension.One), 1);
                    dropped.Add(AttributeValue.Of(axis));
                    return true;
                case UnknownValue:
                    return false;
                case var other:
                    Report(Codes.WrongType.At(SyntaxLocation.Of(expression), $"An index is an int, not {other.Kind}.", "Use gather(x, indices) for indices that are a tensor."));
                    return false;
            }
        }

        var start = subscript.Start is null ? Dimension.Zero : IndexValue(subscript.Start);
        var end = subscript.End is null ? null : IndexValue(subscript.End);
        var step = subscript.Step is null ? Dimension.One : IndexValue(subscript.Step);
        if (start is null || (end is null && subscript.End is not null) || step is null)
        {
            return false;
        }

        if (step.Value is not { } by || by < 1)
        {
            Report(Codes.WrongType.At(SyntaxLocation.Of(subscript.Step!), "A step is a known number of at least 1.", "Write a positive number."));
            return false;
        }

        if (start == Dimension.Zero && end is null && by == 1)
        {
            return true;
        }

        Add(start, end is null ? AttributeValue.Nothing : new AttributeValue.Integer(end), by);
        return true;

        void Add(Dimension from, AttributeValue to, long by)
        {
            axes.Add(AttributeValue.Of(axis));
            starts.Add(new AttributeValue.Integer(from));
            ends.Add(to);
            steps.Add(AttributeValue.Of(by));
        }
    }

    private Dimension? IndexValue(ExpressionSyntax expression)
    {
        switch (Evaluate(expression))
        {
            case IntValue value:
                return value.Number;
            case UnknownValue:
                return null;
            case var other:
                Report(Codes.WrongType.At(SyntaxLocation.Of(expression), $"A bound of a slice is an int, not {other.Kind}.", "Use a whole number."));
                return null;
        }
    }
}
