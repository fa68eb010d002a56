using NNLang.Compiler.Allocate;
using NNLang.Compiler.Order;
using NNLang.Compiler.Tests.Allocate;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Order;

public sealed class SerialSchedulerTests
{
    [Fact]
    public void Any_list_gives_a_legal_order_that_keeps_it_and_the_wishes() => PropertySeed.ForEach(40, random =>
    {
        var problem = RandomProblems.Make(random, random.Next(1, 40), gates: random.Next(3) == 0);
        var sequence = AnySequence(random, problem);
        var wishes = new byte[problem.OperationCount];
        for (var i = 0; i < wishes.Length; i++)
        {
            wishes[i] = random.Next(2) == 0 ? SerialScheduler.Earliest : (byte)random.Next(problem.ChoiceCount(i));
        }

        var order = SerialScheduler.Run(problem, sequence, wishes);
        Assert.Equal(sequence, order.Sequence);
        for (var i = 0; i < wishes.Length; i++)
        {
            Assert.True(order.Choice[i] < problem.ChoiceCount(i));
            Assert.True(wishes[i] == SerialScheduler.Earliest || wishes[i] == order.Choice[i]);
        }

        var allocation = Stitch.Run(problem, new SourceOrderProfile(problem), order);
        if (allocation.Fits)
        {
            AllocationChecker.Check(problem, allocation);
        }
    });

    [Fact]
    public void An_operation_without_a_wish_ends_no_later_than_on_any_other_engine() => PropertySeed.ForEach(20, random =>
    {
        var problem = RandomProblems.Make(random, random.Next(1, 12));
        var sequence = AnySequence(random, problem);
        var free = new byte[problem.OperationCount];
        Array.Fill(free, SerialScheduler.Earliest);
        var chosen = SerialScheduler.Run(problem, sequence, free).Choice;
        for (var k = 0; k < sequence.Length; k++)
        {
            for (byte other = 0; other < problem.ChoiceCount(sequence[k]); other++)
            {
                var changed = (byte[])chosen.Clone();
                changed[sequence[k]] = other;
                Assert.True(EndOf(problem, sequence, chosen, k) <= EndOf(problem, sequence, changed, k));
            }
        }
    });

    // When the operation at a place of the sequence ends, everything before it as chosen.
    private static long EndOf(OrderProblem problem, int[] sequence, byte[] choices, int place)
    {
        var clocks = new AgentClocks(problem);
        var end = 0L;
        foreach (var operation in sequence[..(place + 1)])
        {
            var choice = problem.ChoiceStart[operation] + choices[operation];
            var start = clocks.EarliestStart(operation, choice, choices);
            end = start + problem.ChoiceDuration[choice];
            clocks.Run(operation, choice, start);
        }

        return end;
    }

    private static int[] AnySequence(Random random, OrderProblem problem)
    {
        var left = new int[problem.OperationCount];
        var successors = new SuccessorLists(problem);
        var ready = new List<int>();
        for (var i = 0; i < left.Length; i++)
        {
            left[i] = problem.DependenciesOf(i).Length;
            if (left[i] == 0)
            {
                ready.Add(i);
            }
        }

        var sequence = new List<int>();
        while (ready.Count > 0)
        {
            var at = random.Next(ready.Count);
            var operation = ready[at];
            ready.RemoveAt(at);
            sequence.Add(operation);
            foreach (var reader in successors.Items.AsSpan(successors.Start[operation]..successors.Start[operation + 1]))
            {
                if (--left[reader] == 0)
                {
                    ready.Add(reader);
                }
            }
        }

        return [.. sequence];
    }
}
