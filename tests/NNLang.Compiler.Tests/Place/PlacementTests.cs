using System.Globalization;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Tests.Networks;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Place;

/// <summary>
/// The engines that the compiler chooses, against all placements of small networks: every choice of an engine for every tile operation is
/// planned in the same way, and the best plan of them is what the compiler's is measured by.
/// </summary>
public sealed class PlacementTests
{
    private const long MostPlacements = 1024;
    private const double Allowed = 1.05;

    [Fact]
    public void The_chosen_engines_are_within_five_percent_of_the_best_placement()
    {
        var (networks, tooMany, planned, worst, sum) = (0, 0, 0L, 1.0, 0.0);
        var wanted = 20 * PropertySeed.Scale;
        var wrong = new List<string>();
        for (var i = 0; networks < wanted; i++)
        {
            var seed = unchecked(PropertySeed.Base + (i * 7919));
            var random = new Random(seed);
            var network = RandomNetworks.Make(random, random.Next(2, 9)).Build();
            var compiled = Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
            Assert.True(compiled.Succeeded, string.Join("; ", compiled.Problems));
            var flexible = Flexible(compiled.Tiled!);
            var placements = flexible.Aggregate(1L, (product, place) => Math.Min(long.MaxValue / 8, product * place.Choices));
            if (placements > MostPlacements)
            {
                tooMany++;
                continue;
            }

            networks++;
            planned += placements;
            var best = Best(compiled.Tiled!, flexible, placements);
            var ratio = (double)compiled.Plan!.Makespan / best;
            worst = Math.Max(worst, ratio);
            sum += ratio;
            if (ratio > Allowed)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {compiled.Plan.Makespan} ps, best of {placements} placements {best} ps, {ratio:0.000}"));
            }
        }

        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"seed {PropertySeed.Base}: {networks} networks, {planned} placements, mean {sum / networks:0.0000}, worst {worst:0.0000}; {tooMany} had more than {MostPlacements}");
        TestContext.Current.TestOutputHelper!.WriteLine(figures);
        Assert.True(wrong.Count == 0, figures + "\n" + string.Join('\n', wrong));
    }

    private static List<(int Group, int Operation, int Choices)> Flexible(TiledNetwork tiled) =>
    [
        .. tiled.Groups.SelectMany((group, g) => group.Body.Operations
            .Select((operation, o) => (Group: g, Operation: o, Choices: operation.Choices.Length))
            .Where(place => place.Choices > 1)),
    ];

    private static long Best(TiledNetwork tiled, List<(int Group, int Operation, int Choices)> flexible, long placements)
    {
        var best = long.MaxValue;
        var planner = new Planner(NeuronCoreV2.Device);
        for (var placement = 0L; placement < placements; placement++)
        {
            var placed = planner.Place(Forced(tiled, flexible, placement));
            var sourceOrder = planner.PlanSourceOrder(placed, out _);
            if (planner.PlanDefault(placed, sourceOrder, out _) is { } plan)
            {
                best = Math.Min(best, plan.Makespan);
            }
        }

        return best;
    }

    // The network with one engine left for every operation: the placement's digits, in mixed radix, say which.
    private static TiledNetwork Forced(TiledNetwork tiled, List<(int Group, int Operation, int Choices)> flexible, long placement)
    {
        var digits = new Dictionary<(int Group, int Operation), int>();
        foreach (var (group, operation, choices) in flexible)
        {
            digits[(group, operation)] = (int)(placement % choices);
            placement /= choices;
        }

        return new TiledNetwork
        {
            Network = tiled.Network,
            Inputs = tiled.Inputs,
            Groups = [.. tiled.Groups.Select((instance, g) => instance with { Body = Forced(instance.Body, o => digits.GetValueOrDefault((g, o), -1)) })],
        };
    }

    private static LoweredGroup Forced(LoweredGroup body, Func<int, int> digit)
    {
        var key = body.Key;
        var operations = new List<TileOperation>();
        for (var o = 0; o < body.Operations.Length; o++)
        {
            var operation = body.Operations[o];
            var chosen = digit(o);
            key = unchecked((key * 31) + (UInt128)(chosen + 2));
            operations.Add(chosen < 0 ? operation : new TileOperation
            {
                Name = operation.Name,
                Member = operation.Member,
                Tile = operation.Tile,
                Choices = [operation.Choices[chosen]],
                Dependencies = operation.Dependencies,
                Uses = operation.Uses,
                EndsTile = operation.EndsTile,
            });
        }

        return new LoweredGroup
        {
            Key = key,
            Title = body.Title,
            Inputs = body.Inputs,
            Buffers = body.Buffers,
            Results = body.Results,
            Operations = [.. operations],
        };
    }
}
