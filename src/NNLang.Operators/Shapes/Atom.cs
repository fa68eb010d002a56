using System.Collections.Immutable;
using System.Globalization;

namespace NNLang.Operators.Shapes;

/// <summary>An indivisible part of a dimension's normal form. Closed family; immutable; totally ordered, so that normal forms are
/// unique.</summary>
internal abstract class Atom : IEquatable<Atom>, IComparable<Atom>
{
    private readonly int _hash;

    private Atom(int kind, int hash)
    {
        Kind = kind;
        _hash = HashCode.Combine(kind, hash);
    }

    private int Kind { get; }

    /// <summary>Collects the symbols below.</summary>
    public abstract void AddSymbols(SortedSet<string> symbols);

    /// <summary>The dimension that this atom becomes when symbols are replaced; <paramref name="replace"/> answers null to keep
    /// one.</summary>
    public abstract Dimension Rewrite(Func<Atom, Dimension?> replace);

    /// <summary>The text; a quotient or remainder is not in parentheses.</summary>
    public abstract override string ToString();

    /// <summary>Whether the text needs parentheses beside <c>*</c>.</summary>
    public virtual bool IsCompound => false;

    public bool Equals(Atom? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && CompareTo(other) == 0);

    public override bool Equals(object? obj) => Equals(obj as Atom);

    public override int GetHashCode() => _hash;

    public int CompareTo(Atom? other)
    {
        if (ReferenceEquals(this, other))
        {
            return 0;
        }

        var order = Kind.CompareTo(other!.Kind);
        return order != 0 ? order : CompareSame(other);
    }

    protected abstract int CompareSame(Atom other);

    /// <summary>A symbolic dimension.</summary>
    internal sealed class Symbol(string name) : Atom(0, StringComparer.Ordinal.GetHashCode(name))
    {
        public string Name { get; } = name;

        public override void AddSymbols(SortedSet<string> symbols) => symbols.Add(Name);

        public override Dimension Rewrite(Func<Atom, Dimension?> replace) => replace(this) ?? Dimension.OfAtom(this);

        public override string ToString() => Spell(Name);

        internal static string Spell(string name)
        {
            var bare = name.Length > 0 && !char.IsAsciiDigit(name[0]);
            foreach (var c in name)
            {
                bare &= char.IsAsciiLetterOrDigit(c) || c == '_';
            }

            return bare ? name : "`" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)
                + "`";
        }

        protected override int CompareSame(Atom other) => string.CompareOrdinal(Name, ((Symbol)other).Name);
    }

    /// <summary>s / m where m is known to divide s: what a divisibility fact puts in the symbol's place.</summary>
    internal sealed class Share(string name, long divisor) : Atom(1, HashCode.Combine(StringComparer.Ordinal.GetHashCode(name), divisor))
    {
        public string Name { get; } = name;

        public long Divisor { get; } = divisor;

        public override bool IsCompound => true;

        public override void AddSymbols(SortedSet<string> symbols) => symbols.Add(Name);

        public override Dimension Rewrite(Func<Atom, Dimension?> replace) =>
            replace(this) ?? (replace(new Symbol(Name)) is { } value ? value.FloorDivide(Dimension.Of(Divisor)) : Dimension.OfAtom(this));

        public override string ToString() => Symbol.Spell(Name) + " / " + Divisor.ToString(CultureInfo.InvariantCulture);

        protected override int CompareSame(Atom other)
        {
            var order = string.CompareOrdinal(Name, ((Share)other).Name);
            return order != 0 ? order : Divisor.CompareTo(((Share)other).Divisor);
        }
    }

    /// <summary>e / k or e % k.</summary>
    internal sealed class Division(Dimension dividend, Dimension divisor, bool remainder)
        : Atom(remainder ? 3 : 2, HashCode.Combine(dividend, divisor))
    {
        public Dimension Dividend { get; } = dividend;

        public Dimension Divisor { get; } = divisor;

        public bool IsRemainder { get; } = remainder;

        public override bool IsCompound => true;

        public override void AddSymbols(SortedSet<string> symbols)
        {
            Dividend.AddSymbols(symbols);
            Divisor.AddSymbols(symbols);
        }

        public override Dimension Rewrite(Func<Atom, Dimension?> replace)
        {
            if (replace(this) is { } whole)
            {
                return whole;
            }

            var a = Dividend.Rewrite(replace);
            var b = Divisor.Rewrite(replace);
            return IsRemainder ? a.Modulo(b) : a.FloorDivide(b);
        }

        public override string ToString() => Dividend.ToFactor(leftmost: true) + (IsRemainder ? " % " : " / ")
            + Divisor.ToFactor(leftmost: false);

        protected override int CompareSame(Atom other)
        {
            var order = Dividend.CompareTo(((Division)other).Dividend);
            return order != 0 ? order : Divisor.CompareTo(((Division)other).Divisor);
        }
    }

    /// <summary>The least or greatest of at least two dimensions, sorted.</summary>
    internal sealed class Extremum(ImmutableArray<Dimension> items, bool greatest) : Atom(greatest ? 5 : 4, HashOf(items))
    {
        public ImmutableArray<Dimension> Items { get; } = items;

        public bool IsGreatest { get; } = greatest;

        public override void AddSymbols(SortedSet<string> symbols)
        {
            foreach (var item in Items)
            {
                item.AddSymbols(symbols);
            }
        }

        public override Dimension Rewrite(Func<Atom, Dimension?> replace)
        {
            if (replace(this) is { } whole)
            {
                return whole;
            }

            var result = Items[0].Rewrite(replace);
            for (var i = 1; i < Items.Length; i++)
            {
                var next = Items[i].Rewrite(replace);
                result = IsGreatest ? Dimension.Max(result, next) : Dimension.Min(result, next);
            }

            return result;
        }

        public override string ToString() => (IsGreatest ? "max(" : "min(") + string.Join(", ", Items) + ")";

        protected override int CompareSame(Atom other)
        {
            var those = ((Extremum)other).Items;
            for (var i = 0; i < Math.Min(Items.Length, those.Length); i++)
            {
                var order = Items[i].CompareTo(those[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return Items.Length.CompareTo(those.Length);
        }

        private static int HashOf(ImmutableArray<Dimension> items)
        {
            var hash = new HashCode();
            foreach (var item in items)
            {
                hash.Add(item);
            }

            return hash.ToHashCode();
        }
    }
}
