using System.Collections.Immutable;
using System.Globalization;
using NNLang.Machine.Costs;

namespace NNLang.Semantics.Devices;

/// <summary>
/// Whether a cost is defined and at least 0 for all operands within its limits (NN5005), by interval arithmetic: sound, so a cost that
/// passes is good; a cost that depends on a relation between two operands may need a max(..) to pass. Pure.
/// </summary>
internal static class CostIntervals
{
    /// <summary>What is wrong as part of a sentence, or null.</summary>
    public static string? Check(CostExpression cost, ImmutableArray<CostExpression> conditions)
    {
        var bounds = new Dictionary<CostExpression, Interval>();
        foreach (var condition in conditions)
        {
            Narrow(condition, bounds);
        }

        if (Of(cost, bounds) is not { } interval)
        {
            return "divides by what may be 0";
        }

        return interval.Low >= 0 ? null
            : $"may be negative, down to {interval.Low.ToString("G6", CultureInfo.InvariantCulture)}";
    }

    private static void Narrow(CostExpression condition, Dictionary<CostExpression, Interval> bounds)
    {
        if (condition is not CostExpression.Binary binary)
        {
            return;
        }

        if (binary.Operator == CostOperator.And)
        {
            Narrow(binary.Left, bounds);
            Narrow(binary.Right, bounds);
            return;
        }

        if (binary.Left is not (CostExpression.Part or CostExpression.Parameter) || Of(binary.Right, []) is not { } right || right.Low != right.High)
        {
            return;
        }

        var now = Known(binary.Left, bounds);
        bounds[binary.Left] = binary.Operator switch
        {
            CostOperator.LessEqual => now with { High = Math.Min(now.High, right.High) },
            CostOperator.Less => now with { High = Math.Min(now.High, right.High - 1) },
            CostOperator.GreaterEqual => now with { Low = Math.Max(now.Low, right.Low) },
            CostOperator.Greater => now with { Low = Math.Max(now.Low, right.Low + 1) },
            CostOperator.Equal => right,
            _ => now,
        };
    }

    // Counts and numbers of elements are at least 1; the upper ends are those of the operand encoding.
    private static Interval Known(CostExpression expression, Dictionary<CostExpression, Interval> bounds) =>
        bounds.TryGetValue(expression, out var known) ? known : expression switch
        {
            CostExpression.Part { Kind: TilePart.P } => new Interval(1, 128),
            CostExpression.Part { Kind: TilePart.N } => new Interval(1, 65_536),
            CostExpression.Part { Kind: TilePart.ElementBytes } => new Interval(1, 8),
            CostExpression.Part { Kind: TilePart.InnerStride } => new Interval(0, 1L << 20),
            _ => new Interval(1, 1L << 31),
        };

    private static Interval? Of(CostExpression expression, Dictionary<CostExpression, Interval> bounds)
    {
        switch (expression)
        {
            case CostExpression.IntLiteral literal:
                return new Interval(literal.Value, literal.Value);
            case CostExpression.FloatLiteral literal:
                return new Interval(literal.Value, literal.Value);
            case CostExpression.QuantityLiteral literal:
                return new Interval((double)literal.Value, (double)literal.Value);
            case CostExpression.Negate negate:
                return Of(negate.Operand, bounds) is { } operand ? new Interval(-operand.High, -operand.Low) : null;
            case CostExpression.Conditional conditional:
                return Of(conditional.Then, bounds) is { } then && Of(conditional.Else, bounds) is { } otherwise ? then.Or(otherwise) : null;
            case CostExpression.Binary binary:
                return Of(binary.Left, bounds) is { } left && Of(binary.Right, bounds) is { } right ? Combine(binary.Operator, left, right) : null;
            case CostExpression.Call call:
                return Call(call, bounds);
            default:
                return Known(expression, bounds);
        }
    }

    private static Interval? Combine(CostOperator op, Interval a, Interval b)
    {
        switch (op)
        {
            case CostOperator.Add:
                return new Interval(a.Low + b.Low, a.High + b.High);
            case CostOperator.Subtract:
                return new Interval(a.Low - b.High, a.High - b.Low);
            case CostOperator.Multiply:
                return Interval.Around(a.Low * b.Low, a.Low * b.High, a.High * b.Low, a.High * b.High);
            case CostOperator.Divide:
                return b.Low <= 0 && b.High >= 0 ? null
                    : Interval.Around(a.Low / b.Low, a.Low / b.High, a.High / b.Low, a.High / b.High);
            case CostOperator.Remainder:
                return b.Low <= 0 && b.High >= 0 ? null : b.Low > 0 ? new Interval(0, b.High) : new Interval(b.Low, 0);
            case CostOperator.Power:
                return Interval.Around(
                    Math.Pow(a.Low, b.Low), Math.Pow(a.Low, b.High), Math.Pow(a.High, b.Low), Math.Pow(a.High, b.High));
            default:
                return new Interval(0, 1);
        }
    }

    private static Interval? Call(CostExpression.Call call, Dictionary<CostExpression, Interval> bounds)
    {
        if (call.Function == CostFunction.Contains)
        {
            return new Interval(0, 1);
        }

        Interval? result = null;
        foreach (var argument in call.Arguments)
        {
            if (Of(argument, bounds) is not { } next)
            {
                return null;
            }

            result = result is not { } before ? next : call.Function switch
            {
                CostFunction.Min => new Interval(Math.Min(before.Low, next.Low), Math.Min(before.High, next.High)),
                CostFunction.Max => new Interval(Math.Max(before.Low, next.Low), Math.Max(before.High, next.High)),
                CostFunction.CeilDiv => Combine(CostOperator.Divide, before, next) is { } quotient
                    ? new Interval(Math.Ceiling(quotient.Low), Math.Ceiling(quotient.High))
                    : null,
                _ => next,
            };
            if (result is null)
            {
                return null;
            }
        }

        return result is not { } value ? null : call.Function switch
        {
            CostFunction.Sqrt => value.Low < 0 ? null : new Interval(Math.Sqrt(value.Low), Math.Sqrt(value.High)),
            CostFunction.Log2 => value.Low <= 0 ? null : new Interval(Math.Floor(Math.Log2(value.Low)), Math.Log2(value.High)),
            CostFunction.Abs => value.Low >= 0 ? value : new Interval(0, Math.Max(-value.Low, value.High)),
            CostFunction.Floor or CostFunction.Int => new Interval(Math.Floor(value.Low), value.High),
            CostFunction.Ceil => new Interval(value.Low, Math.Ceiling(value.High)),
            _ => value,
        };
    }

    private readonly record struct Interval(double Low, double High)
    {
        public Interval Or(Interval other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

        public static Interval Around(double a, double b, double c, double d) =>
            new(Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)));
    }
}
