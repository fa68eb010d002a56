using System.Collections.Concurrent;

namespace NNLang.Compiler.Fuse;

/// <summary>Shares equal group bodies between networks, so that later passes may compare by reference first. Thread-safe.</summary>
public sealed class FuseCache
{
    private readonly ConcurrentDictionary<FusedGroup, FusedGroup> _bodies = new();
    private long _hits;

    /// <summary>How often a body was there already.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How many bodies there are.</summary>
    public int Count => _bodies.Count;

    /// <summary>The body that stands for all equal ones.</summary>
    public FusedGroup Share(FusedGroup body)
    {
        var shared = _bodies.GetOrAdd(body, body);
        if (!ReferenceEquals(shared, body))
        {
            Interlocked.Increment(ref _hits);
        }

        return shared;
    }
}
