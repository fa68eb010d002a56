namespace NNLang.Compiler.Emit;

/// <summary>
/// Makes plans faster by small changes, each tried by allocating and simulating the whole network: other engines, and exchanges along the
/// chain of what each start waited for. Work is counted in operations, not in time, so the result is the same everywhere.
/// </summary>
internal sealed class PlanSearch(Planner planner)
{
    private const int ChainWork = 20_000;

    /// <summary>The fastest plan found, starting from some.</summary>
    public Plan Improve(List<Plan> plans)
    {
        // Ties go to the earlier plan. What the climb from the best leaves of the work goes to the next.
        var ordered = plans.OrderBy(plan => plan.Makespan).ToList();
        var chains = new ChainSearch(planner, ChainWork);
        var best = chains.Climb(ordered[0]);
        foreach (var other in ordered.Skip(1))
        {
            var climbed = chains.Climb(other);
            best = climbed.Makespan < best.Makespan ? climbed : best;
        }

        return new PlanSampling(planner).Improve(best);
    }
}
