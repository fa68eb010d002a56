using NNLang.Compiler.Order;
using NNLang.Machine;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Shortens a plan along its critical chain: from the operation that ends last back over what each start waited for. Where that was another
/// operation's turn, on an engine or at the DMA engines, the two are exchanged or one of them goes to another engine; a change stays if the simulated
/// time falls.
/// </summary>
/// <param name="planner">Allocates and simulates.</param>
/// <param name="work">Operations that may be planned, all climbs together.</param>
internal sealed class ChainSearch(Planner planner, int work)
{
    private int _left = work;

    /// <summary>The plan after all changes that helped; the same one if none did.</summary>
    public Plan Climb(Plan plan)
    {
        var tried = new HashSet<Change>();
        while (_left > 0)
        {
            var faster = Step(plan, tried);
            if (faster is null)
            {
                break;
            }

            plan = faster;
            tried.Clear();
        }

        return plan;
    }

    private Plan? Step(Plan plan, HashSet<Change> tried)
    {
        foreach (var change in new CriticalChain(plan).Changes())
        {
            if (!tried.Add(change))
            {
                continue;
            }

            _left -= plan.OperationCount;
            if (_left < 0)
            {
                return null;
            }

            if (Apply(plan, change) is { } changed && changed.Makespan < plan.Makespan)
            {
                return changed;
            }
        }

        return null;
    }

    private Plan? Apply(Plan plan, Change change)
    {
        var sequence = plan.Allocation.Sequence;
        var choice = plan.Allocation.Choice;
        if (change.Ahead >= 0)
        {
            sequence = (int[])sequence.Clone();
            var from = Array.IndexOf(sequence, change.Operation);
            var to = Array.IndexOf(sequence, change.Ahead);
            if (to >= from)
            {
                return null;
            }

            Array.Copy(sequence, to, sequence, to + 1, from - to);
            sequence[to] = change.Operation;
        }
        else
        {
            choice = (byte[])choice.Clone();
            choice[change.Operation] = change.Choice;
        }

        return planner.Finish(plan.Placed, plan.Profile, new OperationOrder { Sequence = sequence, Choice = choice }, out _);
    }

    /// <summary>A change of a plan: an operation goes ahead of another, or (<see cref="Ahead"/> -1) to another of its engines.</summary>
    internal readonly record struct Change(int Operation, int Ahead, byte Choice);
}
