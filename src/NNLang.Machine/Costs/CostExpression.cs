using System.Collections.Immutable;
using System.Globalization;

namespace NNLang.Machine.Costs;

/// <summary>
/// A cost, limit or condition of a device description (<c>docs/language.md</c> 11.2, 11.3) as a small typed tree over the parts of an
/// instruction's operands. Immutable; construction checks types and dimensions. Constants and fields of the device are literals here.
/// </summary>
/// <param name="Type">What it computes.</param>
public abstract record CostExpression(CostType Type)
{
    /// <summary>A whole number.</summary>
    public static implicit operator CostExpression(long value) => new IntLiteral(value);

    /// <summary>A binary64.</summary>
    public static implicit operator CostExpression(double value) => new FloatLiteral(value);

    /// <summary>A word.</summary>
    public static implicit operator CostExpression(string word) => new WordLiteral(word);

    /// <summary>Addition.</summary>
    public static CostExpression operator +(CostExpression left, CostExpression right) => Binary.Of(CostOperator.Add, left, right);

    /// <summary>Subtraction.</summary>
    public static CostExpression operator -(CostExpression left, CostExpression right) => Binary.Of(CostOperator.Subtract, left, right);

    /// <summary>Multiplication.</summary>
    public static CostExpression operator *(CostExpression left, CostExpression right) => Binary.Of(CostOperator.Multiply, left, right);

    /// <summary>Division.</summary>
    public static CostExpression operator /(CostExpression left, CostExpression right) => Binary.Of(CostOperator.Divide, left, right);

    /// <summary>Remainder.</summary>
    public static CostExpression operator %(CostExpression left, CostExpression right) => Binary.Of(CostOperator.Remainder, left, right);

    /// <summary>Less.</summary>
    public static CostExpression operator <(CostExpression left, CostExpression right) => Binary.Of(CostOperator.Less, left, right);

    /// <summary>Greater.</summary>
    public static CostExpression operator >(CostExpression left, CostExpression right) => Binary.Of(CostOperator.Greater, left, right);

    /// <summary>Less or equal.</summary>
    public static CostExpression operator <=(CostExpression left, CostExpression right) => Binary.Of(CostOperator.LessEqual, left, right);

    /// <summary>Greater or equal.</summary>
    public static CostExpression operator >=(CostExpression left, CostExpression right) =>
        Binary.Of(CostOperator.GreaterEqual, left, right);

    /// <summary>Equality of values, as an expression.</summary>
    public CostExpression Is(CostExpression other) => Binary.Of(CostOperator.Equal, this, other);

    /// <summary>Inequality of values, as an expression.</summary>
    public CostExpression IsNot(CostExpression other) => Binary.Of(CostOperator.NotEqual, this, other);

    /// <summary>Both conditions.</summary>
    public CostExpression And(CostExpression other) => Binary.Of(CostOperator.And, this, other);

    /// <summary>At least one condition.</summary>
    public CostExpression Or(CostExpression other) => Binary.Of(CostOperator.Or, this, other);

    /// <summary>The greatest of two.</summary>
    public static CostExpression Max(CostExpression left, CostExpression right) => Call.Of(CostFunction.Max, left, right);

    /// <summary>The least of two.</summary>
    public static CostExpression Min(CostExpression left, CostExpression right) => Call.Of(CostFunction.Min, left, right);

