using System.Collections.Immutable;
using System.Globalization;

namespace NNLang.Operators.Shapes;

/// <summary>A product of powers of atoms, sorted by atom. Ordered by degree, then lexicographically: an admissible order, so exact
/// division works.</summary>
internal sealed class Monomial : IEquatable<Monomial>, IComparable<Monomial>
{
    private readonly int _hash;

    public Monomial(ImmutableArray<(Atom Atom, int Exponent)> factors)
    {
        Factors = factors;
        var hash = new HashCode();
        foreach (var (atom, exponent) in factors)
        {
            hash.Add(atom);
            hash.Add(exponent);
            Degree = checked(Degree + exponent);
        }

        _hash = hash.ToHashCode();
    }

    public static Monomial One { get; } = new([]);

    public ImmutableArray<(Atom Atom, int Exponent)> Factors { get; }

    public int Degree { get; }

    public Monomial Multiply(Monomial other)
    {
        if (Degree == 0)
        {
            return other;
        }

        if (other.Degree == 0)
        {
            return this;
        }

        var product = ImmutableArray.CreateBuilder<(Atom, int)>(Factors.Length + other.Factors.Length);
        int i = 0, j = 0;
        while (i < Factors.Length || j < other.Factors.Length)
        {
            var order = i == Factors.Length ? 1 : j == other.Factors.Length ? -1 : Factors[i].Atom.CompareTo(other.Factors[j].Atom);
            product.Add(order switch
            {
                < 0 => Factors[i++],
                > 0 => other.Factors[j++],
                _ => (Factors[i].Atom, checked(Factors[i++].Exponent + other.Factors[j++].Exponent)),
            });
        }

        return new Monomial(product.ToImmutable());
    }

    /// <summary>This divided by another, or null if it is no multiple of it.</summary>
    public Monomial? Divide(Monomial other)
    {
        if (other.Degree == 0)
        {
            return this;
        }

        var quotient = ImmutableArray.CreateBuilder<(Atom, int)>(Factors.Length);
        var j = 0;
        foreach (var (atom, exponent) in Factors)
        {
            if (j < other.Factors.Length && atom.Equals(other.Factors[j].Atom))
            {
                var rest = exponent - other.Factors[j++].Exponent;
                if (rest < 0)
                {
                    return null;
                }

                if (rest > 0)
                {
                    quotient.Add((atom, rest));
                }
            }
            else
            {
                quotient.Add((atom, exponent));
            }
        }

        return j == other.Factors.Length ? new Monomial(quotient.ToImmutable()) : null;
    }

    public int CompareTo(Monomial? other)
    {
        var order = other!.Degree.CompareTo(Degree);
        for (var i = 0; order == 0 && i < Factors.Length && i < other.Factors.Length; i++)
        {
            order = Factors[i].Atom.CompareTo(other.Factors[i].Atom);
            if (order == 0)
            {
                order = other.Factors[i].Exponent.CompareTo(Factors[i].Exponent);
            }
        }

        return order;
    }

    public bool Equals(Monomial? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || _hash != other._hash || Factors.Length != other.Factors.Length)
        {
            return false;
        }

        for (var i = 0; i < Factors.Length; i++)
        {
            if (Factors[i].Exponent != other.Factors[i].Exponent || !Factors[i].Atom.Equals(other.Factors[i].Atom))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as Monomial);

    public override int GetHashCode() => _hash;

    /// <summary>The text of a coefficient (without sign, as digits) times this.</summary>
    public string ToString(string magnitude)
    {
        if (Degree == 0)
        {
            return magnitude;
        }

        var alone = magnitude == "1" && Factors.Length == 1;
        var parts = new List<string>(Factors.Length + 1);
        if (magnitude != "1")
        {
            parts.Add(magnitude);
        }

        foreach (var (atom, exponent) in Factors)
        {
            var text = atom.IsCompound && !(alone && exponent == 1) ? $"({atom})" : atom.ToString();
            parts.Add(exponent == 1 ? text : text + " ** " + exponent.ToString(CultureInfo.InvariantCulture));
        }

        return string.Join(" * ", parts);
    }
}

/// <summary>A coefficient and what it multiplies.</summary>
internal readonly record struct Term(long Coefficient, Monomial Monomial);
