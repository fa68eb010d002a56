using NNLang.Compiler.Allocate;
using NNLang.Compiler.Order;
using NNLang.Compiler.Tests.Allocate;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Order;

public sealed class ListSchedulerTests
{
    [Theory]
    [InlineData((int)OrderPriority.Source)]
    [InlineData((int)OrderPriority.Rank)]
    public void Every_order_is_legal_and_its_allocation_is_too(int priority) => PropertySeed.ForEach(40, random =>
    {
        var problem = RandomProblems.Make(random, random.Next(1, 40), gates: random.Next(3) == 0);
        var profile = new SourceOrderProfile(problem);
        var order = ListScheduler.Run(problem, profile, (OrderPriority)priority);
        Assert.NotNull(order);
        AllocationChecker.Check(problem, Stitch.Run(problem, profile, order));
    });

    [Fact]
    public void Source_order_is_legal_and_never_faster_by_much() => PropertySeed.ForEach(40, random =>
    {
        var problem = RandomProblems.Make(random, random.Next(4, 40));
        var profile = new SourceOrderProfile(problem);
        var source = Stitch.Run(problem, profile, OrderPriorities.SourceOrder(problem));
        AllocationChecker.Check(problem, source);
        var list = Stitch.Run(problem, profile, ListScheduler.Run(problem, profile, OrderPriority.Source)!);
        Assert.True(list.Makespan <= source.Makespan * 1.1, $"list {list.Makespan}, source order {source.Makespan}");
    });

    [Fact]
    public void A_small_memory_still_gives_legal_addresses_or_says_that_it_does_not_fit() => PropertySeed.ForEach(60, random =>
    {
        var problem = RandomProblems.Make(random, random.Next(4, 40), sbufGranules: random.Next(60, 300));
        var profile = new SourceOrderProfile(problem);
        var allocation = Stitch.Run(problem, profile, ListScheduler.Run(problem, profile, OrderPriority.Source)!);
        if (allocation.Fits)
        {
            AllocationChecker.Check(problem, allocation);
        }
        else
        {
            Assert.NotEmpty(allocation.LiveAtFailure);
        }
    });

    [Fact]
    public void Two_independent_tiles_share_the_two_engines_that_can_take_them()
    {
        var problem = RandomProblems.Make(new Random(5), 30);
        var profile = new SourceOrderProfile(problem);
        var order = ListScheduler.Run(problem, profile, OrderPriority.Source)!;
        var onVector = 0;
        for (var i = 0; i < problem.OperationCount; i++)
        {
            onVector += problem.ChoiceAgent[problem.ChoiceStart[i] + order.Choice[i]] == 1 ? 1 : 0;
        }

        Assert.NotEqual(0, onVector);
    }
}
