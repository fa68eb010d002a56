using System.Runtime.InteropServices;
using NNLang.Compiler.Order;

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
    private readonly Dictionary<UInt128, long> _slower = [];
    private int _left = work;

    /// <summary>The plan after all changes that helped; the same one if none did.</summary>
    public Plan Climb(Plan plan)
    {
        // What did not help is tried again only when nothing new is left: most of it would not help now either.
        var tried = new HashSet<Change>();
        var changed = true;
        while (changed)
        {
            changed = false;
            tried.Clear();
            while (Step(plan, tried) is { } faster)
            {
                plan = faster;
                changed = true;
            }
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

            if (_left < plan.OperationCount)
            {
                return null;
            }

            _left -= plan.OperationCount;

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
        if (change.Ahead < 0)
        {
            choice = (byte[])choice.Clone();
            choice[change.Operation] = change.Choice;
        }
        else if (change.Choice == Change.WholeGroup)
        {
            sequence = GroupAhead(plan, change.Operation, change.Ahead);
        }
        else
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

        var order = new OperationOrder { Sequence = sequence, Choice = choice };
        return IsKnownSlower(plan, order) ? null : planner.TryFaster(plan, order);
    }

    // Climbs meet: an order that was not faster than some plan is not faster than a better one.
    private bool IsKnownSlower(Plan plan, OperationOrder order)
    {
        ref var than = ref CollectionsMarshal.GetValueRefOrAddDefault(_slower, order.ContentKey(), out var known);
        if (known && than <= plan.Makespan)
        {
            return true;
        }

        than = plan.Makespan;
        return false;
    }

    // What is left of the operation's group goes, in its order, where the other operation stands; what it depends on the allocation brings along.
    private static int[] GroupAhead(Plan plan, int operation, int ahead)
    {
        var group = plan.Placed.GroupOf(operation);
        var sequence = plan.Allocation.Sequence;
        var result = new int[sequence.Length];
        var to = Array.IndexOf(sequence, ahead);
        var count = to;
        Array.Copy(sequence, result, to);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var k = to; k < sequence.Length; k++)
            {
                if (plan.Placed.GroupOf(sequence[k]) == group == (pass == 0))
                {
                    result[count++] = sequence[k];
                }
            }
        }

        return result;
    }

    /// <summary>
    /// A change of a plan: an operation, or all that is left of its group, goes ahead of another, or (<see cref="Ahead"/> -1) to another of its
    /// engines.
    /// </summary>
    internal readonly record struct Change(int Operation, int Ahead, byte Choice)
    {
        /// <summary>As <see cref="Choice"/>: the group moves, which is what moving a line of the text does.</summary>
        public const byte WholeGroup = byte.MaxValue;
    }
}
