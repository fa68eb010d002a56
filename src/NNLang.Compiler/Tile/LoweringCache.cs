using System.Collections.Concurrent;
using NNLang.Compiler.Lowered;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Lowered groups by everything their lowering read, device included; shared by equal layers and kept across edits. Thread-safe. Entries that
/// no lowering asked for in the last two generations are dropped.
/// </summary>
public sealed class LoweringCache
{
    private readonly ConcurrentDictionary<(string Device, LoweringRequest Request), Entry> _entries = new();
    private long _hits;
    private long _misses;
    private int _generation;

    /// <summary>How often a body was there already.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How often one had to be made.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>How many bodies are kept.</summary>
    public int Count => _entries.Count;

    /// <summary>Starts a generation: drops what the last two did not use once more than <paramref name="keep"/> are kept. O(entries) then.</summary>
    public void BeginGeneration(int keep = 4096)
    {
        var generation = Interlocked.Increment(ref _generation);
        if (_entries.Count <= keep)
        {
            return;
        }

        foreach (var (key, entry) in _entries)
        {
            if (generation - entry.Generation > 2)
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    internal LoweredGroup GetOrAdd(string device, LoweringRequest request, Func<LoweringRequest, LoweredGroup> lower)
    {
        if (_entries.TryGetValue((device, request), out var entry))
        {
            Interlocked.Increment(ref _hits);
            entry.Generation = _generation;
            return entry.Body;
        }

        Interlocked.Increment(ref _misses);
        var body = lower(request);
        return _entries.GetOrAdd((device, request), new Entry(body) { Generation = _generation }).Body;
    }

    private sealed class Entry(LoweredGroup body)
    {
        public LoweredGroup Body { get; } = body;

        public int Generation { get; set; }
    }
}