    /// <summary>The expression fully parenthesised: its canonical form, which the device's hash is made of.</summary>
    public sealed override string ToString() => this switch
    {
        IntLiteral literal => literal.Value.ToString(CultureInfo.InvariantCulture),
        FloatLiteral literal => literal.Value.ToString("R", CultureInfo.InvariantCulture) + "f",
        BoolLiteral literal => literal.Value ? "true" : "false",
        WordLiteral literal => $"\"{literal.Value}\"",
        QuantityLiteral literal => $"{Normal(literal.Value)}ps^{literal.Type.Time}B^{literal.Type.Bytes}",
        WordListLiteral literal => "[" + string.Join(", ", literal.Words.Select(word => $"\"{word}\"")) + "]",
        Part { Tile: "" } part => TilePartName(part.Kind),
        Part part => $"{part.Tile}.{TilePartName(part.Kind)}",
        Parameter parameter => parameter.Name,
        Previous previous => "previous." + PreviousPartName(previous.Kind),
        Negate negate => $"(-{negate.Operand})",
        Not not => $"(not {not.Operand})",
        Binary binary => $"({binary.Left} {OperatorText(binary.Operator)} {binary.Right})",
        Conditional conditional => $"(if {conditional.Condition} {{ {conditional.Then} }} else {{ {conditional.Else} }})",
        Call call => $"{FunctionName(call.Function)}({string.Join(", ", call.Arguments)})",
        _ => throw new InvalidOperationException("An expression of an unknown kind."),
    };

    /// <summary>The name of a part of a tile in the language.</summary>
    public static string TilePartName(TilePart part) =>
        part switch
        {
            TilePart.P => "p",
            TilePart.N => "n",
            TilePart.Bytes => "bytes",
            TilePart.ElementBytes => "element_bytes",
            TilePart.Type => "type",
            TilePart.Memory => "memory",
            TilePart.Contiguous => "contiguous",
            _ => "inner_stride",
        };

    /// <summary>The name of a part of the previous instruction in the language.</summary>
    public static string PreviousPartName(PreviousPart part) =>
        part switch { PreviousPart.WritesOperand => "writes_operand", PreviousPart.Idle => "idle", _ => "instruction" };

    /// <summary>The name of a function in the language.</summary>
    public static string FunctionName(CostFunction function) =>
        function == CostFunction.CeilDiv ? "ceil_div" : function.ToString().ToLowerInvariant();

    private static string OperatorText(CostOperator op) =>
        op switch
        {
            CostOperator.Add => "+",
            CostOperator.Subtract => "-",
            CostOperator.Multiply => "*",
            CostOperator.Divide => "/",
            CostOperator.Remainder => "%",
            CostOperator.Power => "**",
            CostOperator.Equal => "==",
            CostOperator.NotEqual => "!=",
            CostOperator.Less => "<",
            CostOperator.LessEqual => "<=",
            CostOperator.Greater => ">",
            CostOperator.GreaterEqual => ">=",
            CostOperator.And => "and",
            _ => "or",
        };

    // A decimal keeps trailing zeros, which are not part of its value.
    private static string Normal(decimal value) => (value / 1.0000000000000000000000000000m).ToString("G29", CultureInfo.InvariantCulture);

    private static CostTypeException Mismatch(string text) => new(text);

    /// <summary>A whole number.</summary>
    public sealed record IntLiteral(long Value) : CostExpression(CostType.Int);

    /// <summary>A binary64.</summary>
    public sealed record FloatLiteral(double Value) : CostExpression(CostType.Float);

    /// <summary>True or false.</summary>
    public sealed record BoolLiteral(bool Value) : CostExpression(CostType.Bool);

    /// <summary>A string, element type or memory.</summary>
    public sealed record WordLiteral(string Value) : CostExpression(CostType.Word);

    /// <summary>A list of words.</summary>
    public sealed record WordListLiteral(ImmutableArray<string> Words) : CostExpression(CostType.WordList)
    {
        /// <summary>Value equality.</summary>
        public bool Equals(WordListLiteral? other) => other is not null && Words.SequenceEqual(other.Words);

        /// <inheritdoc/>
        public override int GetHashCode() => Words.Length;
    }

    /// <summary>A number in picoseconds and bytes with its dimension, exact as a decimal.</summary>
    public sealed record QuantityLiteral(decimal Value, CostType Of) : CostExpression(Of)
    {
        /// <summary>A time in picoseconds.</summary>
        public static QuantityLiteral Picoseconds(decimal value) => new(value, CostType.Duration);

        /// <summary>A number of bytes.</summary>
        public static QuantityLiteral Bytes(decimal value) => new(value, CostType.Size);

        /// <summary>A rate in bytes per second.</summary>
        public static QuantityLiteral BytesPerSecond(decimal value) =>
            new(value / 1_000_000_000_000m, new CostType(CostKind.Quantity, Time: -1, Bytes: 1));
    }

