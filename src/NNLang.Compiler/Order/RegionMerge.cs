namespace NNLang.Compiler.Order;

/// <summary>
/// Puts the orders of regions together, left to right: each operation of a region goes behind the operation of the region before that
/// precedes it in the joint order of the two; loads keep the order of regions. O(operations), but for the overlap of neighbours.
/// </summary>
internal sealed class RegionMerge
{
    private readonly OrderProblem _network;
    private readonly int[] _sequence;
    private readonly int[] _place;
    private int _count;
    private int _previousFirst;

    /// <summary>Starts with nothing.</summary>
    public RegionMerge(OrderProblem network)
    {
        _network = network;
        _sequence = new int[network.OperationCount];
        _place = new int[network.OperationCount];
    }

    /// <summary>The operations of all regions added so far.</summary>
    public int[] Sequence => _sequence;

    /// <summary>Adds the next region.</summary>
    /// <param name="job">The region and the one before it.</param>
    /// <param name="joint">Their joint order, relative to the job.</param>
    public void Add(OrderJob job, int[] joint)
    {
        var own = job.First + job.Own;
        var placed = Keys(job, joint, own);
        placed.Sort();
        var from = placed.Count == 0 ? _count : Math.Max(_previousFirst, placed[0].After + 1);
        var tail = _sequence.AsSpan(from, _count - from).ToArray();
        var write = from;
        var next = 0;
        for (var t = -1; t < tail.Length; t++)
        {
            if (t >= 0)
            {
                Put(write++, tail[t]);
            }

            while (next < placed.Count && (placed[next].After <= from + t || t == tail.Length - 1))
            {
                Put(write++, placed[next++].Operation);
            }
        }

        _count = write;
        _previousFirst = FirstPlaceOf(own, job.Problem.OperationCount - job.Own);
    }

    private List<Placed> Keys(OrderJob job, int[] joint, int own)
    {
        var placed = new List<Placed>(job.Problem.OperationCount - job.Own);
        var keyOf = new int[job.Problem.OperationCount];
        var anchor = _previousFirst - 1;
        var lastLoad = LastLoadOf(job, own);
        var others = anchor;
        for (var k = 0; k < joint.Length; k++)
        {
            var relative = joint[k];
            var operation = job.First + relative;
            if (operation < own)
            {
                anchor = Math.Max(anchor, _place[operation]);
                continue;
            }

            var isLoad = IsLoad(operation);
            var key = Math.Max(anchor, isLoad ? lastLoad : others);
            for (var d = _network.DependencyStart[operation]; d < _network.DependencyStart[operation + 1]; d++)
            {
                var producer = _network.Dependencies[d];
                key = Math.Max(key, producer >= own ? keyOf[producer - job.First] : _place[producer]);
            }

            if (isLoad)
            {
                lastLoad = key;
            }
            else
            {
                others = key;
            }

            keyOf[relative] = key;
            placed.Add(new Placed(key, k, operation));
        }

        return placed;
    }

    private int LastLoadOf(OrderJob job, int own)
    {
        var last = -1;
        for (var operation = job.First; operation < own; operation++)
        {
            if (IsLoad(operation))
            {
                last = Math.Max(last, _place[operation]);
            }
        }

        return last;
    }

    private int FirstPlaceOf(int first, int count)
    {
        var place = _count;
        for (var operation = first; operation < first + count; operation++)
        {
            place = Math.Min(place, _place[operation]);
        }

        return place;
    }

    private bool IsLoad(int operation) => _network.ChoiceAgent[_network.ChoiceStart[operation]] == Agents.FirstQueue;

    private void Put(int at, int operation)
    {
        _sequence[at] = operation;
        _place[operation] = at;
    }

    private readonly record struct Placed(int After, int Joint, int Operation) : IComparable<Placed>
    {
        public int CompareTo(Placed other)
        {
            var byKey = After.CompareTo(other.After);
            return byKey != 0 ? byKey : Joint.CompareTo(other.Joint);
        }
    }
}
