namespace NNLang.Compiler.Order;

/// <summary>
/// Results of order jobs by content. Entries that no compilation used for some time are dropped. Not thread-safe; a compilation owns it
/// while it runs.
/// </summary>
internal sealed class OrderMemo
{
    private const int Generations = 64;

    private readonly Dictionary<(UInt128 Key, OrderPriority Priority), Entry> _entries = [];
    private int _generation;

    /// <summary>Jobs that were scheduled because nothing was known about them.</summary>
    public long Scheduled { get; private set; }

    /// <summary>Jobs whose result was known.</summary>
    public long Reused { get; private set; }

    /// <summary>Checks every hit by scheduling again: for tests of the rule that a job reads nothing but its key's content.</summary>
    public bool RecomputesHits { get; set; }

    /// <summary>Number of results kept.</summary>
    public int Count => _entries.Count;

    /// <summary>Begins a compilation: drops what has not been used for many of them.</summary>
    public void NextGeneration()
    {
        if (++_generation % Generations != 0)
        {
            return;
        }

        var old = _entries.Where(e => e.Value.Used < _generation - Generations).Select(e => e.Key).ToList();
        foreach (var key in old)
        {
            _entries.Remove(key);
        }
    }

    /// <summary>The order of a job; null if it cannot be scheduled.</summary>
    /// <exception cref="InvalidOperationException">A recomputed hit differs: the key does not hold everything the job reads.</exception>
    public OperationOrder? Order(OrderJob job, OrderPriority priority)
    {
        if (_entries.TryGetValue((job.Key, priority), out var entry))
        {
            Reused++;
            entry.Used = _generation;
            if (RecomputesHits)
            {
                Verify(job, priority, entry.Order);
            }

            return entry.Order;
        }

        Scheduled++;
        var order = Schedule(job.Problem, priority);
        _entries.Add((job.Key, priority), new Entry(order) { Used = _generation });
        return order;
    }

    private static OperationOrder? Schedule(OrderProblem problem, OrderPriority priority) =>
        ListScheduler.Run(problem, new SourceOrderProfile(problem), priority);

    private static void Verify(OrderJob job, OrderPriority priority, OperationOrder? known)
    {
        var order = Schedule(job.Problem, priority);
        var same = order is null
            ? known is null
            : known is not null && order.SameAs(known);
        if (!same)
        {
            throw new InvalidOperationException("An order job differs from its memo: its key leaves something out.");
        }
    }

    private sealed class Entry(OperationOrder? order)
    {
        public OperationOrder? Order { get; } = order;

        public int Used { get; set; }
    }
}
