using System.Collections.Immutable;
using NNLang.Machine.Costs;

namespace NNLang.Semantics.Devices;

/// <summary>Computes the parts of a cost expression that depend on nothing. Pure.</summary>
internal static class CostFolding
{
    /// <summary>The expression with constant parts computed. Throws <see cref="DivideByZeroException"/> and <see cref="OverflowException"/>.</summary>
    public static CostExpression Fold(CostExpression expression) => expression switch
    {
        CostExpression.Negate negate => FoldNegate(Fold(negate.Operand)),
        CostExpression.Not not => Fold(not.Operand) is CostExpression.BoolLiteral literal
            ? new CostExpression.BoolLiteral(!literal.Value)
            : new CostExpression.Not(Fold(not.Operand)),
        CostExpression.Binary binary => FoldBinary(binary.Operator, Fold(binary.Left), Fold(binary.Right)),
        CostExpression.Conditional conditional => FoldConditional(conditional),
        CostExpression.Call call => FoldCall(call.Function, [.. call.Arguments.Select(Fold)]),
        _ => expression,
    };

    private static CostExpression FoldConditional(CostExpression.Conditional conditional) =>
        Fold(conditional.Condition) is CostExpression.BoolLiteral literal
            ? Fold(literal.Value ? conditional.Then : conditional.Else)
            : CostExpression.Conditional.Of(Fold(conditional.Condition), Fold(conditional.Then), Fold(conditional.Else));

    private static CostExpression FoldNegate(CostExpression operand) => operand switch
    {
        CostExpression.IntLiteral literal => new CostExpression.IntLiteral(checked(-literal.Value)),
        CostExpression.FloatLiteral literal => new CostExpression.FloatLiteral(-literal.Value),
        CostExpression.QuantityLiteral literal => new CostExpression.QuantityLiteral(-literal.Value, literal.Of),
        _ => new CostExpression.Negate(operand),
    };

    private static CostExpression FoldBinary(CostOperator op, CostExpression left, CostExpression right)
    {
        var type = CostExpression.Binary.Of(op, left, right).Type;
        switch (left, right)
        {
            case (CostExpression.IntLiteral a, CostExpression.IntLiteral b):
                return FoldInts(op, a.Value, b.Value) ?? CostExpression.Binary.Of(op, left, right);
            case (CostExpression.BoolLiteral a, CostExpression.BoolLiteral b) when op is CostOperator.And or CostOperator.Or:
                return new CostExpression.BoolLiteral(op == CostOperator.And ? a.Value && b.Value : a.Value || b.Value);
            case (CostExpression.WordLiteral a, CostExpression.WordLiteral b):
                return new CostExpression.BoolLiteral(op == CostOperator.Equal ? a.Value == b.Value : a.Value != b.Value);
        }

        if (Number(left) is { } x && Number(right) is { } y)
        {
            var exact = left is not CostExpression.FloatLiteral && right is not CostExpression.FloatLiteral;
            return FoldNumbers(op, x, y, type, exact) ?? CostExpression.Binary.Of(op, left, right);
        }

        return CostExpression.Binary.Of(op, left, right);
    }

    private static CostExpression? FoldInts(CostOperator op, long a, long b) => op switch
    {
        CostOperator.Add => new CostExpression.IntLiteral(checked(a + b)),
        CostOperator.Subtract => new CostExpression.IntLiteral(checked(a - b)),
        CostOperator.Multiply => new CostExpression.IntLiteral(checked(a * b)),
        CostOperator.Divide => new CostExpression.IntLiteral(Floor(a, b)),
        CostOperator.Remainder => new CostExpression.IntLiteral(checked(a - (Floor(a, b) * b))),
        CostOperator.Power => b is >= 0 and < 64 ? new CostExpression.IntLiteral(Power(a, b)) : null,
        _ => Compare(op, a.CompareTo(b)),
    };

