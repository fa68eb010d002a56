namespace NNLang.Semantics.Binding;

/// <summary>
/// The latest bindings of one statement, each for other types of what it reads. While a number is typed, or an edit undone, shapes go back
/// and forth: then everything that reads them is found here. Thread-safe; only a memory of what was made: what it holds decides what is
/// made again, never what comes out.
/// </summary>
internal sealed class StatementVariants
{
    private const int Capacity = 3;

    private volatile BoundStatement[] _items;

    /// <summary>Begins with two bindings.</summary>
    public StatementVariants(BoundStatement older, BoundStatement newer)
    {
        _items = [newer, older];
    }

    /// <summary>The bindings, the latest first.</summary>
    public ReadOnlySpan<BoundStatement> Items => _items;

    /// <summary>Adds a binding; the oldest makes room.</summary>
    public void Add(BoundStatement statement) => _items = [statement, .. _items.AsSpan(0, Math.Min(_items.Length, Capacity - 1))];
}