    /// <summary>A part of a tile: of a parameter, or (empty name, in rules) of the largest tile.</summary>
    public sealed record Part(string Tile, TilePart Kind) : CostExpression(TypeOf(Kind))
    {
        private static CostType TypeOf(TilePart part) =>
            part switch
            {
                TilePart.Type or TilePart.Memory => CostType.Word,
                TilePart.Contiguous => CostType.Bool,
                TilePart.InnerStride => CostType.Size,
                _ => CostType.Int,
            };
    }

    /// <summary>A parameter that is no tile.</summary>
    public sealed record Parameter(string Name, CostType Of) : CostExpression(Of);

    /// <summary>A question about the previous instruction; in rules only.</summary>
    public sealed record Previous(PreviousPart Kind)
        : CostExpression(Kind == PreviousPart.Instruction ? CostType.Word : CostType.Bool);

    /// <summary>The negative of a number or quantity.</summary>
    public sealed record Negate(CostExpression Operand) : CostExpression(
        Operand.Type.IsNumber || Operand.Type.Kind == CostKind.Quantity ? Operand.Type : throw Mismatch($"cannot negate a {Operand.Type}"));

    /// <summary>The opposite of a condition.</summary>
    public sealed record Not(CostExpression Operand) : CostExpression(
        Operand.Type == CostType.Bool ? CostType.Bool : throw Mismatch($"'not' needs a bool, not a {Operand.Type}"));

    /// <summary>An operator between two expressions; made by <see cref="Of"/>.</summary>
    public sealed record Binary : CostExpression
    {
        private Binary(CostOperator op, CostExpression left, CostExpression right, CostType type)
            : base(type)
        {
            Operator = op;
            Left = left;
            Right = right;
        }

        /// <summary>The operator.</summary>
        public CostOperator Operator { get; }

        /// <summary>The left operand.</summary>
        public CostExpression Left { get; }

        /// <summary>The right operand.</summary>
        public CostExpression Right { get; }

        /// <summary>Makes the expression.</summary>
        /// <exception cref="CostTypeException">The operands' types or dimensions do not fit.</exception>
        public static Binary Of(CostOperator op, CostExpression left, CostExpression right) => new(op, left, right, TypeOf(op, left.Type, right.Type));

        private static CostType TypeOf(CostOperator op, CostType left, CostType right)
        {
            var bothNumbers = left.IsNumber && right.IsNumber;
            var number = left == CostType.Int && right == CostType.Int ? CostType.Int : CostType.Float;
            switch (op)
            {
                case CostOperator.And or CostOperator.Or when left == CostType.Bool && right == CostType.Bool:
                    return CostType.Bool;
                case CostOperator.Equal or CostOperator.NotEqual when bothNumbers || (left == right && left.Kind != CostKind.WordList):
                    return CostType.Bool;
                case CostOperator.Less or CostOperator.LessEqual or CostOperator.Greater or CostOperator.GreaterEqual
                    when bothNumbers || (left == right && left.Kind == CostKind.Quantity):
                    return CostType.Bool;
                case CostOperator.Add or CostOperator.Subtract when left == right && left.Kind == CostKind.Quantity:
                    return left;
                case CostOperator.Multiply when CanScale(left) && CanScale(right) && !bothNumbers:
                    return Quantity(left.Time + right.Time, left.Bytes + right.Bytes);
                case CostOperator.Divide when CanScale(left) && CanScale(right) && !bothNumbers:
                    return Quantity(left.Time - right.Time, left.Bytes - right.Bytes);
                case CostOperator.Add or CostOperator.Subtract or CostOperator.Multiply or CostOperator.Divide or CostOperator.Remainder
                    or CostOperator.Power when bothNumbers:
                    return number;
                default:
                    throw Mismatch($"'{OperatorText(op)}' does not go between {left} and {right}");
            }
        }

        private static bool CanScale(CostType type) => type.IsNumber || type.Kind == CostKind.Quantity;

