namespace NNLang.Compiler.Order;

/// <summary>
/// What is alive on chip while <see cref="ListScheduler"/> runs, and which operations may start for memory's sake: the one that is next in
/// source order always; any other only if live activations then stay within what source order needs between the two, or if there is room to
/// spare. Weights are loaded ahead only into room that activations will not need.
/// </summary>
internal sealed class MemoryBudget
{
    private const int RootWindow = 32;

    private readonly OrderProblem _problem;
    private readonly SourceOrderProfile _profile;
    private readonly bool[] _isTaken;
    private int _activations;
    private int _weights;
    private int _banks;

    /// <summary>Starts with the buffers that are alive before the problem's first operation.</summary>
    public MemoryBudget(OrderProblem problem, SourceOrderProfile profile)
    {
        _problem = problem;
        _profile = profile;
        _isTaken = (bool[])problem.BufferIsLiveIn.Clone();
        for (var buffer = 0; buffer < problem.BufferCount; buffer++)
        {
            if (_isTaken[buffer])
            {
                Count(buffer, 1);
            }
        }
    }

    /// <summary>Counts a buffer from its first use on.</summary>
    public void Take(int buffer)
    {
        if (!_isTaken[buffer])
        {
            _isTaken[buffer] = true;
            Count(buffer, 1);
        }
    }

    /// <summary>Counts a buffer no longer.</summary>
    public void Release(int buffer) => Count(buffer, -1);

    /// <summary>Whether there are banks of psum for an operation.</summary>
    public bool HasBanks(int operation)
    {
        var banks = NeedsOf(operation).Banks;
        return banks == 0 || _banks + banks <= _problem.Machine.PsumBanks;
    }

    /// <summary>Whether an operation may start.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="frontier">The first operation in source order that has not started.</param>
    public bool HasRoom(int operation, int frontier)
    {
        var (activations, weights, banks) = NeedsOf(operation);
        if (banks > 0 && _banks + banks > _problem.Machine.PsumBanks)
        {
            return false;
        }

        if (operation == frontier || (activations | weights) == 0)
        {
            return true;
        }

        var capacity = _problem.Machine.SbufGranules - _problem.ReservedGranules;
        var needed = _profile.Maximum(Math.Min(frontier, operation), operation);
        if (activations > 0
            && (IsEarlyRoot(operation, frontier)
                || (_activations + activations > needed && _activations + activations + _weights + (capacity >> 3) > capacity)))
        {
            return false;
        }

        // A quarter more than activations need stays free of weights, because both are placed in one piece.
        var kept = Math.Max(needed, _activations + activations);
        return weights == 0 || _weights + weights + kept + (kept >> 2) + (capacity >> 5) <= capacity;
    }

    // Operations that are ready only because they read nothing would, run at once, fill the memory with frames.
    private bool IsEarlyRoot(int operation, int frontier) =>
        operation > frontier + RootWindow && _problem.DependencyStart[operation] == _problem.DependencyStart[operation + 1];

    private (int Activations, int Weights, int Banks) NeedsOf(int operation)
    {
        var (activations, weights, banks) = (0, 0, 0);
        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            var buffer = _problem.Uses[u];
            if (!_isTaken[buffer])
            {
                Add(buffer, 1, ref activations, ref weights, ref banks);
            }
        }

        return (activations, weights, banks);
    }

    private void Count(int buffer, int sign) => Add(buffer, sign, ref _activations, ref _weights, ref _banks);

    private void Add(int buffer, int sign, ref int activations, ref int weights, ref int banks)
    {
        var size = sign * _problem.BufferSize[buffer];
        switch (_problem.BufferClass[buffer])
        {
            case BufferClass.Activation:
                activations += size;
                break;
            case BufferClass.Weight:
                weights += size;
                break;
            case BufferClass.Psum:
                banks += size;
                break;
        }
    }
}
