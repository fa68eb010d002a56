using NNLang.Compiler.Emit;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Compiler.Tests.Networks;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Order;

public sealed class PlacementTests
{
    private const int MostFlexible = 7;

    [Fact]
    public void Chosen_engines_are_within_five_percent_of_the_best_of_all_placements()
    {
        var tried = 0;
        PropertySeed.ForEach(24, random =>
        {
            var compiled = CompilationPipeline.Compiler.Compile(RandomNetworks.Make(random, random.Next(2, 9)).Build(), NeuronCoreV2.Device);
            Assert.True(compiled.Succeeded);
            var placed = compiled.Plan!.Placed;
            var flexible = Enumerable.Range(0, placed.OperationCount).Where(i => Choices(placed.Problem, i) > 1).ToArray();
            if (flexible.Length is 0 or > MostFlexible)
            {
                return;
            }

            tried++;
            var best = Best(placed, flexible);
            Assert.True(compiled.Plan.Makespan <= best * 1.05, $"{compiled.Plan.Makespan} ps chosen, {best} ps with the best of {flexible.Length} choices");
        });

        Assert.InRange(tried, 3, int.MaxValue);
    }

    private static long Best(PlacedNetwork placed, int[] flexible)
    {
        var planner = new Planner(NeuronCoreV2.Device);
        var choice = new byte[placed.OperationCount];
        var best = long.MaxValue;
        do
        {
            var problem = Fixed(placed.Problem, choice);
            var profile = new SourceOrderProfile(problem);
            foreach (var priority in (OrderPriority[])[OrderPriority.Source, OrderPriority.Rank])
            {
                var order = ListScheduler.Run(problem, profile, priority)!;
                var plan = planner.Finish(placed, profile, new OperationOrder { Sequence = order.Sequence, Choice = (byte[])choice.Clone() }, out _);
                best = Math.Min(best, plan?.Makespan ?? long.MaxValue);
            }
        }
        while (Next(placed.Problem, flexible, choice));
        return best;
    }

    private static bool Next(OrderProblem problem, int[] flexible, byte[] choice)
    {
        foreach (var operation in flexible)
        {
            if (++choice[operation] < Choices(problem, operation))
            {
                return true;
            }

            choice[operation] = 0;
        }

        return false;
    }

    private static int Choices(OrderProblem problem, int operation) => problem.ChoiceStart[operation + 1] - problem.ChoiceStart[operation];

    private static OrderProblem Fixed(OrderProblem problem, byte[] choice)
    {
        var at = Enumerable.Range(0, problem.OperationCount).Select(i => problem.ChoiceStart[i] + choice[i]).ToArray();
        return new OrderProblem
        {
            OperationCount = problem.OperationCount,
            ChoiceStart = [.. Enumerable.Range(0, problem.OperationCount + 1)],
            ChoiceAgent = [.. at.Select(c => problem.ChoiceAgent[c])],
            ChoiceSequencer = [.. at.Select(c => problem.ChoiceSequencer[c])],
            ChoiceDuration = [.. at.Select(c => problem.ChoiceDuration[c])],
            ChoicePorts = [.. at.Select(c => problem.ChoicePorts[c])],
            DependencyStart = problem.DependencyStart,
            Dependencies = problem.Dependencies,
            UseStart = problem.UseStart,
            Uses = problem.Uses,
            BufferClass = problem.BufferClass,
            BufferSize = problem.BufferSize,
            BufferLivesOn = problem.BufferLivesOn,
            BufferIsLiveIn = problem.BufferIsLiveIn,
            Machine = problem.Machine,
        };
    }
}
