using NNLang.Compiler.Order;

namespace NNLang.Compiler.Allocate;

/// <summary>
/// One in-order pass over an order of performance that gives every buffer its place. A load without room waits, and operations it holds up
/// wait for it. The sequence that comes out is legal: everything an operation waits for, be it data, an address or a bank, stands before it.
/// O(n) address searches.
/// </summary>
/// <remarks>
/// The times only choose between addresses, so that a load rather takes a stretch that has been free for long than one whose last reader
/// is about to finish: that is what keeps weight loads ahead of their use.
/// </remarks>
internal sealed class Stitch
{
    private readonly OrderProblem _problem;
    private readonly SourceOrderProfile _profile;
    private readonly OperationOrder _order;
    private readonly ChipSpace _space;
    private readonly AgentClocks _clocks;
    private readonly int[] _usesLeft;
    private readonly long[] _lastEnd;
    private readonly State[] _state;
    private readonly int[] _sequence;
    private readonly byte[] _choice;
    private readonly BufferUsers _users;
    private readonly Queue<int> _deferred = new();
    private readonly GateWaits _gates;
    private readonly bool[] _gateOpen;
    private int _done;
    private int _frontier;
    private int _failedOperation = -1;
    private int _failedBuffer = -1;
    private int[] _liveAtFailure = [];

    private Stitch(OrderProblem problem, SourceOrderProfile profile, OperationOrder order)
    {
        var n = problem.OperationCount;
        _problem = problem;
        _profile = profile;
        _order = order;
        _space = new ChipSpace(problem);
        _clocks = new AgentClocks(problem);
        _usesLeft = (int[])profile.UseCount.Clone();
        _lastEnd = new long[problem.BufferCount];
        _state = new State[n];
        _sequence = new int[n];
        _choice = (byte[])order.Choice.Clone();
        _users = new BufferUsers(problem);
        _gates = new GateWaits(problem);
        _gateOpen = new bool[problem.Gates.Count];
    }

    private enum State : byte
    {
        Waiting,
        InProgress,
        Issued,
    }

    private enum Outcome : byte
    {
        Issued,
        Deferred,
        Failed,
    }

    /// <summary>Runs the pass.</summary>
    public static Allocation Run(OrderProblem problem, SourceOrderProfile profile, OperationOrder order)
    {
        var stitch = new Stitch(problem, profile, order);
        stitch.IssueAll();
        return new Allocation
        {
            Sequence = stitch._sequence,
            Choice = stitch._choice,
            Address = stitch._space.Address,
            Makespan = stitch._clocks.Makespan,
            SbufPeak = stitch._space.SbufPeak,
            ActivationPeak = stitch._space.ActivationPeak,
            PsumPeak = stitch._space.PsumPeak,
            FailedOperation = stitch._failedOperation,
            FailedBuffer = stitch._failedBuffer,
            LiveAtFailure = stitch._liveAtFailure,
        };
    }

    private void IssueAll()
    {
        foreach (var operation in _order.Sequence)
        {
            if (_state[operation] == State.Issued)
            {
                continue;
            }

            if (_deferred.Count > 0 && !RetryDeferred())
            {
                return;
            }

            if (_deferred.Count > 0 && IsLoad(operation) && _state[operation] == State.Waiting)
            {
                _deferred.Enqueue(operation);
                continue;
            }

            switch (Issue(operation, must: false))
            {
                case Outcome.Deferred:
                    _deferred.Enqueue(operation);
                    break;
                case Outcome.Failed:
                    return;
            }
        }

        while (_deferred.Count > 0)
        {
            if (Issue(_deferred.Dequeue(), must: true) == Outcome.Failed)
            {
                return;
            }
        }
    }

