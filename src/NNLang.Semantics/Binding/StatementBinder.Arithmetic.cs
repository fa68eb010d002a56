using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private const long MaximumLength = 1_000_000;

    private Value BindUnary(UnarySyntax syntax, AnnotationSet? annotations)
    {
        var operand = Evaluate(syntax.Operand);
        switch (syntax.Operator.Kind, operand)
        {
            case (_, UnknownValue):
                return UnknownValue.Instance;
            case (SyntaxKind.NotKeyword, BoolValue truth):
                return BoolValue.Of(!truth.Truth);
            case (SyntaxKind.NotKeyword, TensorValue tensor):
                return OperatorCall("not", [Operand(tensor, syntax.Operand)], syntax, annotations);
            case (SyntaxKind.PlusToken, IntValue or RealValue or TensorValue):
                return operand;
            case (SyntaxKind.MinusToken, IntValue integer):
                return Arithmetic(() => new IntValue(-integer.Number), syntax);
            case (SyntaxKind.MinusToken, RealValue real):
                return new RealValue(-real.Number);
            case (SyntaxKind.MinusToken, TensorValue tensor):
                return OperatorCall("neg", [Operand(tensor, syntax.Operand)], syntax, annotations);
            default:
                Report(Codes.WrongType.At(
                    SyntaxLocation.Of(syntax), $"'{syntax.Operator.Text}' does not go with {operand.Kind}.",
                    syntax.Operator.Kind == SyntaxKind.NotKeyword ? "Use it on conditions." : "Use it on numbers and tensors."));
                return UnknownValue.Instance;
        }
    }

    private Value BindBinary(BinarySyntax syntax, AnnotationSet? annotations)
    {
        // A chain of operators is as deep as it is long; the parser limits it to 1,000.
        var left = Evaluate(syntax.Left);
        var right = Evaluate(syntax.Right);
        if (syntax.Operator.Kind == SyntaxKind.SlashToken && syntax.Left is NumberSyntax && syntax.Right is NumberSyntax
            && left is IntValue { Number.Value: { } a } && right is IntValue { Number.Value: not 0 and { } b } && a % b != 0)
        {
            Report(Codes.FloorsRemainder.At(
                SyntaxLocation.Of(syntax), a, b, Dimension.Of(a).FloorDivide(Dimension.Of(b)), ((double)a / b).ToString("G4", CultureInfo.InvariantCulture)));
        }

        return Combine(syntax.Operator.Kind, left, right, syntax, syntax.Left, syntax.Right, annotations);
    }

    private Value Combine(
        SyntaxKind kind, Value left, Value right, SyntaxNode place, ExpressionSyntax leftSyntax, ExpressionSyntax rightSyntax, AnnotationSet? annotations)
    {
        left = Single(left, leftSyntax);
        right = Single(right, rightSyntax);
        if (left is TensorValue || right is TensorValue)
        {
            if (left is NoneValue || right is NoneValue)
            {
                return CompareNone(kind, left, right, place);
            }

            if (TensorOperator(kind) is { } name)
            {
                return left is UnknownValue || right is UnknownValue
                    ? new TensorValue(null, TensorReference.None)
                    : OperatorCall(name, [Operand(left, leftSyntax), Operand(right, rightSyntax)], place, annotations);
            }
        }

        if (left is UnknownValue || right is UnknownValue)
        {
            return UnknownLogic(kind, left, right);
        }

        switch (kind)
        {
            case SyntaxKind.AndKeyword or SyntaxKind.OrKeyword when left is BoolValue a && right is BoolValue b:
                return Logic(kind, a.Truth, b.Truth);
            case SyntaxKind.PlusToken when left is ListValue a && right is ListValue b:
                return IsTooLong("list", (long)a.Values.Length + b.Values.Length, place) ? UnknownValue.Instance : new ListValue(a.Values.AddRange(b.Values));
            case SyntaxKind.PlusToken when left is TextValue a && right is TextValue b:
                return IsTooLong("text", (long)a.Text.Length + b.Text.Length, place) ? UnknownValue.Instance : new TextValue(a.Text + b.Text);
        }

        if (SyntaxFacts.IsComparison(kind))
        {
            return CompareValues(kind, left, right, place);
        }

        if (left is IntValue or RealValue && right is IntValue or RealValue && Calculate(kind, left, right, place) is { } number)
        {
            return number;
        }

        Report(Codes.WrongType.At(
            SyntaxLocation.Of(place), $"'{TextOf(kind)}' does not go between {left.Kind} and {right.Kind}.", "Use numbers, conditions, lists or tensors on both sides."));
        return UnknownValue.Instance;
    }

    // What doubles in every statement would fill all memory before anybody looks at it.
    private bool IsTooLong(string what, long length, SyntaxNode place)
    {
        if (length <= MaximumLength)
        {
            return false;
        }

        Report(Codes.ExpansionTooLarge.At(
            SyntaxLocation.Of(place), string.Create(CultureInfo.InvariantCulture, $"A {what} of {length:N0} elements; at most {MaximumLength:N0} are allowed."),
            "Make it shorter."));
        return true;
    }

    private static Value UnknownLogic(SyntaxKind kind, Value left, Value right) =>
        kind is SyntaxKind.AndKeyword or SyntaxKind.OrKeyword
            && Logic(kind, (left as BoolValue)?.Truth, (right as BoolValue)?.Truth) is { Truth: not null } decided
            ? decided
            : UnknownValue.Instance;

    private static BoolValue Logic(SyntaxKind kind, bool? a, bool? b) => kind == SyntaxKind.AndKeyword
        ? BoolValue.Of(a == false || b == false ? false : a & b)
        : BoolValue.Of(a == true || b == true ? true : a | b);

    private Value CompareNone(SyntaxKind kind, Value left, Value right, SyntaxNode place)
    {
        if (kind is SyntaxKind.EqualsEqualsToken or SyntaxKind.NotEqualsToken)
        {
            return BoolValue.Of(left is NoneValue && right is NoneValue == (kind == SyntaxKind.EqualsEqualsToken));
        }

        Report(Codes.WrongType.At(SyntaxLocation.Of(place), $"'{TextOf(kind)}' does not go between {left.Kind} and {right.Kind}.", "Compare with none by == or != only."));
        return UnknownValue.Instance;
    }

    private Value CompareValues(SyntaxKind kind, Value left, Value right, SyntaxNode place)
    {
        if (left is IntValue a && right is IntValue b)
        {
            return BoolValue.Of(CompareDimensions(kind, a.Number, b.Number));
        }

        if (Real(left) is { } x && Real(right) is { } y)
        {
            return BoolValue.Of(Compare(kind, x.CompareTo(y)));
        }

        if (kind is SyntaxKind.EqualsEqualsToken or SyntaxKind.NotEqualsToken)
        {
            if (left is NoneValue || right is NoneValue || left.GetType() == right.GetType())
            {
                return left is BoolValue { Truth: null } || right is BoolValue { Truth: null }
                    ? BoolValue.Of(null)
                    : BoolValue.Of(left.Equals(right) == (kind == SyntaxKind.EqualsEqualsToken));
            }

            if (left is IntValue or RealValue && right is IntValue or RealValue)
            {
                return BoolValue.Of(null);
            }
        }

        Report(Codes.WrongType.At(SyntaxLocation.Of(place), $"Cannot compare {left.Kind} with {right.Kind}.", "Compare values of one kind."));
        return BoolValue.Of(null);
    }

    private bool? CompareDimensions(SyntaxKind kind, Dimension a, Dimension b)
    {
        if (a.Value is { } x && b.Value is { } y)
        {
            return Compare(kind, x.CompareTo(y));
        }

        // Without callers a parameter may have any value, 0 too, which the facts about dimensions rule out.
        if (IsGeneric)
        {
            return a == b ? Compare(kind, 0) : null;
        }

        switch (kind)
        {
            case SyntaxKind.EqualsEqualsToken or SyntaxKind.NotEqualsToken:
                var proof = _facts.Prove(a, b);
                return proof == Proof.Undecided ? null : (proof == Proof.Equal) == (kind == SyntaxKind.EqualsEqualsToken);
            case SyntaxKind.GreaterOrEqualToken:
                return _facts.IsAtLeast(a, b);
            case SyntaxKind.LessOrEqualToken:
                return _facts.IsAtLeast(b, a);
            case SyntaxKind.GreaterToken:
                return _facts.IsAtLeast(a, b + Dimension.One);
            default:
                return _facts.IsAtLeast(b, a + Dimension.One);
        }
    }

    private Value? Calculate(SyntaxKind kind, Value left, Value right, SyntaxNode place)
    {
        if (left is IntValue a && right is IntValue b)
        {
            return kind switch
            {
                SyntaxKind.PlusToken => Arithmetic(() => new IntValue(a.Number + b.Number), place),
                SyntaxKind.MinusToken => Arithmetic(() => new IntValue(a.Number - b.Number), place),
                SyntaxKind.StarToken => Arithmetic(() => new IntValue(a.Number * b.Number), place),
                SyntaxKind.SlashToken => Arithmetic(() => new IntValue(a.Number.FloorDivide(b.Number)), place),
                SyntaxKind.PercentToken => Arithmetic(() => new IntValue(a.Number.Modulo(b.Number)), place),
                SyntaxKind.PowerToken => Power(a.Number, b.Number, place),
                _ => null,
            };
        }

        if (Real(left) is not { } x || Real(right) is not { } y)
        {
            return kind is SyntaxKind.PlusToken or SyntaxKind.MinusToken or SyntaxKind.StarToken or SyntaxKind.SlashToken or SyntaxKind.PercentToken
                or SyntaxKind.PowerToken
                ? NeedsValue(place)
                : null;
        }

        return kind switch
        {
            SyntaxKind.PlusToken => new RealValue(x + y),
            SyntaxKind.MinusToken => new RealValue(x - y),
            SyntaxKind.StarToken => new RealValue(x * y),
            SyntaxKind.SlashToken => new RealValue(x / y),
            SyntaxKind.PercentToken => new RealValue(x - (y * Math.Floor(x / y))),
            SyntaxKind.PowerToken => new RealValue(Math.Pow(x, y)),
            _ => null,
        };
    }

    private Value NeedsValue(SyntaxNode place)
    {
        if (!IsGeneric)
        {
            Report(Codes.UnboundDimension.At(SyntaxLocation.Of(place), place.ToString(), "Give the dimension a value: 'dim N = 1' in the network."));
        }

        return UnknownValue.Instance;
    }

    private Value Power(Dimension value, Dimension exponent, SyntaxNode place)
    {
        if (exponent.Value is >= 0 and <= 64 and { } known)
        {
            return Arithmetic(() => new IntValue(value.Power((int)known)), place);
        }

        if (exponent.Value is < 0 && value.Value is { } negative)
        {
            return new RealValue(Math.Pow(negative, exponent.Value.Value));
        }

        if (exponent.Value is null)
        {
            return NeedsValue(place);
        }

        Report(Codes.IntegerOverflow.At(SyntaxLocation.Of(place), "The power"));
        return UnknownValue.Instance;
    }

    private Value Arithmetic(Func<Value> compute, SyntaxNode place)
    {
        try
        {
            return compute();
        }
        catch (OverflowException)
        {
            Report(Codes.IntegerOverflow.At(SyntaxLocation.Of(place), "The result"));
        }
        catch (DivideByZeroException)
        {
            Report(Codes.DivisionByZero.At(SyntaxLocation.Of(place)));
        }

        return UnknownValue.Instance;
    }

    /// <summary>A number as a float; a symbolic dimension by its value in force; null for anything else.</summary>
    private double? Real(Value value) => value switch
    {
        RealValue real => real.Number,
        IntValue { Number.Value: { } number } => number,
        IntValue symbolic => symbolic.Number.Bind(_session.Binding).Value,
        _ => null,
    };

    /// <summary>One value: a bundle of one counts as it; a bundle of several is told (NN3003).</summary>
    private Value Single(Value value, SyntaxNode place)
    {
        if (value is not BundleValue bundle)
        {
            return value;
        }

        if (bundle.Values.Length == 1)
        {
            return bundle.Values[0];
        }

        Report(Codes.ResultCount.At(SyntaxLocation.Of(place), $"One value is needed here, not {bundle.Values.Length} results.", "Pick one: r.name or r[0]."));
        return UnknownValue.Instance;
    }

    private static string? TensorOperator(SyntaxKind kind) => kind switch
    {
        SyntaxKind.PlusToken => "add",
        SyntaxKind.MinusToken => "sub",
        SyntaxKind.StarToken => "mul",
        SyntaxKind.SlashToken => "div",
        SyntaxKind.PercentToken => "mod",
        SyntaxKind.PowerToken => "pow",
        SyntaxKind.EqualsEqualsToken => "equal",
        SyntaxKind.NotEqualsToken => "not_equal",
        SyntaxKind.LessToken => "less",
        SyntaxKind.LessOrEqualToken => "less_equal",
        SyntaxKind.GreaterToken => "greater",
        SyntaxKind.GreaterOrEqualToken => "greater_equal",
        SyntaxKind.AndKeyword => "and",
        SyntaxKind.OrKeyword => "or",
        _ => null,
    };

    private static string TextOf(SyntaxKind kind) => kind switch
    {
        SyntaxKind.PlusToken => "+",
        SyntaxKind.MinusToken => "-",
        SyntaxKind.StarToken => "*",
        SyntaxKind.SlashToken => "/",
        SyntaxKind.PercentToken => "%",
        SyntaxKind.PowerToken => "**",
        SyntaxKind.EqualsEqualsToken => "==",
        SyntaxKind.NotEqualsToken => "!=",
        SyntaxKind.LessToken => "<",
        SyntaxKind.LessOrEqualToken => "<=",
        SyntaxKind.GreaterToken => ">",
        SyntaxKind.GreaterOrEqualToken => ">=",
        SyntaxKind.AndKeyword => "and",
        _ => "or",
    };
}
