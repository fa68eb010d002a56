using System.Collections.Immutable;

namespace NNLang.Operators.Shapes;

/// <summary>
/// What is known about symbolic dimensions: every symbol is at least 1; asserts add divisibility, equalities and bounds
/// (<c>docs/language.md</c> 4.4, 5.5). Immutable, equality by value, thread-safe. Proofs are sound and quick, not complete: what they leave
/// undecided is checked with the binding in force.
/// </summary>
public sealed class DimensionFacts : IEquatable<DimensionFacts>
{
    private readonly ImmutableSortedDictionary<string, long> _divisors;
    private readonly ImmutableArray<KeyValuePair<Atom, Dimension>> _replacements;
    private readonly ImmutableArray<Dimension> _zeros;
    private readonly ImmutableArray<Dimension> _nonNegative;
    private readonly int _hash;

    private DimensionFacts(
        ImmutableSortedDictionary<string, long> divisors,
        ImmutableArray<KeyValuePair<Atom, Dimension>> replacements,
        ImmutableArray<Dimension> zeros,
        ImmutableArray<Dimension> nonNegative)
    {
        _divisors = divisors;
        _replacements = replacements;
        _zeros = zeros;
        _nonNegative = nonNegative;
        var hash = new HashCode();
        foreach (var (name, divisor) in divisors)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(divisor);
        }

        foreach (var (atom, value) in replacements)
        {
            hash.Add(atom);
            hash.Add(value);
        }

        foreach (var zero in zeros)
        {
            hash.Add(zero);
        }

