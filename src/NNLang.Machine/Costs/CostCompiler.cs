using System.Collections.Immutable;
using System.Numerics;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Costs;

/// <summary>
/// Turns cost expressions into delegates, one per node: nothing is looked up or boxed when a cost is evaluated. Overflow and division by zero
/// throw <see cref="ArithmeticException"/>.
/// </summary>
internal sealed class CostCompiler(Opcode? opcode)
{
    /// <summary>Compiles a condition.</summary>
    public Func<CostArguments, bool> Bool(CostExpression expression)
    {
        switch (expression)
        {
            case CostExpression.BoolLiteral literal:
                var value = literal.Value;
                return _ => value;
            case CostExpression.Not not:
                var operand = Bool(not.Operand);
                return a => !operand(a);
            case CostExpression.Previous { Kind: PreviousPart.WritesOperand }:
                return a => a.PreviousWrites;
            case CostExpression.Previous { Kind: PreviousPart.Idle }:
                return a => a.PreviousIdle;
            case CostExpression.Part part:
                var tile = Tile(part);
                return tile < 0 ? a => a.Largest.Contiguous : a => a.Tiles[tile].Contiguous;
            case CostExpression.Conditional conditional:
                var (c, t, e) = (Bool(conditional.Condition), Bool(conditional.Then), Bool(conditional.Else));
                return a => c(a) ? t(a) : e(a);
            case CostExpression.Call { Function: CostFunction.Contains } call:
                return Contains(call);
            case CostExpression.Binary binary:
                return Comparison(binary);
            default:
                throw Unexpected(expression, "bool");
        }
    }

    /// <summary>Compiles a whole number.</summary>
    public Func<CostArguments, long> Int(CostExpression expression)
    {
        switch (expression)
        {
            case CostExpression.IntLiteral literal:
                var value = literal.Value;
                return _ => value;
            case CostExpression.Part part:
                var tile = Tile(part);
                return (part.Kind, tile) switch
                {
                    (TilePart.P, < 0) => a => a.Largest.P,
                    (TilePart.N, < 0) => a => a.Largest.N,
                    (TilePart.Bytes, < 0) => a => a.Largest.Bytes,
                    (TilePart.ElementBytes, < 0) => a => a.Largest.ElementBytes,
                    (TilePart.P, _) => a => a.Tiles[tile].P,
                    (TilePart.N, _) => a => a.Tiles[tile].N,
                    (TilePart.Bytes, _) => a => a.Tiles[tile].Bytes,
                    (TilePart.ElementBytes, _) => a => a.Tiles[tile].ElementBytes,
                    _ => throw Unexpected(expression, "int"),
                };
            case CostExpression.Parameter parameter:
                return Number(parameter);
            case CostExpression.Negate negate:
                var operand = Int(negate.Operand);
                return a => checked(-operand(a));
            case CostExpression.Conditional conditional:
                var (c, t, e) = (Bool(conditional.Condition), Int(conditional.Then), Int(conditional.Else));
                return a => c(a) ? t(a) : e(a);
            case CostExpression.Binary binary:
                var (l, r) = (Int(binary.Left), Int(binary.Right));
                return binary.Operator switch
                {
                    CostOperator.Add => a => checked(l(a) + r(a)),
                    CostOperator.Subtract => a => checked(l(a) - r(a)),
                    CostOperator.Multiply => a => checked(l(a) * r(a)),
                    CostOperator.Divide => a => FloorDivide(l(a), r(a)),
                    CostOperator.Remainder => a => FloorRemainder(l(a), r(a)),
                    CostOperator.Power => a => Power(l(a), r(a)),
                    _ => throw Unexpected(expression, "int"),
                };
            case CostExpression.Call call:
                return IntCall(call);
            default:
                throw Unexpected(expression, "int");
        }
    }

