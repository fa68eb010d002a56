using NNLang.Machine.Instructions;

namespace NNLang.Machine.Arithmetic;

/// <summary>The operations of <c>docs/machine.md</c> 6.3 on single values: f32 with one rounding each, i32 modulo 2^32, and bits. Pure.</summary>
public static class Alu
{
    /// <summary>Whether an operation works on bits of integers rather than on numbers.</summary>
    public static bool IsBitwise(AluOperation operation) => operation is >= AluOperation.Band and <= AluOperation.Shr;

    /// <summary>Whether an operation's results are 1 and 0.</summary>
    public static bool IsLogical(AluOperation operation) => operation is >= AluOperation.Eq and <= AluOperation.Lxor;

    /// <summary>An operation on f32; a NaN result is the canonical one.</summary>
    /// <param name="tables">The function tables, for <see cref="AluOperation.Pow"/>.</param>
    /// <param name="operation">Any but the bitwise ones.</param>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operation is bitwise.</exception>
    public static float Apply(FunctionTables tables, AluOperation operation, float a, float b)
    {
        var result = operation switch
        {
            AluOperation.Add => a + b,
            AluOperation.Sub => a - b,
            AluOperation.Mul => a * b,
            AluOperation.Div => a / b,
            AluOperation.Max => MathF.Max(a, b),
            AluOperation.Min => MathF.Min(a, b),
            AluOperation.Pow => Functions.Power(tables, a, b),
            AluOperation.Bypass => a,
            _ when IsLogical(operation) => Truth(operation, a, b) ? 1f : 0f,
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
        return float.IsNaN(result) ? Functions.CanonicalNaN : result;
    }

    /// <summary>An operation on i32, modulo 2^32: what GpSimdE does when all operands are i32, and every bitwise operation.</summary>
    /// <param name="operation">Any but <see cref="AluOperation.Pow"/>; shifts by 32 or more (or less than 0) give 0.</param>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="width">The operand's bits, 8, 16 or 32, for shifts; the result is to be cut to it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operation is pow.</exception>
    public static int Apply(AluOperation operation, int a, int b, int width = 32) => operation switch
    {
        AluOperation.Add => unchecked(a + b),
        AluOperation.Sub => unchecked(a - b),
        AluOperation.Mul => unchecked(a * b),
        AluOperation.Div => b == 0 ? 0 : a == int.MinValue && b == -1 ? int.MinValue : a / b,
        AluOperation.Max => Math.Max(a, b),
        AluOperation.Min => Math.Min(a, b),
        AluOperation.Eq => a == b ? 1 : 0,
        AluOperation.Ne => a != b ? 1 : 0,
        AluOperation.Lt => a < b ? 1 : 0,
        AluOperation.Le => a <= b ? 1 : 0,
        AluOperation.Gt => a > b ? 1 : 0,
        AluOperation.Ge => a >= b ? 1 : 0,
        AluOperation.Land => a != 0 && b != 0 ? 1 : 0,
        AluOperation.Lor => a != 0 || b != 0 ? 1 : 0,
        AluOperation.Lxor => a != 0 ^ b != 0 ? 1 : 0,
        AluOperation.Band => a & b,
        AluOperation.Bor => a | b,
        AluOperation.Bxor => a ^ b,
        AluOperation.Shl => (uint)b < (uint)width ? a << b : 0,
        AluOperation.Shr => (uint)b < (uint)width ? (int)(((uint)a & (uint.MaxValue >> (32 - width))) >> b) : 0,
        AluOperation.Bypass => a,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>a op0 b op1 c with two roundings, or with one if flagged fma (op0 mul, op1 add or sub).</summary>
    public static float Pair(
        FunctionTables tables, AluOperation operation0, AluOperation operation1, InstructionFlags flags, float a, float b, float c)
    {
        if ((flags & InstructionFlags.FusedMultiplyAdd) != 0)
        {
            // Reversing a sub turns a b - c into c - a b.
            var fused = operation1 == AluOperation.Add ? MathF.FusedMultiplyAdd(a, b, c)
                : (flags & InstructionFlags.Reverse1) != 0 ? MathF.FusedMultiplyAdd(-a, b, c) : MathF.FusedMultiplyAdd(a, b, -c);
            return float.IsNaN(fused) ? Functions.CanonicalNaN : fused;
        }

        var first = (flags & InstructionFlags.Reverse0) != 0 ? Apply(tables, operation0, b, a) : Apply(tables, operation0, a, b);
        return (flags & InstructionFlags.Reverse1) != 0 ? Apply(tables, operation1, c, first) : Apply(tables, operation1, first, c);
    }

    private static bool Truth(AluOperation operation, float a, float b) => operation switch
    {
        AluOperation.Eq => a == b,
        AluOperation.Ne => a != b,
        AluOperation.Lt => a < b,
        AluOperation.Le => a <= b,
        AluOperation.Gt => a > b,
        AluOperation.Ge => a >= b,
        AluOperation.Land => a != 0 && b != 0,
        AluOperation.Lor => a != 0 || b != 0,
        _ => a != 0 ^ b != 0,
    };
}
