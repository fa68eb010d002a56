using System.Runtime.InteropServices;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Binding;

/// <summary>What kind of thing a name of a body is.</summary>
internal enum NameKind : byte
{
    /// <summary>Bound by a statement of the body.</summary>
    Bound,
    /// <summary>Bound around the body: may be bound again, which carries it out.</summary>
    Carried,
    /// <summary>A tensor parameter: may be bound again.</summary>
    TensorParameter,
    /// <summary>A compile-time parameter.</summary>
    Parameter,
    /// <summary>A dimension.</summary>
    Dimension,
    /// <summary>The index of a repeat.</summary>
    Index,
    /// <summary>A constant of the file.</summary>
    Constant,
    /// <summary>Bound in some branches of an if only.</summary>
    Hidden,
    /// <summary>Nothing.</summary>
    Missing,
}

/// <summary>A name found around a body.</summary>
internal readonly record struct OuterName(Value? Value, NameKind Kind);

/// <summary>What is around a body.</summary>
internal interface IOuterScope
{
    /// <summary>What a name stands for around the body.</summary>
    OuterName Find(string name);

    /// <summary>The names there are, for did-you-mean.</summary>
    IEnumerable<string> Names { get; }
}

/// <summary>The names of a body while it is bound. Not thread-safe.</summary>
internal class BodyScope(IOuterScope outer, int capacity = 0)
{
    private readonly Dictionary<string, Entry> _entries = new(capacity, StringComparer.Ordinal);
    private readonly List<StatementInput> _captures = [];
    private int _capturedLeaves;

    /// <summary>What is around the body.</summary>
    protected IOuterScope Outer { get; } = outer;

    /// <summary>What the body reads from around it.</summary>
    public List<StatementInput> Captures => _captures;

    /// <summary>All names, for did-you-mean.</summary>
    public virtual IEnumerable<string> Names =>
        _entries.Where(entry => entry.Value.Kind == NameKind.Bound).Select(entry => entry.Key).Concat(Outer.Names);

    /// <summary>The entry of a name; captures it from around if it is not here. Marks it as read.</summary>
    public ref Entry Read(string name)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, name, out var exists);
        if (!exists)
        {
            entry = FindAround(name);
        }

        entry.IsRead = true;
        return ref entry;
    }

    /// <summary>What a name stands for that is read here for the first time.</summary>
    protected virtual Entry FindAround(string name)
    {
        var found = Outer.Find(name);
        var entry = new Entry { Value = found.Value, Kind = found.Kind, Statement = -1, First = ~_capturedLeaves };
        if (found.Kind is not (NameKind.Constant or NameKind.Missing))
        {
            _captures.Add(new StatementInput(name, false, found.Value, found.Kind == NameKind.Hidden));
            _capturedLeaves += found.Value?.LeafCount ?? 0;
        }

        return entry;
    }

    /// <summary>What kind of name it is that has not been read here.</summary>
    protected virtual NameKind KindAround(string name) => Outer.Find(name).Kind;

    /// <summary>Forgets what was read and bound.</summary>
    protected void Clear() => _entries.Clear();

    /// <summary>Binds a name; returns the statement whose binding of it was never read, or -1.</summary>
    public int Bind(string name, Value value, int firstLeaf, int statement, TextSpan span, out TextSpan unreadSpan)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, name, out var exists);
        var unread = exists && entry is { Kind: NameKind.Bound, IsRead: false } ? entry.Statement : -1;
        unreadSpan = entry.Span;
        entry = new Entry { Value = value, First = firstLeaf, Statement = statement, Span = span, Kind = NameKind.Bound };
        return unread;
    }

    /// <summary>Hides a name that an if bound in some branches only, unless it was there before.</summary>
    public void Hide(string name)
    {
        if (KindOf(name) is NameKind.Missing or NameKind.Constant)
        {
            _entries[name] = new Entry { Kind = NameKind.Hidden, Statement = -1 };
        }
    }

    /// <summary>What kind of name it is, without reading it.</summary>
    public NameKind KindOf(string name) => _entries.TryGetValue(name, out var entry) ? entry.Kind : KindAround(name);

    /// <summary>Lists the statements whose last binding of a name was never read.</summary>
    public void CollectUnread(List<UnreadName> into)
    {
        foreach (var name in _entries.Keys)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, name);
            if (entry is { Kind: NameKind.Bound, IsRead: false, Span.Length: > 0 })
            {
                into.Add(new UnreadName(entry.Statement, name, entry.Span));
            }
        }
    }

    /// <summary>The names bound by statements, with their last values.</summary>
    public IEnumerable<KeyValuePair<string, Entry>> Bound => _entries.Where(entry => entry.Value.Kind == NameKind.Bound);

    /// <summary>A name.</summary>
    internal struct Entry
    {
        /// <summary>What it stands for; null for nothing.</summary>
        public Value? Value;

        /// <summary>The number of its first tensor in the body, or the complement of a captured one.</summary>
        public int First;

        /// <summary>The statement that bound it, or -1.</summary>
        public int Statement;

        /// <summary>Where the name stands in that statement.</summary>
        public TextSpan Span;

        public NameKind Kind;

        public bool IsRead;

        /// <summary>The number of its i-th tensor.</summary>
        public readonly int Leaf(int index) => First >= 0 ? First + index : First - index;
    }
}