    /// <summary>Compiles a number as binary64.</summary>
    public Func<CostArguments, double> Float(CostExpression expression)
    {
        if (expression.Type == CostType.Int)
        {
            var whole = Int(expression);
            return a => whole(a);
        }

        switch (expression)
        {
            case CostExpression.FloatLiteral literal:
                var value = literal.Value;
                return _ => value;
            case CostExpression.Parameter { Name: "value" }:
                return a => a.Value;
            case CostExpression.Negate negate:
                var operand = Float(negate.Operand);
                return a => -operand(a);
            case CostExpression.Conditional conditional:
                var (c, t, e) = (Bool(conditional.Condition), Float(conditional.Then), Float(conditional.Else));
                return a => c(a) ? t(a) : e(a);
            case CostExpression.Binary { Left.Type.Kind: CostKind.Quantity } or CostExpression.Binary { Right.Type.Kind: CostKind.Quantity }:
                var quantity = Quantity(expression);
                return a => (double)quantity(a);
            case CostExpression.Binary binary:
                var (l, r) = (Float(binary.Left), Float(binary.Right));
                return binary.Operator switch
                {
                    CostOperator.Add => a => l(a) + r(a),
                    CostOperator.Subtract => a => l(a) - r(a),
                    CostOperator.Multiply => a => l(a) * r(a),
                    CostOperator.Divide => a => Divide(l(a), r(a)),
                    CostOperator.Remainder => a => l(a) - (Math.Floor(Divide(l(a), r(a))) * r(a)),
                    CostOperator.Power => a => Math.Pow(l(a), r(a)),
                    _ => throw Unexpected(expression, "float"),
                };
            case CostExpression.Call call:
                var arguments = Compile(call.Arguments, Float);
                return call.Function switch
                {
                    CostFunction.Min => a => Fold(arguments, a, Math.Min),
                    CostFunction.Max => a => Fold(arguments, a, Math.Max),
                    CostFunction.Abs => a => Math.Abs(arguments[0](a)),
                    CostFunction.Sqrt => a => Math.Sqrt(arguments[0](a)),
                    CostFunction.Float => arguments[0],
                    _ => throw Unexpected(expression, "float"),
                };
            default:
                throw Unexpected(expression, "float");
        }
    }

    /// <summary>Compiles a quantity in powers of ps and bytes; a number is taken as itself.</summary>
    public Func<CostArguments, decimal> Quantity(CostExpression expression)
    {
        if (expression.Type == CostType.Int)
        {
            var whole = Int(expression);
            return a => whole(a);
        }

        switch (expression)
        {
            case CostExpression.QuantityLiteral literal:
                var value = literal.Value;
                return _ => value;
            case CostExpression.Part { Kind: TilePart.InnerStride } part:
                var tile = Tile(part);
                return tile < 0 ? a => a.Largest.InnerStride : a => a.Tiles[tile].InnerStride;
            case CostExpression.Negate negate when negate.Type.Kind == CostKind.Quantity:
                var operand = Quantity(negate.Operand);
                return a => -operand(a);
            case CostExpression.Conditional conditional when conditional.Type.Kind == CostKind.Quantity:
                var (c, t, e) = (Bool(conditional.Condition), Quantity(conditional.Then), Quantity(conditional.Else));
                return a => c(a) ? t(a) : e(a);
            case CostExpression.Binary binary when binary.Left.Type.Kind == CostKind.Quantity || binary.Right.Type.Kind == CostKind.Quantity:
                var (l, r) = (Quantity(binary.Left), Quantity(binary.Right));
                return binary.Operator switch
                {
                    CostOperator.Add => a => l(a) + r(a),
                    CostOperator.Subtract => a => l(a) - r(a),
                    CostOperator.Multiply => a => l(a) * r(a),
                    CostOperator.Divide => a => l(a) / r(a),
                    _ => throw Unexpected(expression, "quantity"),
                };
            case CostExpression.Call call when call.Type.Kind == CostKind.Quantity:
                var arguments = Compile(call.Arguments, Quantity);
                return call.Function switch
                {
                    CostFunction.Min => a => Fold(arguments, a, Math.Min),
                    CostFunction.Max => a => Fold(arguments, a, Math.Max),
                    _ => a => Math.Abs(arguments[0](a)),
                };
            default:
                var number = Float(expression);
                return a => (decimal)number(a);
        }
    }

