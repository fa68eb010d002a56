namespace NNLang.Compiler.Order;

/// <summary>A binary heap of (time, item), smallest time first, ties by item: the order never depends on insertion. O(log n) each.</summary>
internal sealed class EventHeap
{
    private Entry[] _entries = new Entry[64];

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The smallest time; only if there is an entry.</summary>
    public long NextTime => _entries[0].Time;

    /// <summary>Removes everything.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds an entry.</summary>
    public void Push(long time, int item)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        var entry = new Entry(time, item);
        var hole = Count++;
        while (hole > 0)
        {
            var parent = (hole - 1) >> 1;
            if (!entry.Precedes(_entries[parent]))
            {
                break;
            }

            _entries[hole] = _entries[parent];
            hole = parent;
        }

        _entries[hole] = entry;
    }

    /// <summary>Removes the first entry and returns its item.</summary>
    public int Pop()
    {
        var first = _entries[0].Item;
        var last = _entries[--Count];
        var hole = 0;
        while (true)
        {
            var child = (2 * hole) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _entries[child + 1].Precedes(_entries[child]))
            {
                child++;
            }

            if (!_entries[child].Precedes(last))
            {
                break;
            }

            _entries[hole] = _entries[child];
            hole = child;
        }

        if (Count > 0)
        {
            _entries[hole] = last;
        }

        return first;
    }

    private readonly record struct Entry(long Time, int Item)
    {
        public bool Precedes(Entry other) => Time < other.Time || (Time == other.Time && Item < other.Item);
    }
}