    private static CostExpression? FoldNumbers(CostOperator op, decimal x, decimal y, CostType type, bool exact)
    {
        if (Compare(op, x.CompareTo(y)) is { } truth)
        {
            return truth;
        }

        decimal? value = op switch
        {
            CostOperator.Add => x + y,
            CostOperator.Subtract => x - y,
            CostOperator.Multiply => x * y,
            CostOperator.Divide => x / y,
            _ => null,
        };
        return value is null ? null
            : type.Kind == CostKind.Quantity ? new CostExpression.QuantityLiteral(value.Value, type)
            : new CostExpression.FloatLiteral(exact || op is CostOperator.Add or CostOperator.Subtract or CostOperator.Multiply or CostOperator.Divide
                ? InDoubles(op, x, y, value.Value)
                : (double)value.Value);
    }

    // Floats are binary64 with the operators as written, as the machine computes them.
    private static double InDoubles(CostOperator op, decimal x, decimal y, decimal exact) => op switch
    {
        CostOperator.Add => (double)x + (double)y,
        CostOperator.Subtract => (double)x - (double)y,
        CostOperator.Multiply => (double)x * (double)y,
        CostOperator.Divide => (double)x / (double)y,
        _ => (double)exact,
    };

    private static CostExpression.BoolLiteral? Compare(CostOperator op, int order) => op switch
    {
        CostOperator.Equal => new CostExpression.BoolLiteral(order == 0),
        CostOperator.NotEqual => new CostExpression.BoolLiteral(order != 0),
        CostOperator.Less => new CostExpression.BoolLiteral(order < 0),
        CostOperator.LessEqual => new CostExpression.BoolLiteral(order <= 0),
        CostOperator.Greater => new CostExpression.BoolLiteral(order > 0),
        CostOperator.GreaterEqual => new CostExpression.BoolLiteral(order >= 0),
        _ => null,
    };

    private static CostExpression FoldCall(CostFunction function, ImmutableArray<CostExpression> arguments)
    {
        var call = CostExpression.Call.Of(function, arguments.AsSpan());
        switch (function)
        {
            case CostFunction.Contains when arguments is [CostExpression.WordListLiteral list, CostExpression.WordLiteral word]:
                return new CostExpression.BoolLiteral(list.Words.Contains(word.Value));
            case CostFunction.Min or CostFunction.Max when arguments.All(argument => Number(argument) is not null):
                var best = arguments[0];
                foreach (var argument in arguments.Skip(1))
                {
                    var less = Number(argument) < Number(best);
                    best = less == (function == CostFunction.Min) ? argument : best;
                }

                return call.Type == CostType.Float ? new CostExpression.FloatLiteral((double)Number(best)!.Value) : best;
            case CostFunction.CeilDiv when arguments is [CostExpression.IntLiteral a, CostExpression.IntLiteral b]:
                return new CostExpression.IntLiteral(checked(-Floor(-a.Value, b.Value)));
            case CostFunction.Float when arguments is [CostExpression.IntLiteral a]:
                return new CostExpression.FloatLiteral(a.Value);
            case CostFunction.Sqrt when Number(arguments[0]) is { } x:
                return new CostExpression.FloatLiteral(Math.Sqrt((double)x));
            case CostFunction.Floor or CostFunction.Ceil or CostFunction.Int when Number(arguments[0]) is { } x:
                return new CostExpression.IntLiteral((long)(function == CostFunction.Ceil ? decimal.Ceiling(x) : function == CostFunction.Floor ? decimal.Floor(x) : decimal.Truncate(x)));
            case CostFunction.Abs when arguments is [CostExpression.IntLiteral a]:
                return new CostExpression.IntLiteral(Math.Abs(a.Value));
            default:
                return call;
        }
    }

    private static decimal? Number(CostExpression expression) => expression switch
    {
        CostExpression.IntLiteral literal => literal.Value,
        CostExpression.FloatLiteral literal when double.IsFinite(literal.Value) && Math.Abs(literal.Value) < 7e27 => (decimal)literal.Value,
        CostExpression.QuantityLiteral literal => literal.Value,
        _ => null,
    };

    private static long Floor(long a, long b)
    {
        var quotient = checked(a / b);
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    private static long Power(long value, long exponent)
    {
        var result = 1L;
        for (var i = 0; i < exponent; i++)
        {
            result = checked(result * value);
        }

        return result;
    }
}