    /// <summary>Compiles a word.</summary>
    public Func<CostArguments, string> Word(CostExpression expression)
    {
        switch (expression)
        {
            case CostExpression.WordLiteral literal:
                var value = literal.Value;
                return _ => value;
            case CostExpression.Part part:
                var tile = Tile(part);
                return (part.Kind, tile) switch
                {
                    (TilePart.Type, < 0) => a => a.Largest.Type,
                    (TilePart.Memory, < 0) => a => a.Largest.Memory,
                    (TilePart.Type, _) => a => a.Tiles[tile].Type,
                    _ => a => a.Tiles[tile].Memory,
                };
            case CostExpression.Previous { Kind: PreviousPart.Instruction }:
                return a => a.PreviousName;
            case CostExpression.Conditional conditional:
                var (c, t, e) = (Bool(conditional.Condition), Word(conditional.Then), Word(conditional.Else));
                return a => c(a) ? t(a) : e(a);
            case CostExpression.Parameter parameter when Known(parameter.Name) is { Kind: InstructionParameterKind.String or InstructionParameterKind.Type }:
                return parameter.Name switch
                {
                    "op1" => a => a.Words[1],
                    "ops" => a => a.Pair(),
                    _ => a => a.Words[0],
                };
            default:
                throw Unexpected(expression, "word");
        }
    }

    private static T Fold<T>(Func<CostArguments, T>[] arguments, CostArguments a, Func<T, T, T> combine)
    {
        var value = arguments[0](a);
        for (var i = 1; i < arguments.Length; i++)
        {
            value = combine(value, arguments[i](a));
        }

        return value;
    }

    private static Func<CostArguments, T>[] Compile<T>(
        ImmutableArray<CostExpression> arguments, Func<CostExpression, Func<CostArguments, T>> compile)
    {
        var result = new Func<CostArguments, T>[arguments.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = compile(arguments[i]);
        }

        return result;
    }

    private static double Divide(double left, double right) => right == 0 ? throw new DivideByZeroException() : left / right;

    private static long FloorDivide(long left, long right)
    {
        var quotient = checked(left / right);
        return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
    }

    private static long FloorRemainder(long left, long right)
    {
        var remainder = left % right;
        return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder;
    }

    private static long Power(long left, long right) =>
        right is >= 0 and <= 63 ? (long)BigInteger.Pow(left, (int)right) : throw new OverflowException();

    private Func<CostArguments, long> IntCall(CostExpression.Call call)
    {
        switch (call.Function)
        {
            case CostFunction.Floor:
                var floor = Float(call.Arguments[0]);
                return a => checked((long)Math.Floor(floor(a)));
            case CostFunction.Ceil:
                var ceil = Float(call.Arguments[0]);
                return a => checked((long)Math.Ceiling(ceil(a)));
            case CostFunction.Int:
                var truncated = Float(call.Arguments[0]);
                return a => checked((long)truncated(a));
        }

        var arguments = Compile(call.Arguments, Int);
        var (first, second) = (arguments[0], arguments[^1]);
        return call.Function switch
        {
            CostFunction.Min when arguments.Length == 2 => a => Math.Min(first(a), second(a)),
            CostFunction.Max when arguments.Length == 2 => a => Math.Max(first(a), second(a)),
            CostFunction.Min => a => Fold(arguments, a, Math.Min),
            CostFunction.Max => a => Fold(arguments, a, Math.Max),
            CostFunction.Abs => a => Math.Abs(first(a)),
            CostFunction.CeilDiv => a => checked(-FloorDivide(-first(a), second(a))),
            CostFunction.Log2 => a => first(a) is > 0 and var value ? BitOperations.Log2((ulong)value) : throw new OverflowException(),
            _ => throw Unexpected(call, "int"),
        };
    }

    private Func<CostArguments, bool> Contains(CostExpression.Call call)
    {
        if (call.Arguments[0] is not CostExpression.WordListLiteral list)
        {
            throw Unexpected(call.Arguments[0], "list of words");
        }

        var words = list.Words;
        var word = Word(call.Arguments[1]);
        return a => words.Contains(word(a));
    }

