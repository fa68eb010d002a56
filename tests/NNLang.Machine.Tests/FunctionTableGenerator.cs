using System.Globalization;
using System.Text;
using NNLang.Machine.Arithmetic;

namespace NNLang.Machine.Tests;

/// <summary>Makes the text of <c>functions.tables</c> with 400 bits. Run once; the product only ever reads the committed bits.</summary>
internal static class FunctionTableGenerator
{
    public static string Text()
    {
        var math = new BigMath(400);
        var one = BigFloat.Of(1);
        var text = new StringBuilder("# Bits of binary64, each the nearest to its exact value. Lines of one name follow each other in its table.\n");
        Line(text, "exp2", Enumerable.Range(0, 32).Select(j => math.Exp(math.Multiply(math.Ln2, BigFloat.Of(j / 32.0))).ToDouble()));
        Line(text, "exp", Enumerable.Range(0, 7).Reverse().Select(i => math.Divide(one, Factorial(i)).ToDouble()));
        var part = math.Ln2.Scale(-5);
        var high = part.ToDouble();
        Line(
            text, "exp_constants",
            [math.Divide(one, part).ToDouble(), high, math.Subtract(part, BigFloat.Of(high)).ToDouble()]);
        var centres = Enumerable.Range(0, 32).Select(j => 1 + ((j + 0.5) / 32)).Append(1).ToArray();
        Line(text, "log_centres", centres);
        Line(text, "log_values", centres.Select(centre => math.Log(BigFloat.Of(centre)).ToDouble()));
        Line(text, "log1p", Enumerable.Range(1, 11).Reverse().Select(i => math.Divide(BigFloat.Of(i % 2 == 0 ? -1 : 1), BigFloat.Of(i)).ToDouble()));
        for (var j = 0; j < FunctionTables.ErfcRows; j++)
        {
            Line(text, "erfc", ErfcRow(math, j));
        }

        var factor = math.Divide(BigFloat.Of(2), math.Sqrt(math.Pi));
        Line(text, "erf", Enumerable.Range(0, 8).Reverse().Select(i =>
            math.Divide(math.Multiply(factor, BigFloat.Of(i % 2 == 0 ? 1 : -1)), math.Multiply(Factorial(i), BigFloat.Of((2 * i) + 1))).ToDouble()));
        Line(text, "tanh", new[] { (-17, 315), (2, 15), (-1, 3), (1, 1) }.Select(c => math.Divide(BigFloat.Of(c.Item1), BigFloat.Of(c.Item2)).ToDouble()));
        Line(text, "expm1", Enumerable.Range(1, 7).Reverse().Select(i => math.Divide(one, Factorial(i)).ToDouble()));
        var half = math.Divide(one, math.Sqrt(BigFloat.Of(2)));
        var slope = math.Multiply(BigFloat.Of(-2), math.Sqrt(math.Divide(BigFloat.Of(2), math.Pi)));
        var cubic = math.Divide(BigFloat.Of(44715), BigFloat.Of(1000000));
        Line(text, "constants", [math.Ln2.ToDouble(), half.ToDouble(), slope.ToDouble(), cubic.ToDouble()]);
        return text.ToString();
    }

    // g = exp(z z) erfc(z): g' = 2 z g - 2 / sqrt pi, and g(n+1) = 2 z g(n) + 2 n g(n-1).
    private static IEnumerable<double> ErfcRow(BigMath math, int j)
    {
        var centre = BigFloat.Of((j + 0.5) / 16);
        var derivatives = new BigFloat[FunctionTables.ErfcTerms];
        derivatives[0] = math.ScaledErfc(centre);
        derivatives[1] = math.Subtract(
            math.Multiply(centre.Scale(1), derivatives[0]), math.Divide(BigFloat.Of(2), math.Sqrt(math.Pi)));
        for (var n = 1; n < FunctionTables.ErfcTerms - 1; n++)
        {
            derivatives[n + 1] = math.Add(
                math.Multiply(centre.Scale(1), derivatives[n]), math.Multiply(BigFloat.Of(2 * n), derivatives[n - 1]));
        }

        return derivatives.Select((derivative, n) => math.Divide(derivative, Factorial(n)).ToDouble());
    }

    private static BigFloat Factorial(int n) => BigFloat.Of(Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i));

    private static void Line(StringBuilder text, string name, IEnumerable<double> values)
    {
        text.Append(name);
        foreach (var value in values)
        {
            text.Append(' ').Append(BitConverter.DoubleToUInt64Bits(value).ToString("X16", CultureInfo.InvariantCulture));
        }

        text.Append('\n');
    }
}