        // A quotient of equal dimensions is a plain number.
        private static CostType Quantity(int time, int bytes) =>
            (time, bytes) == (0, 0) ? CostType.Float : new CostType(CostKind.Quantity, checked((sbyte)time), checked((sbyte)bytes));
    }

    /// <summary>One of two expressions; made by <see cref="Of"/>.</summary>
    public sealed record Conditional : CostExpression
    {
        private Conditional(CostExpression condition, CostExpression then, CostExpression @else, CostType type)
            : base(type)
        {
            Condition = condition;
            Then = then;
            Else = @else;
        }

        /// <summary>The condition.</summary>
        public CostExpression Condition { get; }

        /// <summary>The value where it holds.</summary>
        public CostExpression Then { get; }

        /// <summary>The value where it does not.</summary>
        public CostExpression Else { get; }

        /// <summary>Makes the expression.</summary>
        /// <exception cref="CostTypeException">The condition is no bool, or the branches differ in type.</exception>
        public static Conditional Of(CostExpression condition, CostExpression then, CostExpression @else)
        {
            if (condition.Type != CostType.Bool)
            {
                throw Mismatch($"'if' needs a bool, not a {condition.Type}");
            }

            var type = then.Type == @else.Type ? then.Type
                : then.Type.IsNumber && @else.Type.IsNumber ? CostType.Float
                : throw Mismatch($"the branches of 'if' are {then.Type} and {@else.Type}");
            return new Conditional(condition, then, @else, type);
        }
    }

    /// <summary>A call of a function; made by <see cref="Of"/>.</summary>
    public sealed record Call : CostExpression
    {
        private Call(CostFunction function, ImmutableArray<CostExpression> arguments, CostType type)
            : base(type)
        {
            Function = function;
            Arguments = arguments;
        }

        /// <summary>The function.</summary>
        public CostFunction Function { get; }

        /// <summary>Its arguments.</summary>
        public ImmutableArray<CostExpression> Arguments { get; }

        /// <summary>Makes the expression.</summary>
        /// <exception cref="CostTypeException">The arguments' number or types do not fit.</exception>
        public static Call Of(CostFunction function, params ReadOnlySpan<CostExpression> arguments) =>
            new(function, [.. arguments], TypeOf(function, arguments));

        /// <summary>Value equality.</summary>
        public bool Equals(Call? other) => other is not null && Function == other.Function && Arguments.SequenceEqual(other.Arguments);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Function, Arguments.Length);

        private static CostType TypeOf(CostFunction function, ReadOnlySpan<CostExpression> arguments)
        {
            var name = FunctionName(function);
            var wanted = function switch
            {
                CostFunction.Min or CostFunction.Max => 2,
                CostFunction.CeilDiv or CostFunction.Contains => 2,
                _ => 1,
            };
            if (arguments.Length < wanted || (arguments.Length > wanted && function is not (CostFunction.Min or CostFunction.Max)))
            {
                throw Mismatch($"'{name}' takes {wanted} arguments, not {arguments.Length}");
            }

            if (function == CostFunction.Contains)
            {
                return arguments[0].Type == CostType.WordList && arguments[1].Type == CostType.Word
                    ? CostType.Bool
                    : throw Mismatch("'contains' takes a list of words and a word");
            }

            var type = arguments[0].Type;
            foreach (var argument in arguments)
            {
                type = argument.Type == type ? type
                    : argument.Type.IsNumber && type.IsNumber ? CostType.Float
                    : throw Mismatch($"the arguments of '{name}' are {type} and {argument.Type}");
            }

            return function switch
            {
                CostFunction.Min or CostFunction.Max or CostFunction.Abs when type.IsNumber || type.Kind == CostKind.Quantity => type,
                CostFunction.CeilDiv or CostFunction.Log2 when type == CostType.Int => CostType.Int,
                CostFunction.Floor or CostFunction.Ceil or CostFunction.Int when type.IsNumber => CostType.Int,
                CostFunction.Sqrt or CostFunction.Float when type.IsNumber => CostType.Float,
                _ => throw Mismatch($"'{name}' does not take a {type}"),
            };
        }
    }
}