    private Func<CostArguments, bool> Comparison(CostExpression.Binary binary)
    {
        if (binary.Operator is CostOperator.And or CostOperator.Or)
        {
            var (left, right) = (Bool(binary.Left), Bool(binary.Right));
            return binary.Operator == CostOperator.And ? a => left(a) && right(a) : a => left(a) || right(a);
        }

        var kind = binary.Left.Type == CostType.Int && binary.Right.Type == CostType.Int ? CostKind.Int
            : binary.Left.Type.IsNumber ? CostKind.Float : binary.Left.Type.Kind;
        switch (kind)
        {
            case CostKind.Int:
                var (li, ri) = (Int(binary.Left), Int(binary.Right));
                return binary.Operator switch
                {
                    CostOperator.Equal => a => li(a) == ri(a),
                    CostOperator.NotEqual => a => li(a) != ri(a),
                    CostOperator.Less => a => li(a) < ri(a),
                    CostOperator.LessEqual => a => li(a) <= ri(a),
                    CostOperator.Greater => a => li(a) > ri(a),
                    _ => a => li(a) >= ri(a),
                };
            case CostKind.Float:
                var (lf, rf) = (Float(binary.Left), Float(binary.Right));
                return binary.Operator switch
                {
                    CostOperator.Equal => a => lf(a) == rf(a),
                    CostOperator.NotEqual => a => lf(a) != rf(a),
                    CostOperator.Less => a => lf(a) < rf(a),
                    CostOperator.LessEqual => a => lf(a) <= rf(a),
                    CostOperator.Greater => a => lf(a) > rf(a),
                    _ => a => lf(a) >= rf(a),
                };
            case CostKind.Quantity when binary.Left is CostExpression.Part { Kind: TilePart.InnerStride } stride
                && binary.Right is CostExpression.QuantityLiteral { Value: var bound }
                && decimal.IsInteger(bound) && Math.Abs(bound) < int.MaxValue:
                return Stride(binary.Operator, Tile(stride), (int)bound);
            case CostKind.Quantity:
                var (lq, rq) = (Quantity(binary.Left), Quantity(binary.Right));
                return binary.Operator switch
                {
                    CostOperator.Equal => a => lq(a) == rq(a),
                    CostOperator.NotEqual => a => lq(a) != rq(a),
                    CostOperator.Less => a => lq(a) < rq(a),
                    CostOperator.LessEqual => a => lq(a) <= rq(a),
                    CostOperator.Greater => a => lq(a) > rq(a),
                    _ => a => lq(a) >= rq(a),
                };
            case CostKind.Bool:
                var (lb, rb) = (Bool(binary.Left), Bool(binary.Right));
                return binary.Operator == CostOperator.Equal ? a => lb(a) == rb(a) : a => lb(a) != rb(a);
            default:
                var (lw, rw) = (Word(binary.Left), Word(binary.Right));
                return binary.Operator == CostOperator.Equal ? a => lw(a) == rw(a) : a => lw(a) != rw(a);
        }
    }

    // The usual comparison of rules, without decimals.
    private static Func<CostArguments, bool> Stride(CostOperator op, int tile, int bound)
    {
        Func<CostArguments, int> stride = tile < 0 ? a => a.Largest.InnerStride : a => a.Tiles[tile].InnerStride;
        return op switch
        {
            CostOperator.Equal => a => stride(a) == bound,
            CostOperator.NotEqual => a => stride(a) != bound,
            CostOperator.Less => a => stride(a) < bound,
            CostOperator.LessEqual => a => stride(a) <= bound,
            CostOperator.Greater => a => stride(a) > bound,
            _ => a => stride(a) >= bound,
        };
    }

    private Func<CostArguments, long> Number(CostExpression.Parameter parameter)
    {
        if (Known(parameter.Name)?.Kind != InstructionParameterKind.Int)
        {
            throw Unexpected(parameter, "int");
        }

        return parameter.Name is "row_bytes" || (parameter.Name == "value" && opcode == Opcode.Wait) ? a => a.Numbers[1] : a => a.Numbers[0];
    }

    private InstructionParameter? Known(string name) => opcode is { } code ? InstructionSignature.Find(code, name) : null;

    // -1 is the largest tile, which rules mean.
    private int Tile(CostExpression.Part part)
    {
        if (part.Tile.Length == 0)
        {
            return -1;
        }

        if (opcode is { } code)
        {
            var index = 0;
            foreach (var parameter in InstructionSignature.Of(code))
            {
                if (parameter.Kind == InstructionParameterKind.Tile)
                {
                    if (parameter.Name == part.Tile)
                    {
                        return index;
                    }

                    index++;
                }
            }
        }

        throw new CostTypeException($"'{part.Tile}' is not a tile of this instruction{Choices()}");
    }

    private CostTypeException Unexpected(CostExpression expression, string wanted) =>
        expression is CostExpression.Parameter parameter && Known(parameter.Name) is null
            ? new CostTypeException($"'{parameter.Name}' is not a parameter of this instruction{Choices()}")
            : new CostTypeException($"'{expression}' cannot be evaluated as {wanted} here");

    private string Choices() => opcode is { } code
        ? "; it has " + string.Join(", ", InstructionSignature.Of(code).Select(parameter => parameter.Name))
        : "";
}
