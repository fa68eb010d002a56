using NNLang.Compiler.Order;

namespace NNLang.Compiler.Allocate;

/// <summary>
/// One in-order pass over an order of performance: approximate times, psum banks and addresses in sbuf. Activations go to the lowest
/// stretch that is free, weights to the highest; a load without room waits, and operations it holds up wait for it. The sequence that
/// comes out is legal: everything an operation waits for, be it data, an address or a bank, stands before it. O(n) address searches.
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
    private readonly AddressMap _sbuf;
    private readonly int[] _bankOwner;
    private readonly long[] _bankFree;
    private readonly int[] _address;
    private readonly int[] _usesLeft;
    private readonly long[] _lastEnd;
    private readonly long[] _end;
    private readonly State[] _state;
    private readonly int[] _sequence;
    private readonly byte[] _choice;
    private readonly BufferUsers _users;
    private readonly long[] _free = new long[Agents.Count];
    private readonly long[] _sequencerFree = new long[Agents.FirstQueue];
    private readonly long[] _portFree;
    private readonly Queue<int> _deferred = new();
    private readonly GateWaits _gates;
    private readonly bool[] _gateOpen;
    private int _done;
    private int _frontier;
    private int _sbufUsed;
    private int _sbufPeak;
    private int _activationsUsed;
    private int _activationPeak;
    private int _banksUsed;
    private int _psumPeak;
    private long _makespan;
    private int _failedOperation = -1;
    private int _failedBuffer = -1;
    private int[] _liveAtFailure = [];

    private Stitch(OrderProblem problem, SourceOrderProfile profile, OperationOrder order)
    {
        var n = problem.OperationCount;
        _problem = problem;
        _profile = profile;
        _order = order;
        _sbuf = new AddressMap(problem.Machine.SbufGranules);
        _bankOwner = new int[problem.Machine.PsumBanks];
        _bankFree = new long[problem.Machine.PsumBanks];
        _address = new int[problem.BufferCount];
        Array.Fill(_address, -1);
        _usesLeft = (int[])profile.UseCount.Clone();
        _lastEnd = new long[problem.BufferCount];
        _end = new long[n];
        _state = new State[n];
        _sequence = new int[n];
        _choice = (byte[])order.Choice.Clone();
        _users = new BufferUsers(problem);
        _portFree = new long[problem.Machine.PortCount];
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
            Address = stitch._address,
            Makespan = stitch._makespan,
            SbufPeak = stitch._sbufPeak,
            ActivationPeak = stitch._activationPeak,
            PsumPeak = stitch._psumPeak,
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
        var start = EarliestStart(operation, choice);
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

    private long EarliestStart(int operation, int choice)
    {
        var agent = _problem.ChoiceAgent[choice];
        var sequencer = _problem.ChoiceSequencer[choice];
        var start = Agents.IsQueue(agent) ? _sequencerFree[sequencer] : Math.Max(_free[agent], _sequencerFree[sequencer]);
        var ports = _problem.ChoicePorts[choice];
        for (var port = 0; ports != 0; port++, ports >>= 1)
        {
            if ((ports & 1) != 0)
            {
                start = Math.Max(start, _portFree[port]);
            }
        }

        for (var d = _problem.DependencyStart[operation]; d < _problem.DependencyStart[operation + 1]; d++)
        {
            var producer = _problem.Dependencies[d];
            var from = _problem.ChoiceStart[producer] + _choice[producer];
            var from0 = _problem.ChoiceAgent[from];
            var same = !Agents.IsQueue(from0) && _problem.ChoiceSequencer[from] == sequencer;
            var visible = same
                ? _end[producer]
                : _end[producer] + _problem.Machine.Latency[from0] + _problem.Machine.HandOff[sequencer];
            start = Math.Max(start, visible);
        }

        return start;
    }

    private Outcome Place(int operation, bool must, ref long start)
    {
        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            var buffer = _problem.Uses[u];
            if (_address[buffer] >= 0 || _problem.BufferClass[buffer] == BufferClass.Region)
            {
                continue;
            }

            var outcome = _problem.BufferClass[buffer] switch
            {
                BufferClass.Psum => PlaceInPsum(operation, buffer, ref start),
                BufferClass.Weight => PlaceWeight(operation, buffer, must, ref start),
                _ => PlaceActivation(operation, buffer, ref start),
            };

            if (outcome != Outcome.Issued)
            {
                return outcome;
            }
        }

        return Outcome.Issued;
    }

    private Outcome PlaceActivation(int operation, int buffer, ref long start)
    {
        var size = _problem.BufferSize[buffer];
        var free = _sbuf.FindFromBottom(size, start, out var address);
        if (address < 0)
        {
            return Fail(operation, buffer);
        }

        Occupy(buffer, address);
        start = Math.Max(start, free);
        return Outcome.Issued;
    }

    private Outcome PlaceWeight(int operation, int buffer, bool must, ref long start)
    {
        var size = _problem.BufferSize[buffer];
        var capacity = _problem.Machine.SbufGranules;

        // From what is still to be done before it to its last reader: a load that comes early meets the activations of that time.
        var activations = _profile.Maximum(Math.Min(_frontier, operation), Math.Max(operation, _profile.LastUse[buffer]));
        var floor = Math.Min(capacity * 5 / 8, activations + (activations >> 2) + 32);
        var free = _sbuf.FindFromTop(size, start, floor, out var address);
        if (address < 0)
        {
            if (!must)
            {
                return Outcome.Deferred;
            }

            free = _sbuf.FindFromTop(size, start, 0, out address);
            if (address < 0)
            {
                return Fail(operation, buffer);
            }
        }

        Occupy(buffer, address);
        start = Math.Max(start, free);
        return Outcome.Issued;
    }

    private Outcome PlaceInPsum(int operation, int buffer, ref long start)
    {
        var banks = _problem.BufferSize[buffer];
        while (true)
        {
            var best = AddressMap.Occupied;
            var at = -1;
            for (var first = 0; first + banks <= _bankFree.Length; first++)
            {
                var free = long.MinValue;
                for (var k = 0; k < banks; k++)
                {
                    free = Math.Max(free, _bankFree[first + k]);
                }

                if (free < best)
                {
                    best = free;
                    at = first;
                }
            }

            if (at >= 0)
            {
                for (var k = 0; k < banks; k++)
                {
                    _bankFree[at + k] = AddressMap.Occupied;
                    _bankOwner[at + k] = buffer;
                }

                _address[buffer] = at;
                _banksUsed += banks;
                _psumPeak = Math.Max(_psumPeak, _banksUsed);
                start = Math.Max(start, best);
                return Outcome.Issued;
            }

            if (!EvacuateOne())
            {
                return Fail(operation, buffer);
            }
        }
    }

    /// <summary>Brings forward what is left to do with the psum tile that is finished first in source order.</summary>
    private bool EvacuateOne()
    {
        var victim = -1;
        for (var bank = 0; bank < _bankOwner.Length; bank++)
        {
            var owner = _bankOwner[bank];
            if (_bankFree[bank] == AddressMap.Occupied && (victim < 0 || _profile.LastUse[owner] < _profile.LastUse[victim])
                && !HasUserInProgress(owner))
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

    private void Occupy(int buffer, int address)
    {
        var size = _problem.BufferSize[buffer];
        _sbuf.Occupy(address, size);
        _address[buffer] = address;
        _sbufUsed += size;
        _sbufPeak = Math.Max(_sbufPeak, _sbufUsed);
        if (_problem.BufferClass[buffer] == BufferClass.Activation)
        {
            _activationsUsed += size;
            _activationPeak = Math.Max(_activationPeak, _activationsUsed);
        }
    }

    private void Commit(int operation, int choice, long start)
    {
        var agent = _problem.ChoiceAgent[choice];
        var sequencer = _problem.ChoiceSequencer[choice];
        var duration = _problem.ChoiceDuration[choice];
        long end;
        if (Agents.IsQueue(agent))
        {
            var triggered = start + _problem.Machine.Trigger[sequencer];
            _sequencerFree[sequencer] = triggered;
            end = Math.Max(_free[agent], triggered) + duration;
        }
        else
        {
            end = start + duration;
            _sequencerFree[sequencer] = end;
        }

        _free[agent] = end;
        _end[operation] = end;
        var ports = _problem.ChoicePorts[choice];
        for (var port = 0; ports != 0; port++, ports >>= 1)
        {
            if ((ports & 1) != 0)
            {
                _portFree[port] = end;
            }
        }

        var visible = end + _problem.Machine.Latency[agent];
        _makespan = Math.Max(_makespan, visible);
        _state[operation] = State.Issued;
        _sequence[_done++] = operation;
        while (_frontier < _state.Length && _state[_frontier] == State.Issued)
        {
            _frontier++;
        }

        var loads = _free[Agents.FirstQueue];
        _sbuf.Horizon = loads == 0 ? _makespan : Math.Min(_makespan, loads);
        for (var u = _problem.UseStart[operation]; u < _problem.UseStart[operation + 1]; u++)
        {
            var buffer = _problem.Uses[u];
            _lastEnd[buffer] = Math.Max(_lastEnd[buffer], visible);
            if (--_usesLeft[buffer] == 0 && !_problem.BufferLivesOn[buffer])
            {
                Release(buffer);
            }
        }
    }

    private void Release(int buffer)
    {
        var size = _problem.BufferSize[buffer];
        switch (_problem.BufferClass[buffer])
        {
            case BufferClass.Psum:
                for (var k = 0; k < size; k++)
                {
                    _bankFree[_address[buffer] + k] = _lastEnd[buffer];
                }

                _banksUsed -= size;
                break;
            case BufferClass.Region:
                break;
            default:
                _sbuf.Release(_address[buffer], size, _lastEnd[buffer]);
                _sbufUsed -= size;
                if (_problem.BufferClass[buffer] == BufferClass.Activation)
                {
                    _activationsUsed -= size;
                }

                break;
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
            if (_address[b] >= 0 && _usesLeft[b] > 0 && _problem.BufferClass[b] is BufferClass.Activation or BufferClass.Weight)
            {
                live.Add(b);
            }
        }

        _liveAtFailure = [.. live];
        return Outcome.Failed;
    }
}
