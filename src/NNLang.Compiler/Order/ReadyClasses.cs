namespace NNLang.Compiler.Order;

/// <summary>
/// Operations that may run on the same set of agents form a class with one heap of ready operations, so that an agent looks at a few heads
/// instead of at every ready operation.
/// </summary>
internal sealed class ReadyClasses
{
    private readonly int[] _classOf;
    private readonly List<IndexHeap> _heaps = [];
    private readonly int[][] _classesOfAgent;

    /// <summary>Sorts the operations of a problem into classes. O(operations + choices).</summary>
    public ReadyClasses(OrderProblem problem)
    {
        _classOf = new int[problem.OperationCount];
        var known = new Dictionary<uint, int>();
        var agents = new List<uint>();
        for (var i = 0; i < problem.OperationCount; i++)
        {
            var set = 0u;
            for (var c = problem.ChoiceStart[i]; c < problem.ChoiceStart[i + 1]; c++)
            {
                set |= 1u << problem.ChoiceAgent[c];
            }

            if (!known.TryGetValue(set, out var number))
            {
                number = agents.Count;
                known.Add(set, number);
                agents.Add(set);
                _heaps.Add(new IndexHeap());
            }

            _classOf[i] = number;
        }

        _classesOfAgent = new int[Agents.Count][];
        var active = new List<int>();
        for (var agent = 0; agent < Agents.Count; agent++)
        {
            var classes = new List<int>();
            for (var number = 0; number < agents.Count; number++)
            {
                if ((agents[number] >> agent & 1) != 0)
                {
                    classes.Add(number);
                }
            }

            _classesOfAgent[agent] = [.. classes];
            if (classes.Count > 0)
            {
                active.Add(agent);
            }
        }

        Active = [.. active];
    }

    /// <summary>The agents that some operation may run on, ascending.</summary>
    public int[] Active { get; }

    /// <summary>The classes an agent serves, ascending.</summary>
    public int[] ClassesOf(int agent) => _classesOfAgent[agent];

    /// <summary>The ready operations of a class, by position.</summary>
    public IndexHeap Heap(int number) => _heaps[number];

    /// <summary>The class of an operation.</summary>
    public int ClassOf(int operation) => _classOf[operation];
}

/// <summary>A binary heap of integers, smallest first.</summary>
internal sealed class IndexHeap
{
    private int[] _items = new int[16];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The smallest; only if there is one.</summary>
    public int First => _items[0];

    /// <summary>Adds one.</summary>
    public void Push(int item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        var hole = Count++;
        while (hole > 0)
        {
            var parent = (hole - 1) >> 1;
            if (_items[parent] <= item)
            {
                break;
            }

            _items[hole] = _items[parent];
            hole = parent;
        }

        _items[hole] = item;
    }

    /// <summary>Removes the smallest.</summary>
    public int Pop()
    {
        var first = _items[0];
        var last = _items[--Count];
        var hole = 0;
        while (true)
        {
            var child = (2 * hole) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _items[child + 1] < _items[child])
            {
                child++;
            }

            if (_items[child] >= last)
            {
                break;
            }

            _items[hole] = _items[child];
            hole = child;
        }

        if (Count > 0)
        {
            _items[hole] = last;
        }

        return first;
    }

    /// <summary>Removes one wherever it stands. O(n).</summary>
    public void Remove(int item)
    {
        var at = Array.IndexOf(_items, item, 0, Count);
        if (at < 0)
        {
            return;
        }

        var rest = new int[Count - 1];
        Array.Copy(_items, 0, rest, 0, at);
        Array.Copy(_items, at + 1, rest, at, Count - at - 1);
        Count = 0;
        foreach (var other in rest)
        {
            Push(other);
        }
    }
}