    private bool RetryDeferred()
    {
        while (_deferred.Count > 0)
        {
            switch (Issue(_deferred.Peek(), must: false))
            {
                case Outcome.Issued:
                    _deferred.Dequeue();
                    break;
                case Outcome.Deferred:
                    return true;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether an operation only brings weights: it may wait without holding up what stands after it.</summary>
    private bool IsLoad(int operation)
    {
        if (!Agents.IsQueue(_problem.ChoiceAgent[_problem.ChoiceStart[operation]]))
        {
            return false;
        }

        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            if (_problem.BufferClass[_problem.Uses[u]] == BufferClass.Weight)
            {
                return true;
            }
        }

        return false;
    }

    private Outcome Issue(int operation, bool must)
    {
        switch (_state[operation])
        {
            case State.Issued:
                return Outcome.Issued;
            case State.InProgress:
                return Fail(operation, -1);
        }

        _state[operation] = State.InProgress;
        for (var d = _problem.DependencyStart[operation]; d < _problem.DependencyStart[operation + 1]; d++)
        {
            if (_state[_problem.Dependencies[d]] != State.Issued && Issue(_problem.Dependencies[d], must: true) == Outcome.Failed)
            {
                return Outcome.Failed;
            }
        }

        if (!OpenGates(operation))
        {
            return Outcome.Failed;
        }

        var choice = _problem.ChoiceStart[operation] + _choice[operation];
        var start = _clocks.EarliestStart(operation, choice, _choice);
        var outcome = Place(operation, must, ref start);
        if (outcome != Outcome.Issued)
        {
            _state[operation] = State.Waiting;
            return outcome;
        }

        Commit(operation, choice, start);
        return Outcome.Issued;
    }

    private bool OpenGates(int operation)
    {
        for (var k = _gates.Start[operation]; k < _gates.Start[operation + 1]; k++)
        {
            var gate = _gates.Items[k];
            if (_gateOpen[gate])
            {
                continue;
            }

            for (var m = _problem.Gates.MemberStart[gate]; m < _problem.Gates.MemberStart[gate + 1]; m++)
            {
                if (Issue(_problem.Gates.Members[m], must: true) == Outcome.Failed)
                {
                    return false;
                }
            }

            _gateOpen[gate] = true;
        }

        return true;
    }

    private Outcome Place(int operation, bool must, ref long start)
    {
        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            var buffer = _problem.Uses[u];
            if (_space.Address[buffer] >= 0 || _problem.BufferClass[buffer] == BufferClass.Region)
            {
                continue;
            }

            var outcome = _problem.BufferClass[buffer] switch
            {
                BufferClass.Psum => PlaceInPsum(operation, buffer, ref start),
                BufferClass.Weight => PlaceWeight(operation, buffer, must, ref start),
                _ => _space.TryPlaceActivation(buffer, ref start) ? Outcome.Issued : Fail(operation, buffer),
            };

            if (outcome != Outcome.Issued)
            {
                return outcome;
            }
        }

        return Outcome.Issued;
    }

    private Outcome PlaceWeight(int operation, int buffer, bool must, ref long start)
    {
        // From what is still to be done before it to its last reader: a load that comes early meets the activations of that time.
        var activations = _profile.Maximum(Math.Min(_frontier, operation), Math.Max(operation, _profile.LastUse[buffer]));
        var floor = Math.Min(_problem.Machine.SbufGranules * 5 / 8, activations + (activations >> 2) + 32);
        if (_space.TryPlaceWeight(buffer, floor, ref start))
        {
            return Outcome.Issued;
        }

        return !must ? Outcome.Deferred : _space.TryPlaceWeight(buffer, 0, ref start) ? Outcome.Issued : Fail(operation, buffer);
    }

    private Outcome PlaceInPsum(int operation, int buffer, ref long start)
    {
        while (!_space.TryPlaceInPsum(buffer, ref start))
        {
            if (!EvacuateOne())
            {
                return Fail(operation, buffer);
            }
        }

        return Outcome.Issued;
    }

    /// <summary>Brings forward what is left to do with the psum tile that is finished first in source order.</summary>
    private bool EvacuateOne()
    {
        var victim = -1;
        for (var bank = 0; bank < _problem.Machine.PsumBanks; bank++)
        {
            var owner = _space.OwnerOfBank(bank);
            if (owner >= 0 && (victim < 0 || _profile.LastUse[owner] < _profile.LastUse[victim]) && !HasUserInProgress(owner))
            {
                victim = owner;
            }
        }

        if (victim < 0)
        {
            return false;
        }

        for (var k = _users.Start[victim]; k < _users.Start[victim + 1]; k++)
        {
            if (Issue(_users.Items[k], must: true) == Outcome.Failed)
            {
                return false;
            }
        }

        return true;
    }

    private bool HasUserInProgress(int buffer)
    {
        for (var k = _users.Start[buffer]; k < _users.Start[buffer + 1]; k++)
        {
            if (_state[_users.Items[k]] == State.InProgress)
            {
                return true;
            }
        }

        return false;
    }

    private void Commit(int operation, int choice, long start)
    {
        var visible = _clocks.Run(operation, choice, start);
        _state[operation] = State.Issued;
        _sequence[_done++] = operation;
        while (_frontier < _state.Length && _state[_frontier] == State.Issued)
        {
            _frontier++;
        }

        var loads = _clocks.LoadsDone;
        _space.Horizon = loads == 0 ? _clocks.Makespan : Math.Min(_clocks.Makespan, loads);
        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            var buffer = _problem.Uses[u];
            _lastEnd[buffer] = Math.Max(_lastEnd[buffer], visible);
            if (--_usesLeft[buffer] == 0 && !_problem.BufferLivesOn[buffer])
            {
                _space.Release(buffer, _lastEnd[buffer]);
            }
        }
    }

    private Outcome Fail(int operation, int buffer)
    {
        if (_failedOperation >= 0)
        {
            return Outcome.Failed;
        }

        _failedOperation = operation;
        _failedBuffer = buffer;
        var live = new List<int>();
        for (var b = 0; b < _problem.BufferCount; b++)
        {
            if (_space.Address[b] >= 0 && _usesLeft[b] > 0 && _problem.BufferClass[b] is BufferClass.Activation or BufferClass.Weight)
            {
                live.Add(b);
            }
        }

        _liveAtFailure = [.. live];
        return Outcome.Failed;
    }
}