        foreach (var value in nonNegative)
        {
            hash.Add(value);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>Nothing but that symbols are at least 1.</summary>
    public static DimensionFacts Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal), [], [], []);

    /// <summary>Adds that a dimension is a multiple of a positive number.</summary>
    public DimensionFacts WithMultiple(Dimension dimension, long divisor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(divisor, 1);
        if (dimension.SymbolName is not { } symbol)
        {
            return WithEqual(dimension.Modulo(divisor), Dimension.Zero);
        }

        var known = _divisors.GetValueOrDefault(symbol, 1);
        var least = checked(known / Dimension.GreatestCommonDivisor(known, divisor) * divisor);
        return least == known ? this : new(_divisors.SetItem(symbol, least), _replacements, _zeros, _nonNegative);
    }

    /// <summary>Adds an equation.</summary>
    public DimensionFacts WithEqual(Dimension left, Dimension right)
    {
        // s % m == 0 is the form asserts have.
        if (right.Equals(Dimension.Zero)
            && left.Terms is [
                {
                    Coefficient: 1, Monomial.Factors: [(Atom.Division
                    {
                        IsRemainder: true,
                        Divisor.Value: > 1 and var m
                    } division, 1)]
                }]
            && division.Dividend.SymbolName is { })
        {
            return WithMultiple(division.Dividend, m);
        }

        var difference = Normalise(left - right);
        if (difference.Value is not null)
        {
            return this;
        }

        // An atom that stands alone in the equation is expressed by the rest: later symbols by earlier ones, so that the result is stable.
        for (var i = difference.Terms.Length - 1; i >= 0; i--)
        {
            if (difference.Terms[i] is { Coefficient: 1 or -1, Monomial.Factors: [(var atom, 1)] } term)
            {
                var rest = (difference - Dimension.OfTerms([term])) * -term.Coefficient;
                if (!Occurs(atom, rest))
                {
                    return new(_divisors, _replacements.Add(new(atom, rest)), _zeros, _nonNegative);
                }
            }
        }

        return new(_divisors, _replacements, _zeros.Add(difference), _nonNegative);
    }

    /// <summary>Adds that one dimension is at least another.</summary>
    public DimensionFacts WithAtLeast(Dimension greater, Dimension lesser)
    {
        var difference = greater - lesser;
        return difference.Value is not null ? this : new(_divisors, _replacements, _zeros, _nonNegative.Add(difference));
    }

    /// <summary>Whether two dimensions are equal.</summary>
    public Proof Prove(Dimension left, Dimension right)
    {
        if (left.Equals(right))
        {
            return Proof.Equal;
        }

        if (left.Value is not null && right.Value is not null)
        {
            return Proof.Unequal;
        }

        try
        {
            var difference = Normalise(left - right);
            if (difference.Equals(Dimension.Zero) || Normalise(Expand(difference)).Equals(Dimension.Zero))
            {
                return Proof.Equal;
            }

            foreach (var zero in _zeros)
            {
                if (difference.DivideExactly(zero) is not null)
                {
                    return Proof.Equal;
                }
            }

            return IsNeverZero(difference) ? Proof.Unequal : Proof.Undecided;
        }
        catch (OverflowException)
        {
            return Proof.Undecided;
        }
    }

    /// <summary>Whether one dimension is at least another: true, false, or null where it depends on the binding.</summary>
    public bool? IsAtLeast(Dimension greater, Dimension lesser)
    {
        try
        {
            var difference = Normalise(greater - lesser);
            if (difference.Value is { } known)
            {
                return known >= 0;
            }

            if (LowerBound(difference) >= 0)
            {
                return true;
            }

            foreach (var fact in _nonNegative)
            {
                if (LowerBound(difference - Normalise(fact)) >= 0)
                {
                    return true;
                }

                if (LowerBound(Dimension.Of(-1) - difference - Normalise(fact)) >= 0)
                {
                    return false;
                }
            }

            return LowerBound(Dimension.Of(-1) - difference) >= 0 ? false : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>The normal form under the facts.</summary>
    public Dimension Normalise(Dimension dimension)
    {
        if (dimension.Value is not null || (_divisors.Count == 0 && _replacements.Length == 0))
        {
            return dimension;
        }

        // Each replacement was made normal under those before it, so one pass per replacement suffices.
        var result = Replace(dimension);
        return _divisors.Count == 0
            ? result
            : Replace(result.Rewrite(atom => atom is Atom.Symbol symbol && _divisors.TryGetValue(symbol.Name, out var divisor)
                ? Dimension.Of(divisor) * Dimension.OfAtom(new Atom.Share(symbol.Name, divisor))
                : null));
    }

    /// <inheritdoc/>
    public bool Equals(DimensionFacts? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && _divisors.SequenceEqual(other._divisors)
            && _replacements.AsSpan().SequenceEqual(other._replacements.AsSpan()) && _zeros.AsSpan().SequenceEqual(other._zeros.AsSpan())
            && _nonNegative.AsSpan().SequenceEqual(other._nonNegative.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DimensionFacts);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private Dimension Replace(Dimension dimension)
    {
        foreach (var (target, value) in _replacements)
        {
            dimension = dimension.Rewrite(atom => atom.Equals(target) ? value : null);
        }

        return dimension;
    }

    // e % k as e - k * (e / k), so that the two kinds of atom can cancel.
    private static Dimension Expand(Dimension dimension) => dimension.Rewrite(atom =>
        atom is Atom.Division { IsRemainder: true } division
            ? Expand(division.Dividend) - (Expand(division.Divisor) * Expand(division.Dividend).FloorDivide(Expand(division.Divisor)))
            : null);

    private static bool Occurs(Atom atom, Dimension dimension)
    {
        var found = false;
        dimension.Rewrite(other =>
        {
            found |= other.Equals(atom) || (other is Atom.Share share && atom is Atom.Symbol symbol && share.Name == symbol.Name);
            return null;
        });
        return found;
    }

    private bool IsNeverZero(Dimension difference)
    {
        // All coefficients but the constant share a factor that the constant has not: 2*N + 1.
        long factor = 0, constant = 0;
        foreach (var (coefficient, monomial) in difference.Terms)
        {
            if (monomial.Degree == 0)
            {
                constant = coefficient;
            }
            else
            {
                factor = Dimension.GreatestCommonDivisor(factor, coefficient);
            }
        }

        if (factor == 0 || constant % factor != 0)
        {
            return true;
        }

        return IsAtLeast(difference, Dimension.One) == true || IsAtLeast(-difference, Dimension.One) == true;
    }

    /// <summary>A number the dimension is never below, or null where none is found.</summary>
    private long? LowerBound(Dimension dimension)
    {
        // With every atom written as its bound plus something non-negative, a polynomial without negative coefficients is least at its
        // constant.
        var shifted = Dimension.Zero;
        foreach (var (coefficient, monomial) in dimension.Terms)
        {
            var product = Dimension.Of(coefficient);
            foreach (var (atom, exponent) in monomial.Factors)
            {
                if (LowerBound(atom) is not { } bound)
                {
                    return null;
                }

                product *= (Dimension.OfAtom(atom) + Dimension.Of(bound)).Power(exponent);
            }

            shifted += product;
        }

        long least = 0;
        foreach (var (coefficient, monomial) in shifted.Terms)
        {
            if (monomial.Degree == 0)
            {
                least = checked(least + coefficient);
            }
            else if (coefficient < 0)
            {
                // -(e % k) is at least -(k - 1); nothing else has an upper bound.
                if (monomial.Factors is not [(Atom.Division { IsRemainder: true, Divisor.Value: > 0 and var k }, 1)])
                {
                    return null;
                }

                least = checked(least + (coefficient * (k - 1)));
            }
        }

        return least;
    }

    private long? LowerBound(Atom atom) => atom switch
    {
        Atom.Symbol or Atom.Share => 1,
        Atom.Division { IsRemainder: true, Divisor.Value: > 0 } => 0,
        Atom.Division { IsRemainder: false } division => QuotientBound(division),
        Atom.Extremum extremum => ExtremumBound(extremum),
        _ => null,
    };

    private long? QuotientBound(Atom.Division division)
    {
        if (LowerBound(division.Dividend) is not { } least)
        {
            return null;
        }

        if (division.Divisor.Value is > 0 and var k)
        {
            return Dimension.Of(least).FloorDivide(k).Value;
        }

        return least >= 0 && LowerBound(division.Divisor) >= 1 ? 0 : null;
    }

    private long? ExtremumBound(Atom.Extremum extremum)
    {
        long? bound = null;
        foreach (var item in extremum.Items)
        {
            var least = LowerBound(item);
            if (extremum.IsGreatest)
            {
                bound = bound is null || least > bound ? least ?? bound : bound;
            }
            else if (least is null)
            {
                return null;
            }
            else
            {
                bound = bound is null || least < bound ? least : bound;
            }
        }

        return bound;
    }
}
