using System.Collections.Immutable;
using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private Value CallFunction(FunctionCallable function, string word, List<CallArgument> arguments, SyntaxNode place, AnnotationSet? annotations)
    {
        var values = new List<Value>();
        var evaluated = new List<CallArgument>();
        var hasTensor = false;
        var isUnknown = false;
        foreach (var argument in arguments)
        {
            var value = ValueOf(argument);
            hasTensor |= value is TensorValue || (value is ListValue list && list.Values.Any(item => item is TensorValue));
            isUnknown |= value is UnknownValue;
            values.Add(value);
            evaluated.Add(argument with { Value = value });
        }

        if (hasTensor)
        {
            if (function.Operator is { } op)
            {
                return CallOperator(op, word, evaluated, place, annotations);
            }

            Report(Codes.NotCallable.At(SyntaxLocation.Of(place), word, ".", $"Use it on compile-time values; there is no operator '{word}' for tensors."));
            return new TensorValue(null, TensorReference.None);
        }

        if (isUnknown)
        {
            return UnknownValue.Instance;
        }

        return Compute(word == function.Name ? word : function.Name, values, place);
    }

    private Value Compute(string name, List<Value> values, SyntaxNode place)
    {
        switch (name, values)
        {
            case ("min" or "max", [ListValue { Values.Length: > 0 } list]):
                return Compute(name, [.. list.Values], place);
            case ("min" or "max", { Count: > 0 }) when values.All(value => value is IntValue):
                var best = ((IntValue)values[0]).Number;
                foreach (var value in values.Skip(1))
                {
                    var other = ((IntValue)value).Number;
                    best = name == "min" ? Dimension.Min(best, other) : Dimension.Max(best, other);
                }

                return new IntValue(best);
            case ("min" or "max", { Count: > 0 }) when values.All(value => Real(value) is not null):
                return new RealValue(name == "min" ? values.Min(value => Real(value)!.Value) : values.Max(value => Real(value)!.Value));
            case ("abs", [IntValue { Number.Value: { } number }]):
                return number == long.MinValue ? Overflow(place) : new IntValue(Math.Abs(number));
            case ("abs", [RealValue real]):
                return new RealValue(Math.Abs(real.Number));
            case ("len", [ListValue list]):
                return new IntValue(list.Values.Length);
            case ("len", [BundleValue bundle]):
                return new IntValue(bundle.Values.Length);
            case ("sum", [ListValue list]) when list.Values.All(value => value is IntValue):
                return Arithmetic(() => new IntValue(list.Values.Aggregate(Dimension.Zero, (total, value) => total + ((IntValue)value).Number)), place);
            case ("sum", [ListValue list]) when list.Values.All(value => Real(value) is not null):
                return new RealValue(list.Values.Sum(value => Real(value)!.Value));
            case ("ceil_div", [IntValue a, IntValue b]):
                return Arithmetic(() => new IntValue(-(-a.Number).FloorDivide(b.Number)), place);
            case ("floor" or "ceil", [IntValue integer]):
                return integer;
            case ("floor", [RealValue real]):
                return Integer(Math.Floor(real.Number), place);
            case ("ceil", [RealValue real]):
                return Integer(Math.Ceiling(real.Number), place);
            case ("sqrt", [IntValue or RealValue]) when Real(values[0]) is { } x:
                return new RealValue(Math.Sqrt(x));
            case ("log2", [IntValue { Number.Value: > 0 and { } power }]):
                return new IntValue(63 - long.LeadingZeroCount(power));
            case ("log2", [RealValue real]):
                return new RealValue(Math.Log2(real.Number));
            case ("int", [IntValue integer]):
                return integer;
            case ("int", [RealValue real]):
                return Integer(Math.Truncate(real.Number), place);
            case ("int", [BoolValue { Truth: { } truth }]):
                return new IntValue(truth ? 1 : 0);
            case ("float", [IntValue or RealValue]) when Real(values[0]) is { } x:
                return new RealValue(x);
            case ("contains", [ListValue list, var wanted]):
                return BoolValue.Of(list.Values.Any(value => value.Equals(wanted) || (Real(value) is { } a && Real(wanted) is { } b && a.Equals(b))));
            case (_, _) when values.Any(value => value is IntValue { Number.Value: null }):
                return NeedsValue(place);
        }

        var kinds = values.Count == 0 ? "nothing" : string.Join(", ", values.Select(value => value.Kind));
        Report(Codes.WrongType.At(
            SyntaxLocation.Of(place), $"'{name}' does not take {kinds}.",
            "Use it on " + (name is "len" or "contains" ? "lists." : "numbers.")));
        return UnknownValue.Instance;
    }

    private Value Integer(double value, SyntaxNode place) =>
        value is >= -9.2233720368547758e18 and < 9.2233720368547758e18 ? new IntValue((long)value) : Overflow(place);

    private UnknownValue Overflow(SyntaxNode place)
    {
        Report(Codes.IntegerOverflow.At(SyntaxLocation.Of(place), "The result"));
        return UnknownValue.Instance;
    }

    /// <summary><c>weight(f32[V, D], key: "k")</c>: a tensor that is itself one weight.</summary>
    private Value CallWeight(string word, List<CallArgument> arguments, SyntaxNode place, AnnotationSet? annotations)
    {
        Take(annotations);
        TensorType? type = null;
        string? key = null;
        foreach (var argument in arguments)
        {
            switch (argument.Label)
            {
                case null when type is null && argument.Expression is { } expression:
                    type = TypeOf(expression);
                    if (type is null)
                    {
                        return new TensorValue(null, TensorReference.None);
                    }

                    break;
                case "key":
                    var value = ValueOf(argument);
                    key = (value as TextValue)?.Text;
                    if (value is not (TextValue or UnknownValue))
                    {
                        Report(Codes.WrongType.At(SyntaxLocation.Of(argument.Place), $"'key' of 'weight' is a string, not {value.Kind}.", "Write key: \"name\"."));
                    }

                    break;
                default:
                    ValueOfQuiet(argument);
                    ReportLabel("weight", "attribute", argument with { Label = argument.Label ?? "second argument" }, ["key"], null);
                    break;
            }
        }

        if (type is null)
        {
            Report(Codes.MissingArgument.At(SyntaxLocation.Of(place), "weight", "a", "type", "weight(f32[10, 20])"));
            return new TensorValue(null, TensorReference.None);
        }

        if (IsGeneric)
        {
            return new TensorValue(type, TensorReference.None, isWeight: true);
        }

        _pieces.Add(new WeightPiece
        {
            Word = word,
            Group = _group,
            Span = place.Span,
            NameOverride = annotations?.Name,
            PrefixOverride = annotations?.Weights,
            Type = _session.Bind(type),
            Key = key,
        });
        return new TensorValue(type, new TensorReference(ReferenceKind.Piece, _pieces.Count - 1), isWeight: true);
    }

    /// <summary>A tensor type written as an expression: <c>f32[V, D]</c>.</summary>
    private TensorType? TypeOf(ExpressionSyntax expression)
    {
        switch (Plain(expression))
        {
            case IndexSyntax index:
                if (Evaluate(index.Target) is not TypeValue element)
                {
                    break;
                }

                var dimensions = ImmutableArray.CreateBuilder<Dimension>();
                foreach (var subscript in index.Subscripts)
                {
                    if (subscript.IsSlice || subscript.Start is not { } start)
                    {
                        Report(Codes.WrongType.At(SyntaxLocation.Of(subscript), "A dimension is a number.", "Write f32[10, 20]."));
                        return null;
                    }

                    switch (Evaluate(start))
                    {
                        case IntValue { Number.Value: < 0 } negative:
                            Report(Codes.ShapeEquation.At(
                                SyntaxLocation.Of(start), string.Create(CultureInfo.InvariantCulture, $"A dimension cannot be {negative.Number}."), "Use a number of at least 0."));
                            return null;
                        case IntValue dimension:
                            dimensions.Add(dimension.Number);
                            break;
                        case UnknownValue:
                            return null;
                        case var other:
                            Report(Codes.WrongType.At(SyntaxLocation.Of(start), $"A dimension is an int, not {other.Kind}.", "Use a whole number."));
                            return null;
                    }
                }

                return new TensorType(element.Element, dimensions.ToImmutable());
            case NameSyntax name when Evaluate(name) is TypeValue:
                Report(Codes.WrongType.At(SyntaxLocation.Of(name), $"'{name.Name.ValueText}' has no dimensions.", $"Write {name.Name.ValueText}[..], or {name.Name.ValueText}[] for one number."));
                return null;
        }

        if (Evaluate(expression) is not UnknownValue)
        {
            Report(Codes.WrongType.At(SyntaxLocation.Of(expression), "The first argument of 'weight' is a type.", "Write weight(f32[10, 20])."));
        }

        return null;
    }
}
