using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Operators.Tests.Support;
using NNLang.Testing;

namespace NNLang.Operators.Tests.Shapes;

public sealed class DimensionTests
{
    [Theory]
    [InlineData("7 / 2", "3")]
    [InlineData("0 - 7 / 2", "-3")]
    [InlineData("(0 - 7) / 2", "-4")]
    [InlineData("(0 - 7) % 2", "1")]
    [InlineData("7 % (0 - 2)", "-1")]
    [InlineData("H + 2 * 1 - 3 + 1", "H")]
    [InlineData("(H + 2 * 3 - 7) / 2 + 1", "(H + 1) / 2")]
    [InlineData("(4 * H + 3) / 4", "H")]
    [InlineData("(4 * H + W + 9) % 4", "(W + 1) % 4")]
    [InlineData("H / 2 / 2", "H / 4")]
    [InlineData("(H / 2 + 1) / 2", "(H + 2) / 4")]
    [InlineData("(2 * H + 2) / 4", "(H + 1) / 2")]
    [InlineData("2 * (H / 16)", "2 * (H / 16)")]
    [InlineData("2 * H / 16", "H / 8")]
    [InlineData("N * C * H * W / (N * C)", "H * W")]
    [InlineData("(N * C + N) / (C + 1)", "N")]
    [InlineData("N * C % N", "0")]
    [InlineData("N / C", "N / C")]
    [InlineData("(N + 1) / (C * 2)", "(N + 1) / (2 * C)")]
    [InlineData("(H - W) * (H + W)", "H ** 2 - W ** 2")]
    [InlineData("H ** 3", "H ** 3")]
    [InlineData("min(H, H + 1)", "H")]
    [InlineData("max(H, min(4, 3), H - 2)", "max(H, 3)")]
    [InlineData("min(W, min(H, 2))", "min(H, W, 2)")]
    [InlineData("ceil_div(H, 2)", "(H + 1) / 2")]
    [InlineData("0 - H", "-H")]
    [InlineData("W - H", "-H + W")]
    [InlineData("N * 64 + 1", "64 * N + 1")]
    [InlineData("H * (H % 3)", "H * (H % 3)")]
    [InlineData("4 * H % 6", "2 * (2 * H % 3)")]
    public void NormalFormIsWrittenAsTheLanguageWritesIt(string expression, string expected)
    {
        var dimension = Expressions.Parse(expression);
        Assert.Equal(expected, dimension.ToString());
        Assert.Equal(dimension, Expressions.Parse(dimension.ToString()));
    }

    [Theory]
    [InlineData("2 * (H / 16)", "H / 8", "H % 16", Proof.Equal)]
    [InlineData("2 * (H / 16)", "H / 8", "", Proof.Undecided)]
    [InlineData("2 * (H / 16)", "H / 8", "H % 4; H % 16", Proof.Equal)]
    [InlineData("H / 4 * 4", "H", "H % 8", Proof.Equal)]
    [InlineData("(H + 2) / 2", "H / 2 + 1", "", Proof.Equal)]
    [InlineData("2 * N + 1", "2 * C", "", Proof.Unequal)]
    [InlineData("N + 1", "N", "", Proof.Unequal)]
    [InlineData("N + C", "0", "", Proof.Unequal)]
    [InlineData("N * C", "1", "", Proof.Undecided)]
    [InlineData("N", "1", "", Proof.Undecided)]
    [InlineData("H", "2 * W", "H == 2 * W", Proof.Equal)]
    [InlineData("H / 2", "W", "H == 2 * W", Proof.Equal)]
    [InlineData("H", "W", "W == H; H % 2", Proof.Equal)]
    [InlineData("A", "C", "A == B; B == C", Proof.Equal)]
    [InlineData("A", "C", "B == C; A == B", Proof.Equal)]
    [InlineData("16 * (H / 16) + H % 16", "H", "", Proof.Equal)]
    [InlineData("H % 16", "16", "", Proof.Unequal)]
    [InlineData("2 * A * A", "2 * B * B", "A * A == B * B", Proof.Equal)]
    [InlineData("A", "3", "A >= 4", Proof.Unequal)]
    [InlineData("(H + 1) / 2", "H / 2", "H % 2", Proof.Equal)]
    [InlineData("H", "28", "H == 28", Proof.Equal)]
    public void FactsProve(string left, string right, string facts, Proof expected) =>
        Assert.Equal(expected, Facts(facts).Prove(Expressions.Parse(left), Expressions.Parse(right)));

