using NNLang.Compiler.Order;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Makes a plan faster by iterated local search: samples are the plan's order with every operation moved by chance and some put on an engine
/// by chance; the best of them climb, and the fastest plan found is what the next samples are made from. In a network of few operations one
/// of them is a large part, so a wrong engine or a wrong turn shows; in large ones samples lose what the list schedule knows. The random
/// numbers are the same every time, so the plan is a function of its network.
/// </summary>
/// <param name="planner">Allocates and simulates.</param>
internal sealed class PlanSampling(Planner planner)
{
    private const int MostOperations = 64;
    private const int Rounds = 16;
    private const int SamplesOfARound = 8;
    private const int ClimbsOfARound = 2;
    private const int ClimbWork = 60_000; // operations that the climbs may plan, all together
    private const double Flips = 0.25; // of the operations: put on an engine by chance

    private readonly Random _random = new(1);

    /// <summary>The fastest plan found; the plan itself if it has too many operations or nothing is faster.</summary>
    public Plan Improve(Plan plan)
    {
        if (plan.OperationCount > MostOperations)
        {
            return plan;
        }

        // Two plans of one makespan are mostly the same plan: a second climb would end where the first did.
        var climbed = new HashSet<long> { plan.Makespan };
        var chains = new ChainSearch(planner, ClimbWork);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var sample in Samples(plan).Where(sample => climbed.Add(sample.Makespan)).Take(ClimbsOfARound))
            {
                var top = chains.Climb(sample);
                plan = top.Makespan < plan.Makespan ? top : plan;
            }
        }

        return plan;
    }

    /// <summary>Plans from near a plan to far from it, fastest first.</summary>
    private IEnumerable<Plan> Samples(Plan plan)
    {
        var problem = plan.Placed.Problem;
        var samples = new List<Plan>(SamplesOfARound);
        for (var k = 1; k <= SamplesOfARound; k++)
        {
            var order = SerialScheduler.Run(problem, Shuffled(plan, (double)k / SamplesOfARound), Wishes(problem));
            if (planner.Finish(plan.Placed, plan.Profile, order, out _) is { } sample)
            {
                samples.Add(sample);
            }
        }

        return samples.OrderBy(sample => sample.Makespan);
    }

    /// <summary>The plan's order with every operation moved by at most a part of its length, none ahead of what it depends on.</summary>
    private int[] Shuffled(Plan plan, double part)
    {
        var problem = plan.Placed.Problem;
        var n = plan.OperationCount;
        var place = new double[n];
        for (var k = 0; k < n; k++)
        {
            place[plan.OperationAt(k)] = k + (((2 * _random.NextDouble()) - 1) * part * n);
        }

        var keys = new (double Place, int Operation)[n];
        var sequence = new int[n];
        for (var i = 0; i < n; i++)
        {
            foreach (var producer in problem.DependenciesOf(i))
            {
                place[i] = Math.Max(place[i], place[producer]);
            }

            keys[i] = (place[i], i);
            sequence[i] = i;
        }

        Array.Sort(keys, sequence);
        return sequence;
    }

    private byte[] Wishes(OrderProblem problem)
    {
        var wishes = new byte[problem.OperationCount];
        for (var i = 0; i < wishes.Length; i++)
        {
            var choices = problem.ChoiceCount(i);
            wishes[i] = choices > 1 && _random.NextDouble() < Flips ? (byte)_random.Next(choices) : SerialScheduler.Earliest;
        }

        return wishes;
    }
}
