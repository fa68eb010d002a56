using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Tests;

public sealed class AluTests
{
    [Theory]
    [InlineData(AluOperation.Max, -0f, 0f, 0f)]
    [InlineData(AluOperation.Min, 0f, -0f, -0f)]
    [InlineData(AluOperation.Max, float.NaN, 1f, float.NaN)]
    [InlineData(AluOperation.Min, 1f, float.NaN, float.NaN)]
    [InlineData(AluOperation.Eq, float.NaN, float.NaN, 0f)]
    [InlineData(AluOperation.Ne, float.NaN, 1f, 1f)]
    [InlineData(AluOperation.Le, float.NaN, 1f, 0f)]
    [InlineData(AluOperation.Ge, 2f, 2f, 1f)]
    [InlineData(AluOperation.Land, float.NaN, 1f, 1f)]
    [InlineData(AluOperation.Lxor, 3f, 5f, 0f)]
    [InlineData(AluOperation.Div, 1f, 0f, float.PositiveInfinity)]
    [InlineData(AluOperation.Div, 0f, 0f, float.NaN)]
    [InlineData(AluOperation.Sub, float.PositiveInfinity, float.PositiveInfinity, float.NaN)]
    [InlineData(AluOperation.Pow, 2f, 10f, 1024f)]
    [InlineData(AluOperation.Bypass, 7f, 8f, 7f)]
    public void Numbers(AluOperation operation, float a, float b, float expected)
    {
        var actual = Alu.Apply(FunctionTables.Standard, operation, a, b);
        Assert.Equal(
            float.IsNaN(expected) ? 0x7FC00000u : BitConverter.SingleToUInt32Bits(expected), BitConverter.SingleToUInt32Bits(actual));
    }

    [Theory]
    [InlineData(AluOperation.Add, int.MaxValue, 1, 32, int.MinValue)]
    [InlineData(AluOperation.Mul, 65536, 65536, 32, 0)]
    [InlineData(AluOperation.Div, -7, 2, 32, -3)]
    [InlineData(AluOperation.Div, 7, 0, 32, 0)]
    [InlineData(AluOperation.Div, int.MinValue, -1, 32, int.MinValue)]
    [InlineData(AluOperation.Shr, -1, 28, 32, 15)]
    [InlineData(AluOperation.Shr, -1, 4, 8, 15)]
    [InlineData(AluOperation.Shr, -1, 8, 8, 0)]
    [InlineData(AluOperation.Shl, 1, 32, 32, 0)]
    [InlineData(AluOperation.Shl, 1, -1, 32, 0)]
    [InlineData(AluOperation.Bxor, 5, 3, 32, 6)]
    [InlineData(AluOperation.Gt, 5, 3, 32, 1)]
    public void Integers(AluOperation operation, int a, int b, int width, int expected) =>
        Assert.Equal(expected, Alu.Apply(operation, a, b, width));

    [Fact]
    public void Pairs_round_twice_or_once()
    {
        var a = 1 + MathF.ScaleB(1, -12);
        var exactSquareTail = MathF.ScaleB(1, -24);
        var square = Alu.Apply(FunctionTables.Standard, AluOperation.Mul, a, a);
        float Pair(InstructionFlags flags, float c, AluOperation second = AluOperation.Sub) =>
            Alu.Pair(FunctionTables.Standard, AluOperation.Mul, second, flags, a, a, c);
        Assert.Equal(0, Pair(InstructionFlags.None, square));
        Assert.Equal(exactSquareTail, Math.Abs(Pair(InstructionFlags.FusedMultiplyAdd, square)));
        Assert.Equal(
            -Pair(InstructionFlags.FusedMultiplyAdd, square), Pair(InstructionFlags.FusedMultiplyAdd | InstructionFlags.Reverse1, square));
        Assert.Equal(2 - square, Pair(InstructionFlags.Reverse1, 2));
        Assert.Equal(square + 3, Pair(InstructionFlags.None, 3, AluOperation.Add));
        Assert.Equal(0.5f, Alu.Pair(FunctionTables.Standard, AluOperation.Div, AluOperation.Bypass, InstructionFlags.Reverse0, 2, 1, 0));
    }
}