    [Theory]
    [InlineData("N", "1", "", true)]
    [InlineData("N * C", "N", "", true)]
    [InlineData("N", "2", "", null)]
    [InlineData("0", "N", "", false)]
    [InlineData("H + 2", "3", "", true)]
    [InlineData("H", "7", "H >= 7", true)]
    [InlineData("H", "6", "H >= 7", true)]
    [InlineData("5", "H", "H >= 7", false)]
    [InlineData("15", "H % 16", "", true)]
    [InlineData("H / 2", "0", "", true)]
    [InlineData("max(H, 3)", "3", "", true)]
    public void FactsOrder(string greater, string lesser, string facts, bool? expected) =>
        Assert.Equal(expected, Facts(facts).IsAtLeast(Expressions.Parse(greater), Expressions.Parse(lesser)));

    [Fact]
    public void NormalFormKeepsTheValueAndProofsAreSound() => PropertySeed.ForEach(2_000, random =>
    {
        var (left, right) = (Expressions.Random(random, 4), Expressions.Random(random, 4));
        var proof = DimensionFacts.Empty.Prove(left.Dimension, right.Dimension);
        for (var i = 0; i < 8; i++)
        {
            var binding = new Dictionary<string, long> { ["A"] = random.Next(1, 40), ["B"] = random.Next(1, 9), ["C"] = random.Next(1, 4) };
            if (left.Evaluate(binding) is not { } a || right.Evaluate(binding) is not { } b)
            {
                continue;
            }

            Assert.Equal(a, left.Dimension.Bind(binding).Value);
            Assert.Equal(a, Expressions.Parse(left.Dimension.ToString()).Bind(binding).Value);
            Assert.True(proof switch { Proof.Equal => a == b, Proof.Unequal => a != b, _ => true }, $"{left.Dimension} and {right.Dimension}: {proof}");
            var order = DimensionFacts.Empty.IsAtLeast(left.Dimension, right.Dimension);
            Assert.True(order is null || order == (a >= b), $"{left.Dimension} >= {right.Dimension}: {order}");
        }
    });

    [Fact]
    public void EqualityIsByValueAndSymbolsAreListed()
    {
        var a = (Dimension.Symbol("N") * Dimension.Of(4)).FloorDivide(Dimension.Of(3)) + Dimension.Symbol("C");
        var b = Dimension.Symbol("C") + (Dimension.Of(4) * Dimension.Symbol("N")).FloorDivide(Dimension.Of(3));
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.Equal(["C", "N"], a.Symbols);
        Assert.Null(a.Value);
        Assert.Equal("N", Dimension.Symbol("N").SymbolName);
        Assert.Equal("`a b`", Dimension.Symbol("a b").ToString());
        Assert.Equal(Dimension.Of(11), a.Substitute("N", Dimension.Of(6)).Substitute("C", Dimension.Of(3)));
    }

    [Fact]
    public void ArithmeticOutOfRangeIsRefusedInBoundedMemory()
    {
        Assert.Throws<OverflowException>(() => Dimension.Of(long.MaxValue) + Dimension.One);
        Assert.Throws<DivideByZeroException>(() => Dimension.Symbol("N").FloorDivide(Dimension.Zero));
        var sum = Dimension.Zero;
        for (var i = 0; i < 30; i++)
        {
            sum += Dimension.Symbol("s" + i.ToString(CultureInfo.InvariantCulture));
        }

        Assert.Throws<OverflowException>(() => sum.Power(60));
    }

    private static DimensionFacts Facts(string text)
    {
        var facts = DimensionFacts.Empty;
        foreach (var fact in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equal = fact.Split(" == ");
            var atLeast = fact.Split(" >= ");
            facts = equal.Length == 2 ? facts.WithEqual(Expressions.Parse(equal[0]), Expressions.Parse(equal[1]))
                : atLeast.Length == 2 ? facts.WithAtLeast(Expressions.Parse(atLeast[0]), Expressions.Parse(atLeast[1]))
                : facts.WithEqual(Expressions.Parse(fact), Dimension.Zero);
        }

        return facts;
    }
}
