using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Compiler.Emit;

/// <summary>The chain of operations that the makespan consists of, each waiting for the next, from the last end back to the program's start.</summary>
internal sealed class CriticalChain
{
    private readonly Plan _plan;
    private readonly int[][] _ownerOf = new int[Engines.Count][];
    private readonly int[] _transferOf;
    private readonly int[] _place;

    /// <summary>Prepares to walk. O(instructions).</summary>
    public CriticalChain(Plan plan)
    {
        _plan = plan;
        for (var e = 0; e < Engines.Count; e++)
        {
            _ownerOf[e] = new int[plan.Times.Start((Engine)e).Length];
            Array.Fill(_ownerOf[e], -1);
        }

        for (var i = 0; i < plan.OperationCount; i++)
        {
            var code = plan.CodeOf(i);
            _ownerOf[(int)code.Engine].AsSpan(code.First, code.Count).Fill(i);
        }

        _transferOf = new int[plan.OperationCount];
        Array.Fill(_transferOf, -1);
        var transfers = plan.Times.Transfers;
        for (var t = 0; t < transfers.Length; t++)
        {
            var operation = Owner(transfers[t].Trigger);
            if (_transferOf[operation] < 0 || transfers[t].LastByte > transfers[_transferOf[operation]].LastByte)
            {
                _transferOf[operation] = t;
            }
        }

        _place = new int[plan.OperationCount];
        for (var k = 0; k < _place.Length; k++)
        {
            _place[plan.OperationAt(k)] = k;
        }
    }

    /// <summary>The changes that might shorten it, from its end backwards.</summary>
    public IEnumerable<ChainSearch.Change> Changes()
    {
        var operation = Last();
        for (var step = 0; operation >= 0 && step < 2 * _plan.OperationCount; step++)
        {
            var (before, isTurn) = Before(operation);
            if (before < 0 || before == operation)
            {
                yield break;
            }

            if (isTurn)
            {
                foreach (var change in Exchanges(operation, before))
                {
                    yield return change;
                }
            }

            foreach (var change in OtherEngines(operation, before))
            {
                yield return change;
            }

            operation = before;
        }
    }

    private IEnumerable<ChainSearch.Change> OtherEngines(int operation, int before)
    {
        foreach (var one in (int[])[operation, before])
        {
            var problem = _plan.Placed.Problem;
            var choices = problem.ChoiceCount(one);
            for (var c = 0; c < choices; c++)
            {
                if (c != _plan.Allocation.Choice[one])
                {
                    yield return new ChainSearch.Change(one, -1, (byte)c);
                }
            }
        }
    }

    // Ahead of the one whose turn it was, and ahead of more of them: one, two, four, eight places further.
    private IEnumerable<ChainSearch.Change> Exchanges(int operation, int before)
    {
        if (!DependsOn(operation, before))
        {
            if (_plan.Placed.GroupOf(operation) != _plan.Placed.GroupOf(before))
            {
                yield return new ChainSearch.Change(operation, before, ChainSearch.Change.WholeGroup);
            }

            yield return new ChainSearch.Change(operation, before, 0);
        }

        var agent = AgentOf(before);
        var passed = 0;
        for (var k = _place[before] - 1; k >= 0 && passed < 8; k--)
        {
            var other = _plan.OperationAt(k);
            if (AgentOf(other) != agent)
            {
                continue;
            }

            if (DependsOn(operation, other))
            {
                yield break;
            }

            passed++;
            if ((passed & (passed - 1)) == 0)
            {
                yield return new ChainSearch.Change(operation, other, 0);
            }
        }
    }

    /// <summary>What an operation's start, or a transfer's end, waited for; and whether only for its turn.</summary>
    private (int Operation, bool IsTurn) Before(int operation)
    {
        if (_transferOf[operation] is >= 0 and var transfer && _plan.Times.Transfers[transfer].BlockedBy is >= 0 and var blocker)
        {
            return (Owner(_plan.Times.Transfers[blocker].Trigger), true);
        }

        var code = _plan.CodeOf(operation);
        if (_plan.Times.Binder(code.Engine, code.First) is not { } binder)
        {
            return (-1, false);
        }

        var reason = _plan.Times.Reason(code.Engine)[code.First];
        return (Owner(binder), reason is StartReason.Predecessor or StartReason.Port);
    }

    private int Last()
    {
        var last = -1;
        var end = -1L;
        for (var i = 0; i < _plan.OperationCount; i++)
        {
            var finished = _plan.TimesOf(i).End;
            if (finished > end)
            {
                (last, end) = (i, finished);
            }
        }

        return last;
    }

    private bool DependsOn(int operation, int other) => _plan.Placed.Problem.DependenciesOf(operation).Contains(other);

    private int AgentOf(int operation)
    {
        var problem = _plan.Placed.Problem;
        return problem.ChoiceAgent[problem.ChoiceStart[operation] + _plan.Allocation.Choice[operation]];
    }

    private int Owner(InstructionLocation location) => _ownerOf[(int)location.Engine][location.Index];
}
