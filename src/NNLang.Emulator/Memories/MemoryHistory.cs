namespace NNLang.Emulator.Memories;

/// <summary>
/// The undo log behind snapshots: taking one is O(1); the first write to a page after a snapshot saves the page. Generations number the
/// stretches between snapshots and hashes, so that a page's stamp tells when it was last written. Not thread-safe.
/// </summary>
internal sealed class MemoryHistory
{
    private readonly List<Entry> _log = [];
    private readonly List<Mark> _marks = [];
    private long _firstEntry;

    /// <summary>The current generation; grows only.</summary>
    public long Generation { get; private set; } = 1;

    /// <summary>Bytes that the log holds.</summary>
    public long LoggedBytes => (long)_log.Count * PagedMemory.LoggedPageBytes;

    /// <summary>Whether a page last written in a generation must be saved before it is written.</summary>
    public bool MustSave(long stamp) => _marks.Count > 0 && stamp < _marks[^1].Generation;

    /// <summary>Begins a generation: what is written from here on has another stamp.</summary>
    public void NextGeneration() => Generation++;

    /// <summary>Takes a snapshot of the memories that share this history.</summary>
    public Mark Take()
    {
        Generation++;
        var mark = new Mark(Generation, _firstEntry + _log.Count);
        _marks.Add(mark);
        return mark;
    }

    /// <summary>Whether a snapshot can still be restored.</summary>
    public bool IsLive(Mark mark) => _marks.BinarySearch(mark) >= 0;

    /// <summary>Brings every memory back to a live snapshot; later snapshots are gone, this one stays.</summary>
    public void Restore(Mark mark)
    {
        var index = _marks.BinarySearch(mark);
        if (index < 0)
        {
            throw new InvalidOperationException("The snapshot is no longer held.");
        }

        var keep = (int)(mark.LogPosition - _firstEntry);
        for (var i = _log.Count - 1; i >= keep; i--)
        {
            _log[i].Memory.Restore(_log[i].Page, _log[i].Saved, _log[i].Stamp);
        }

        _log.RemoveRange(keep, _log.Count - keep);
        _marks.RemoveRange(index + 1, _marks.Count - index - 1);
        Generation++;
    }

    /// <summary>Forgets the oldest snapshots until the log holds no more than a number of bytes, or one snapshot is left.</summary>
    public void Trim(long maximumBytes)
    {
        var drop = 0;
        while (drop < _marks.Count - 1
            && (_log.Count - (_marks[drop].LogPosition - _firstEntry)) * PagedMemory.LoggedPageBytes > maximumBytes)
        {
            drop++;
        }

        if (drop > 0)
        {
            _marks.RemoveRange(0, drop);
            var gone = (int)(_marks[0].LogPosition - _firstEntry);
            _log.RemoveRange(0, gone);
            _firstEntry += gone;
        }
    }

    public void Save(PagedMemory memory, int page, byte[] saved, long stamp) => _log.Add(new Entry(memory, page, saved, stamp));

    /// <summary>A place in the log.</summary>
    public readonly record struct Mark(long Generation, long LogPosition) : IComparable<Mark>
    {
        public int CompareTo(Mark other) => Generation.CompareTo(other.Generation);
    }

    private readonly record struct Entry(PagedMemory Memory, int Page, byte[] Saved, long Stamp);
}
