using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace NNLang.Operators.Shapes;

/// <summary>
/// A dimension: an integer, possibly over symbols, in the normal form of the language (<c>docs/language.md</c> 4.4): a polynomial over
/// symbols and the atoms <c>e / k</c>, <c>e % k</c>, <c>min</c>, <c>max</c>. Two dimensions that are equal for every value of the symbols
/// by the rules of the normal form are equal values. Immutable, thread-safe; a known dimension costs one object and no search.
/// </summary>
/// <remarks>
/// Arithmetic throws <see cref="OverflowException"/> where a coefficient leaves 64 bits or a polynomial grows beyond
/// <see cref="MaximumTerms"/> terms, and <see cref="DivideByZeroException"/> for a divisor known to be zero; <c>Operator.Infer</c> and
/// the binder turn both into diagnostics (NN3017, NN3018).
/// </remarks>
public sealed partial class Dimension : IEquatable<Dimension>
{
    /// <summary>The size beyond which a polynomial is refused.</summary>
    public const int MaximumTerms = 1_000;

    private static readonly ImmutableArray<Dimension> Small = [.. Enumerable.Range(-8, 1033).Select(value => new Dimension(value))];

    private readonly ImmutableArray<Term> _terms;
    private readonly long _value;
    private readonly int _hash;

    private Dimension(long value)
    {
        _value = value;
        _hash = value.GetHashCode();
    }

