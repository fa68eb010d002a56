using System.Collections.Immutable;

namespace NNLang.Operators.Shapes;

/// <content>Floor division and its remainder: <c>(k*a + b) / k = a + b / k</c>, <c>(k*a + b) % k = b % k</c>.</content>
public sealed partial class Dimension
{
    /// <summary>Floor division. Throws <see cref="DivideByZeroException"/> for a divisor known to be 0.</summary>
    public Dimension FloorDivide(Dimension divisor)
    {
        if (divisor.Value is { } k)
        {
            return k switch
            {
                0 => throw new DivideByZeroException(),
                1 => this,
                < 0 => (-this).FloorDivide(Of(checked(-k))),
                _ => FloorDivideKnown(k),
            };
        }

        return Equals(Zero) ? Zero : DivideExactly(divisor) ?? OfAtom(new Atom.Division(this, divisor, remainder: false));
    }

    /// <summary>The remainder of floor division, with the divisor's sign. Throws <see cref="DivideByZeroException"/> for a divisor known
    /// to be 0.</summary>
    public Dimension Modulo(Dimension divisor)
    {
        if (divisor.Value is { } k)
        {
            return k switch
            {
                0 => throw new DivideByZeroException(),
                1 or -1 => Zero,
                < 0 => -(-this).Modulo(Of(checked(-k))),
                _ => ModuloKnown(k),
            };
        }

        return Equals(Zero) || DivideExactly(divisor) is not null ? Zero : OfAtom(new Atom.Division(this, divisor, remainder: true));
    }

    /// <summary>Division rounding up.</summary>
    public Dimension CeilDivide(Dimension divisor) =>
        divisor.Value is > 0 and var k ? (this + Of(k - 1)).FloorDivide(divisor) : -(-this).FloorDivide(divisor);

    /// <summary>The polynomial whose product with the divisor is this, or null if there is none.</summary>
    public Dimension? DivideExactly(Dimension divisor)
    {
        if (divisor._terms.IsDefault)
        {
            return divisor._value == 0 ? null : DivideExactlyKnown(divisor._value);
        }

        var rest = this;
        var quotient = Zero;
        var lead = divisor._terms[0];
        for (var step = 0; !rest.Equals(Zero); step++)
        {
            var term = rest.Terms[0];
            if (step > MaximumTerms || term.Coefficient % lead.Coefficient != 0 || term.Monomial.Divide(lead.Monomial) is not { } monomial)
            {
                return null;
            }

            var part = OfTerms([new Term(term.Coefficient / lead.Coefficient, monomial)]);
            quotient += part;
            rest -= part * divisor;
        }

        return quotient;
    }

    private Dimension? DivideExactlyKnown(long divisor)
    {
        var terms = ImmutableArray.CreateBuilder<Term>();
        foreach (var (coefficient, monomial) in Terms)
        {
            if (coefficient % divisor != 0)
            {
                return null;
            }

            terms.Add(new Term(coefficient / divisor, monomial));
        }

        return OfTerms(terms.ToImmutable());
    }

    private Dimension FloorDivideKnown(long k)
    {
        if (_terms.IsDefault)
        {
            return Of(FloorQuotient(_value, k));
        }

        var (whole, rest) = Split(k);
        return rest.Value is { } known ? whole + Of(FloorQuotient(known, k)) : whole + QuotientAtom(rest, k);
    }

    private Dimension ModuloKnown(long k)
    {
        var rest = _terms.IsDefault ? this : Split(k).Remainder;
        if (rest.Value is { } known)
        {
            return Of(known - (FloorQuotient(known, k) * k));
        }

        // (g*a + g*c) % (g*k) = g * ((a + c) % k)
        var factor = GreatestFactor(rest, k, withConstant: true);
        return factor > 1 && factor < k
            ? rest.DivideExactlyKnown(factor)!.ModuloKnown(k / factor).Scale(factor)
            : OfAtom(new Atom.Division(rest, Of(k), remainder: true));
    }

    /// <summary>This as k * whole + rest, every coefficient of the rest in 0 .. k-1.</summary>
    private (Dimension Whole, Dimension Remainder) Split(long k)
    {
        var whole = ImmutableArray.CreateBuilder<Term>();
        var rest = ImmutableArray.CreateBuilder<Term>();
        foreach (var (coefficient, monomial) in Terms)
        {
            var quotient = FloorQuotient(coefficient, k);
            if (quotient != 0)
            {
                whole.Add(new Term(quotient, monomial));
            }

            var remainder = coefficient - (quotient * k);
            if (remainder != 0)
            {
                rest.Add(new Term(remainder, monomial));
            }
        }

        return (OfTerms(whole.ToImmutable()), OfTerms(rest.ToImmutable()));
    }

    private static Dimension QuotientAtom(Dimension rest, long k)
    {
        // (g*a + c) / (g*k) = (a + c / g) / k: halving twice is dividing by four.
        var factor = GreatestFactor(rest, k, withConstant: false);
        if (factor > 1)
        {
            var terms = ImmutableArray.CreateBuilder<Term>();
            foreach (var (coefficient, monomial) in rest.Terms)
            {
                var shrunk = FloorQuotient(coefficient, factor);
                if (shrunk != 0)
                {
                    terms.Add(new Term(shrunk, monomial));
                }
            }

            return OfTerms(terms.ToImmutable()).FloorDivide(Of(k / factor));
        }

        // (e / j + c) / k = (e + j*c) / (j*k)
        var constant = rest.Terms[^1].Monomial.Degree == 0 ? rest.Terms[^1].Coefficient : 0;
        if (rest.Terms.Length == (constant == 0 ? 1 : 2)
            && rest.Terms[0] is
            {
                Coefficient: 1, Monomial.Factors: [(Atom.Division
                {
                    IsRemainder: false,
                    Divisor.Value: > 0 and var j
                } inner, 1)]
            })
        {
            return (inner.Dividend + Of(checked(j * constant))).FloorDivide(Of(checked(j * k)));
        }

        return OfAtom(new Atom.Division(rest, Of(k), remainder: false));
    }

    private static long GreatestFactor(Dimension value, long k, bool withConstant)
    {
        var factor = k;
        foreach (var (coefficient, monomial) in value.Terms)
        {
            if (withConstant || monomial.Degree > 0)
            {
                factor = GreatestCommonDivisor(factor, coefficient);
            }
        }

        return factor;
    }

    internal static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return Math.Abs(a);
    }

    private static long FloorQuotient(long value, long k)
    {
        var quotient = value / k;
        return value % k < 0 ? quotient - 1 : quotient;
    }
}
