namespace NNLang.Compiler.Order;

/// <summary>
/// When buffers live in source order, and how much room activations take there: the measure of every memory budget, because source order
/// is the one order that is known to fit. O(operations + uses); range maxima in O(range / 64).
/// </summary>
internal sealed class SourceOrderProfile
{
    private readonly int[] _activations;
    private readonly int[] _blocks;
    private readonly int[] _change;

    /// <summary>Walks a problem once.</summary>
    public SourceOrderProfile(OrderProblem problem)
    {
        var n = problem.OperationCount;
        var buffers = problem.BufferCount;
        LastUse = new int[buffers];
        UseCount = new int[buffers];
        var firstUse = FirstUse = new int[buffers];
        Array.Fill(firstUse, -1);
        for (var i = 0; i < n; i++)
        {
            for (var u = problem.UseStart[i]; u < problem.UseStart[i + 1]; u++)
            {
                var buffer = problem.Uses[u];
                if (firstUse[buffer] < 0)
                {
                    firstUse[buffer] = i;
                }

                LastUse[buffer] = i;
                UseCount[buffer]++;
            }
        }

        var change = _change = new int[n + 1];
        for (var b = 0; b < buffers; b++)
        {
            if (problem.BufferClass[b] != BufferClass.Activation)
            {
                continue;
            }

            if (problem.BufferIsLiveIn[b])
            {
                firstUse[b] = 0;
            }
            else if (firstUse[b] < 0)
            {
                continue;
            }

            change[firstUse[b]] += problem.BufferSize[b];
            if (!problem.BufferLivesOn[b])
            {
                change[LastUse[b] + 1] -= problem.BufferSize[b];
            }
        }

        _activations = new int[n];
        _blocks = new int[(n >> 6) + 1];
        var live = 0;
        for (var i = 0; i < n; i++)
        {
            live += change[i];
            _activations[i] = live;
            if (live > _blocks[i >> 6])
            {
                _blocks[i >> 6] = live;
            }

            Peak = Math.Max(Peak, live);
        }
    }

    /// <summary>Per buffer: the first operation in source order that uses it; -1 if none does, 0 if it is live before.</summary>
    public int[] FirstUse { get; }

    /// <summary>Per buffer: the last operation in source order that uses it (0 if none).</summary>
    public int[] LastUse { get; }

    /// <summary>Per buffer: how many operations use it.</summary>
    public int[] UseCount { get; }

    /// <summary>The most granules that activations take at once in source order.</summary>
    public int Peak { get; }

    /// <summary>Granules of live activations while an operation runs in source order.</summary>
    public int At(int operation) => _activations[operation];

    /// <summary>Granules of activations that are still needed after an operation in source order.</summary>
    public int LiveAfter(int operation)
    {
        var live = _activations[operation];
        return operation + 1 < _activations.Length ? Math.Min(live, live + Math.Min(0, _change[operation + 1])) : 0;
    }

    /// <summary>The most granules of live activations from one operation to another, both included.</summary>
    public int Maximum(int first, int last)
    {
        var maximum = 0;
        var i = first;
        while (i <= last && (i & 63) != 0)
        {
            maximum = Math.Max(maximum, _activations[i++]);
        }

        while (i + 63 <= last)
        {
            maximum = Math.Max(maximum, _blocks[i >> 6]);
            i += 64;
        }

        while (i <= last)
        {
            maximum = Math.Max(maximum, _activations[i++]);
        }

        return maximum;
    }
}
