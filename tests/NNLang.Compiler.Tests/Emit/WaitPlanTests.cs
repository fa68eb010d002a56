using NNLang.Compiler.Allocate;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Order;
using NNLang.Compiler.Tests.Order;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Emit;

public sealed class WaitPlanTests
{
    [Fact]
    public void Waits_order_every_pair_of_conflicting_accesses_and_none_is_redundant() => PropertySeed.ForEach(30, random =>
    {
        var problem = RandomProblems.Make(random, random.Next(2, 14), sbufGranules: random.Next(300, 600), gates: random.Next(3) == 0);
        var profile = new SourceOrderProfile(problem);
        var allocation = Stitch.Run(problem, profile, ListScheduler.Run(problem, profile, OrderPriority.Source)!);
        if (!allocation.Fits)
        {
            return;
        }

        var agents = new AgentTable(problem, allocation);
        var plan = WaitPlanner.Plan(problem, allocation, agents);
        var waits = Enumerable.Range(0, problem.OperationCount)
            .Select(i => plan.For.AsSpan(plan.Start[i], plan.Start[i + 1] - plan.Start[i]).ToArray().ToList()).ToArray();
        Assert.Null(WaitChecker.Violation(problem, allocation, waits));
        for (var i = 0; i < waits.Length; i++)
        {
            for (var k = 0; k < waits[i].Count; k++)
            {
                var removed = waits[i][k];
                waits[i].RemoveAt(k);
                Assert.True(
                    WaitChecker.Violation(problem, allocation, waits) is not null,
                    $"the wait of operation {i} for {removed} is not needed");
                waits[i].Insert(k, removed);
            }
        }
    });
}
