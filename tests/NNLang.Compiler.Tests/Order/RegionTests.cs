using NNLang.Compiler.Allocate;
using NNLang.Compiler.Order;
using NNLang.Compiler.Tests.Allocate;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Order;

public sealed class RegionTests
{
    [Fact]
    public void Merged_regions_give_a_legal_order_that_is_about_as_good_as_one_list_schedule() => PropertySeed.ForEach(3, random =>
    {
        var problem = RandomProblems.Make(random, 700);
        Assert.True(problem.OperationCount > RegionCutter.SmallNetwork);
        var profile = new SourceOrderProfile(problem);
        var order = Orderer.Order(problem, profile, Units(problem), OrderPriority.Source, new OrderMemo());
        Assert.NotNull(order);
        var merged = Stitch.Run(problem, profile, order);
        AllocationChecker.Check(problem, merged);
        var whole = Stitch.Run(problem, profile, ListScheduler.Run(problem, profile, OrderPriority.Source)!);
        Assert.True(!whole.Fits || merged.Makespan < whole.Makespan * 1.05, $"merged {merged.Makespan}, whole {whole.Makespan}");
    });

    [Fact]
    public void Regions_cover_the_network_and_are_neither_tiny_nor_huge()
    {
        var problem = RandomProblems.Make(new Random(3), 900);
        var ends = RegionCutter.Cut(problem, new SourceOrderProfile(problem), Units(problem));
        Assert.Equal(problem.OperationCount, ends[^1]);
        var start = 0;
        foreach (var end in ends)
        {
            Assert.InRange(end - start, 1, 1300);
            start = end;
        }

        Assert.InRange(ends.Length, problem.OperationCount / 1300, problem.OperationCount / 100);
    }

    [Fact]
    public void A_change_in_one_layer_redoes_few_jobs_and_gives_what_a_fresh_run_gives()
    {
        var memo = new OrderMemo { RecomputesHits = true };
        var before = RandomProblems.Make(new Random(11), 700);
        Order(before, memo);
        var jobs = memo.Scheduled;
        before.ChoiceDuration[before.ChoiceDuration.Length / 2] += 12345;
        var incremental = Order(before, memo);
        Assert.InRange(memo.Scheduled - jobs, 1, 4);
        var fresh = Order(before, new OrderMemo());
        Assert.Equal(fresh.Sequence, incremental.Sequence);
        Assert.Equal(fresh.Choice, incremental.Choice);
    }

    private static OperationOrder Order(OrderProblem problem, OrderMemo memo)
    {
        memo.NextGeneration();
        return Orderer.Order(problem, new SourceOrderProfile(problem), Units(problem), OrderPriority.Source, memo)!;
    }

    private static int[] Units(OrderProblem problem)
    {
        var ends = new List<int>();
        var start = 0;
        for (var i = 0; i < problem.OperationCount; i++)
        {
            // An operation with a choice of engines is an evacuation.
            if (i + 1 - start >= 20 && problem.ChoiceStart[i + 1] - problem.ChoiceStart[i] > 1)
            {
                ends.Add(i + 1);
                start = i + 1;
            }
        }

        if (ends.Count == 0 || ends[^1] != problem.OperationCount)
        {
            ends.Add(problem.OperationCount);
        }

        return [.. ends];
    }
}
