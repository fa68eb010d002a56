using NNLang.Compiler.Order;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Makes plans faster by small changes, each tried by allocating and simulating the whole network: other engines, and exchanges along the
/// chain of what each start waited for. Work is counted in operations, not in time, so the result is the same everywhere.
/// </summary>
internal sealed class PlanSearch(Planner planner)
{
    private const int MostChosen = 64;
    private const int MostPaired = 12;
    private const int EngineWork = 12_000;
    private const int ChainWork = 20_000;
    private const int PlansOfAMove = 6;

    /// <summary>The fastest plan found, starting from some.</summary>
    public Plan Improve(List<Plan> plans)
    {
        // Ties go to the earlier plan. What the climb from the best leaves of the work goes to the next.
        var ordered = plans.OrderBy(plan => plan.Makespan).ToList();
        var chains = new ChainSearch(planner, ChainWork);
        var best = chains.Climb(ChooseEngines(ordered[0]));
        foreach (var other in ordered.Skip(1))
        {
            var climbed = chains.Climb(other);
            best = climbed.Makespan < best.Makespan ? climbed : best;
        }

        return best;
    }

    /// <summary>
    /// Moves single operations to another of their engines as long as that is faster, within a fixed amount of work: what a greedy choice
    /// loses shows in small networks, where one operation is a large part.
    /// </summary>
    private Plan ChooseEngines(Plan plan)
    {
        if (plan.OperationCount > MostChosen)
        {
            return plan;
        }

        var budget = EngineWork;
        var best = Descend(plan, ref budget);
        if (budget < 0)
        {
            return best;
        }

        // From the other end too: every operation on its cheapest engine.
        var cheapest = new OperationOrder { Sequence = plan.Allocation.Sequence, Choice = new byte[plan.OperationCount] };
        if (planner.Finish(plan.Placed, plan.Profile, cheapest, out _) is { } other)
        {
            other = Descend(Better(other, cheapest.Choice), ref budget);
            best = other.Makespan < best.Makespan ? other : best;
        }

        return best;
    }

    private Plan Descend(Plan plan, ref int budget)
    {
        var problem = plan.Placed.Problem;
        var flexible = new List<int>();
        for (var i = 0; i < problem.OperationCount; i++)
        {
            if (problem.ChoiceStart[i + 1] - problem.ChoiceStart[i] > 1)
            {
                flexible.Add(i);
            }
        }

        var singles = flexible.ConvertAll(i => (First: i, Second: i));
        var pairs = new List<(int First, int Second)>();
        for (var i = 0; i < flexible.Count && flexible.Count <= MostPaired; i++)
        {
            for (var j = i + 1; j < flexible.Count; j++)
            {
                pairs.Add((flexible[i], flexible[j]));
            }
        }

        // Two at once only where none alone helps.
        while (budget >= 0)
        {
            var before = plan;
            plan = Flip(plan, singles, ref budget);
            if (ReferenceEquals(before, plan))
            {
                plan = Flip(plan, pairs, ref budget);
            }

            if (ReferenceEquals(before, plan))
            {
                break;
            }
        }

        return plan;
    }

    private Plan Flip(Plan plan, List<(int First, int Second)> moves, ref int budget)
    {
        foreach (var (first, second) in moves)
        {
            budget -= PlansOfAMove * plan.OperationCount;
            if (budget < 0)
            {
                return plan;
            }

            var changed = (byte[])plan.Allocation.Choice.Clone();
            changed[first] = NextChoice(plan, first);
            changed[second] = NextChoice(plan, second);
            plan = Better(plan, changed);
        }

        return plan;
    }

    private static byte NextChoice(Plan plan, int operation)
    {
        var choices = plan.Placed.Problem.ChoiceStart[operation + 1] - plan.Placed.Problem.ChoiceStart[operation];
        return (byte)((plan.Allocation.Choice[operation] + 1) % choices);
    }

    /// <summary>A faster plan with the given choices, in the present order or in new ones; the same plan if there is none.</summary>
    private Plan Better(Plan plan, byte[] choice)
    {
        var best = planner.Finish(plan.Placed, plan.Profile, new OperationOrder { Sequence = plan.Allocation.Sequence, Choice = choice }, out _) is { } same
            && same.Makespan < plan.Makespan ? same : plan;
        var text = OrderPriorities.SourceOrder(plan.Placed.Problem).Sequence;
        if (planner.Finish(plan.Placed, plan.Profile, new OperationOrder { Sequence = text, Choice = choice }, out _) is { } straight && straight.Makespan < best.Makespan)
        {
            best = straight;
        }

        var problem = plan.Placed.Problem.WithChoices(choice);
        var profile = new SourceOrderProfile(problem);
        foreach (var priority in OrderPriorities.Of(problem.OperationCount))
        {
            foreach (var order in (ReadOnlySpan<OperationOrder?>)[
                Orderer.Order(problem, profile, plan.Placed.UnitEnds, priority, planner.Memo), ListScheduler.Run(problem, profile, priority)])
            {
                if (order is not null
                    && planner.Finish(plan.Placed, plan.Profile, new OperationOrder { Sequence = order.Sequence, Choice = choice }, out _) is { } listed
                    && listed.Makespan < best.Makespan)
                {
                    best = listed;
                }
            }
        }

        return best;
    }
}
