using System.Globalization;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Tests.Support;

/// <summary>Dimension expressions for tests: a small parser, and random ones with a direct evaluation beside them.</summary>
internal sealed record Expressions(Dimension Dimension, Func<IReadOnlyDictionary<string, long>, long?> Evaluate)
{
    public static Dimension Parse(string text)
    {
        var at = 0;
        var result = Sum();
        Skip();
        return at == text.Length ? result : throw new FormatException($"'{text}' at {at}");

        Dimension Sum()
        {
            Skip();
            var left = Take('-') ? -Product() : Product();
            while (true)
            {
                if (Take('+'))
                {
                    left += Product();
                }
                else if (Take('-'))
                {
                    left -= Product();
                }
                else
                {
                    return left;
                }
            }
        }

        Dimension Product()
        {
            var left = Power();
            while (true)
            {
                if (Take('*'))
                {
                    left *= Power();
                }
                else if (Take('/'))
                {
                    left = left.FloorDivide(Power());
                }
                else if (Take('%'))
                {
                    left = left.Modulo(Power());
                }
                else
                {
                    return left;
                }
            }
        }

        Dimension Power()
        {
            var left = Primary();
            Skip();
            if (at + 1 < text.Length && text[at] == '*' && text[at + 1] == '*')
            {
                at += 2;
                return left.Power((int)Primary().Value!.Value);
            }

            return left;
        }

        Dimension Primary()
        {
            Skip();
            if (Take('('))
            {
                var inner = Sum();
                return Take(')') ? inner : throw new FormatException(text);
            }

            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }

            var word = text[start..at];
            if (long.TryParse(word, CultureInfo.InvariantCulture, out var number))
            {
                return Dimension.Of(number);
            }

            if (!Take('('))
            {
                return Dimension.Symbol(word);
            }

            var result = Sum();
            while (Take(','))
            {
                var next = Sum();
                result = word switch { "min" => Dimension.Min(result, next), "max" => Dimension.Max(result, next), _ => result.CeilDivide(next) };
            }

            return Take(')') ? result : throw new FormatException(text);
        }

        bool Take(char c)
        {
            Skip();
            if (at < text.Length && text[at] == c && !(c == '*' && at + 1 < text.Length && text[at + 1] == '*'))
            {
                at++;
                return true;
            }

            return false;
        }

        void Skip()
        {
            while (at < text.Length && text[at] == ' ')
            {
                at++;
            }
        }
    }

    public static Expressions Random(Random random, int depth)
    {
        if (depth == 0 || random.Next(5) == 0)
        {
            if (random.Next(2) == 0)
            {
                long value = random.Next(-3, 20);
                return new(Dimension.Of(value), _ => value);
            }

            var name = "ABC"[random.Next(3)].ToString();
            return new(Dimension.Symbol(name), binding => binding[name]);
        }

        var left = Random(random, depth - 1);
        if (random.Next(3) == 0)
        {
            long k = random.Next(1, 7);
            return random.Next(3) switch
            {
                0 => new(left.Dimension.FloorDivide(k), b => left.Evaluate(b) is { } x ? (long)Math.Floor((decimal)x / k) : null),
                1 => new(left.Dimension.Modulo(k), b => left.Evaluate(b) is { } x ? (((x % k) + k) % k) : null),
                _ => new(left.Dimension.CeilDivide(k), b => left.Evaluate(b) is { } x ? (long)Math.Ceiling((decimal)x / k) : null),
            };
        }

        var right = Random(random, depth - 1);
        return random.Next(5) switch
        {
            0 => new(left.Dimension + right.Dimension, b => left.Evaluate(b) + right.Evaluate(b)),
            1 => new(left.Dimension - right.Dimension, b => left.Evaluate(b) - right.Evaluate(b)),
            2 => new(left.Dimension * right.Dimension, b => left.Evaluate(b) * right.Evaluate(b)),
            3 => new(Dimension.Min(left.Dimension, right.Dimension), b => left.Evaluate(b) is { } x && right.Evaluate(b) is { } y ? Math.Min(x, y) : null),
            _ => new(Dimension.Max(left.Dimension, right.Dimension), b => left.Evaluate(b) is { } x && right.Evaluate(b) is { } y ? Math.Max(x, y) : null),
        };
    }
}