    private Dimension(ImmutableArray<Term> terms)
    {
        _terms = terms;
        var hash = new HashCode();
        foreach (var term in terms)
        {
            hash.Add(term.Coefficient);
            hash.Add(term.Monomial);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>0.</summary>
    public static Dimension Zero { get; } = Of(0);

    /// <summary>1.</summary>
    public static Dimension One { get; } = Of(1);

    /// <summary>The value if it depends on no symbol, else null.</summary>
    public long? Value => _terms.IsDefault ? _value : null;

    /// <summary>The name if this is a symbol and nothing else, else null.</summary>
    public string? SymbolName =>
        !_terms.IsDefault && _terms is [{ Coefficient: 1, Monomial.Factors: [(Atom.Symbol symbol, 1)] }] ? symbol.Name : null;

    /// <summary>The symbols this depends on, in ordinal order.</summary>
    public ImmutableArray<string> Symbols
    {
        get
        {
            if (_terms.IsDefault)
            {
                return [];
            }

            var symbols = new SortedSet<string>(StringComparer.Ordinal);
            AddSymbols(symbols);
            return [.. symbols];
        }
    }

    /// <summary>The terms of the polynomial, highest degree first; a known value is one term, or none for 0.</summary>
    internal ImmutableArray<Term> Terms => !_terms.IsDefault ? _terms : _value == 0 ? [] : [new Term(_value, Monomial.One)];

    /// <summary>A known dimension.</summary>
    public static Dimension Of(long value) => value is >= -8 and < 1025 && !Small.IsDefault ? Small[(int)value + 8] : new Dimension(value);

    /// <summary>A known dimension.</summary>
    public static implicit operator Dimension(long value) => Of(value);

    /// <summary>A symbolic dimension.</summary>
    public static Dimension Symbol(string name) => OfAtom(new Atom.Symbol(name));

    /// <summary>The sum.</summary>
    public static Dimension operator +(Dimension left, Dimension right)
    {
        if (left._terms.IsDefault && right._terms.IsDefault)
        {
            return Of(checked(left._value + right._value));
        }

        // Both lists are sorted: one merge.
        ImmutableArray<Term> a = left.Terms, b = right.Terms;
        var sum = ImmutableArray.CreateBuilder<Term>(a.Length + b.Length);
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            var order = i == a.Length ? 1 : j == b.Length ? -1 : a[i].Monomial.CompareTo(b[j].Monomial);
            if (order == 0)
            {
                var coefficient = checked(a[i].Coefficient + b[j].Coefficient);
                if (coefficient != 0)
                {
                    sum.Add(new Term(coefficient, a[i].Monomial));
                }

                i++;
                j++;
            }
            else
            {
                sum.Add(order < 0 ? a[i++] : b[j++]);
            }
        }

        return OfTerms(sum.ToImmutable());
    }

    /// <summary>The negative.</summary>
    public static Dimension operator -(Dimension value) => value.Scale(-1);

    /// <summary>The difference.</summary>
    public static Dimension operator -(Dimension left, Dimension right) =>
        left._terms.IsDefault && right._terms.IsDefault ? Of(checked(left._value - right._value)) : left + right.Scale(-1);

    /// <summary>The product.</summary>
    public static Dimension operator *(Dimension left, Dimension right)
    {
        if (left._terms.IsDefault)
        {
            return right._terms.IsDefault ? Of(checked(left._value * right._value)) : right.Scale(left._value);
        }

        if (right._terms.IsDefault)
        {
            return left.Scale(right._value);
        }

        if ((long)left._terms.Length * right._terms.Length > 4L * MaximumTerms)
        {
            throw TooLarge();
        }

        var products = new Dictionary<Monomial, long>();
        foreach (var a in left._terms)
        {
            foreach (var b in right._terms)
            {
                var monomial = a.Monomial.Multiply(b.Monomial);
                products.TryGetValue(monomial, out var sum);
                products[monomial] = checked(sum + (a.Coefficient * b.Coefficient));
            }
        }

        var terms = ImmutableArray.CreateBuilder<Term>(products.Count);
        foreach (var (monomial, coefficient) in products)
        {
            if (coefficient != 0)
            {
                terms.Add(new Term(coefficient, monomial));
            }
        }

        terms.Sort(static (x, y) => x.Monomial.CompareTo(y.Monomial));
        return OfTerms(terms.ToImmutable());
    }

    /// <summary>This to a constant power of at least 0.</summary>
    public Dimension Power(int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        Dimension result = One, square = this;
        for (var e = exponent; e > 0; e >>= 1)
        {
            if ((e & 1) != 0)
            {
                result *= square;
            }

            if (e > 1)
            {
                square *= square;
            }
        }

        return result;
    }

    /// <summary>The lesser.</summary>
    public static Dimension Min(Dimension left, Dimension right) => Extremum(left, right, greatest: false);

    /// <summary>The greater.</summary>
    public static Dimension Max(Dimension left, Dimension right) => Extremum(left, right, greatest: true);

    /// <summary>This with a symbol replaced by a dimension.</summary>
    public Dimension Substitute(string symbol, Dimension value) =>
        Rewrite(atom => atom is Atom.Symbol s && s.Name == symbol ? value : null);

    /// <summary>This with every symbol replaced by its value where the binding has one.</summary>
    public Dimension Bind(IReadOnlyDictionary<string, long> binding) =>
        _terms.IsDefault || binding.Count == 0
            ? this
            : Rewrite(atom => atom is Atom.Symbol s && binding.TryGetValue(s.Name, out var value) ? Of(value) : null);

    /// <inheritdoc/>
    public bool Equals(Dimension? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || _hash != other._hash || _terms.IsDefault != other._terms.IsDefault)
        {
            return false;
        }

        return _terms.IsDefault ? _value == other._value : _terms.AsSpan().SequenceEqual(other._terms.AsSpan());
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Dimension);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>Value equality of normal forms.</summary>
    public static bool operator ==(Dimension? left, Dimension? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Value inequality of normal forms.</summary>
    public static bool operator !=(Dimension? left, Dimension? right) => !(left == right);

    /// <summary>A total order of normal forms, for sorting; it says nothing about the sizes of symbolic dimensions.</summary>
    internal int CompareTo(Dimension? other)
    {
        if (other is null)
        {
            return 1;
        }

        if (_terms.IsDefault || other._terms.IsDefault)
        {
            return _terms.IsDefault && other._terms.IsDefault ? _value.CompareTo(other._value) : _terms.IsDefault ? 1 : -1;
        }

        for (var i = 0; i < Math.Min(_terms.Length, other._terms.Length); i++)
        {
            var order = _terms[i].Monomial.CompareTo(other._terms[i].Monomial);
            if (order == 0)
            {
                order = _terms[i].Coefficient.CompareTo(other._terms[i].Coefficient);
            }

            if (order != 0)
            {
                return order;
            }
        }

        return other._terms.Length.CompareTo(_terms.Length);
    }

    /// <summary>The dimension as the language writes it: <c>2 * (H / 16) + 1</c>.</summary>
    public override string ToString()
    {
        if (_terms.IsDefault)
        {
            return _value.ToString(CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        foreach (var (coefficient, monomial) in _terms)
        {
            var digits = coefficient.ToString(CultureInfo.InvariantCulture).TrimStart('-');
            text.Append(text.Length == 0 ? (coefficient < 0 ? "-" : string.Empty) : coefficient < 0 ? " - " : " + ");
            text.Append(text.Length == 1 && digits == "1" && monomial.Factors is [({ IsCompound: true } atom, 1)]
                ? $"({atom})"
                : monomial.ToString(digits));
        }

        return text.ToString();
    }

    /// <summary>The text as an operand of <c>/</c> or <c>%</c>: in parentheses unless it binds as tightly.</summary>
    internal string ToFactor(bool leftmost)
    {
        var text = ToString();
        var tight = _terms.IsDefault
            ? _value >= 0
            : _terms.Length == 1 && _terms[0].Coefficient > 0 && (leftmost || SymbolName is not null);
        return tight ? text : $"({text})";
    }

    internal static Dimension OfAtom(Atom atom) => new([new Term(1, new Monomial([(atom, 1)]))]);

    internal static Dimension OfTerms(ImmutableArray<Term> terms) => terms switch
    {
        [] => Zero,
        [{ Monomial.Degree: 0, Coefficient: var value }] => Of(value),
        { Length: > MaximumTerms } => throw TooLarge(),
        _ => new Dimension(terms),
    };

    internal void AddSymbols(SortedSet<string> symbols)
    {
        if (_terms.IsDefault)
        {
            return;
        }

        foreach (var term in _terms)
        {
            foreach (var (atom, _) in term.Monomial.Factors)
            {
                atom.AddSymbols(symbols);
            }
        }
    }

    /// <summary>This with atoms replaced, innermost results brought to normal form again; null keeps an atom.</summary>
    internal Dimension Rewrite(Func<Atom, Dimension?> replace)
    {
        if (_terms.IsDefault)
        {
            return this;
        }

        var result = Zero;
        foreach (var (coefficient, monomial) in _terms)
        {
            var product = Of(coefficient);
            foreach (var (atom, exponent) in monomial.Factors)
            {
                product *= atom.Rewrite(replace).Power(exponent);
            }

            result += product;
        }

        return result;
    }

    private Dimension Scale(long factor)
    {
        if (_terms.IsDefault)
        {
            return Of(checked(_value * factor));
        }

        if (factor is 0 or 1)
        {
            return factor == 0 ? Zero : this;
        }

        var terms = ImmutableArray.CreateBuilder<Term>(_terms.Length);
        foreach (var (coefficient, monomial) in _terms)
        {
            terms.Add(new Term(checked(coefficient * factor), monomial));
        }

        return new Dimension(terms.MoveToImmutable());
    }

    private static Dimension Extremum(Dimension left, Dimension right, bool greatest)
    {
        var items = new SortedSet<Dimension>(Comparer<Dimension>.Create(static (a, b) => a.CompareTo(b)));
        foreach (var side in (ReadOnlySpan<Dimension>)[left, right])
        {
            if (!side._terms.IsDefault && side._terms is [{ Coefficient: 1, Monomial.Factors: [(Atom.Extremum inner, 1)] }]
                && inner.IsGreatest == greatest)
            {
                items.UnionWith(inner.Items);
            }
            else
            {
                items.Add(side);
            }
        }

        // Items that differ by a known number are comparable whatever the symbols are.
        var kept = new List<Dimension>(items.Count);
        foreach (var item in items)
        {
            var covered = false;
            for (var i = kept.Count - 1; i >= 0 && !covered; i--)
            {
                if ((item - kept[i]).Value is { } difference)
                {
                    covered = greatest ? difference <= 0 : difference >= 0;
                    if (!covered)
                    {
                        kept.RemoveAt(i);
                    }
                }
            }

            if (!covered)
            {
                kept.Add(item);
            }
        }

        return kept.Count == 1 ? kept[0] : OfAtom(new Atom.Extremum([.. kept], greatest));
    }

    private static OverflowException TooLarge() => new($"The dimension has more than {MaximumTerms} terms.");
}
