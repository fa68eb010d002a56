using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Place;
using NNLang.Compiler.Faults;

namespace NNLang.Compiler.Lengths;

/// <summary>
/// Compiles lengths of a network that was planned as a whole: engines, order, psum banks and addresses are the full plan's, so a defect acts
/// on a length as it acts on the whole. Pure.
/// </summary>
internal static class LengthCompiler
{
    /// <summary>Compiles a length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such length.</exception>
    /// <exception cref="InvalidOperationException">The network did not compile.</exception>
    public static CompiledLength Compile(CompiledNetwork full, int groups, LengthOptions options)
    {
        if (full.Plan is not { } plan)
        {
            throw new InvalidOperationException("A network with problems has no lengths.");
        }

        var index = full.Index;
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, index.Groups);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FromReference, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.FromReference, groups);
        var first = index.FirstInstanceOf(options.FromReference);
        var last = index.InstanceOf(groups - 1);
        var instrumentation = new Instrumentation(plan);
        var builder = new LengthBuilder(full);
        builder.AddInstances(first, last, ByInstance(plan.Placed, options.Instrument), instrumentation);
        builder.AddStores(groups);
        lock (full.Cache.Gate)
        {
            var planner = full.Cache.PlannerFor(full.Device);
            var placed = planner.Place(builder.Build());
            var transfer = new PlanTransfer(plan, placed, builder, instrumentation);
            var length = (options is { Replan: true, Instrument.IsEmpty: true } ? Replanned(planner, placed, full.Options) : null)
                ?? MissingWait.Transfer(planner, plan, planner.FinishAllocated(placed, transfer.Allocation()), transfer.OperationInFull);
            var program = ProgramBuilder.Build(full, length);
            var regions = new RegionTable(placed);
            return new CompiledLength
            {
                Groups = groups,
                Program = program,
                Plan = length,
                CutTensors = [.. builder.Cut.Select(cut => cut with { Index = PlaceOf(cut.Index, regions) })],
                FedTensors = [.. builder.Fed],
                Instrumented = [.. builder.Probes.Select(p => new InstrumentedTensor(
                    plan.Placed.FirstOperation[p.Instance] + p.Probe.Operation, PlaceOf(p.Output, regions), p.Probe.Part, p.Probe.Memory,
                    p.Probe.FirstPartition, p.Probe.Partitions, p.Probe.Elements, p.Probe.Type))],
                AddedInstructions = builder.Probes.Sum(p => p.Probe.Added.Length),
                OperationInFull = transfer.OperationInFull,
            };
        }
    }

    // Null where it does not fit by itself: the full plan may have moved tensors out of the way.
    private static Plan? Replanned(Planner planner, PlacedNetwork placed, CompileOptions options)
    {
        var sourceOrder = planner.PlanSourceOrder(placed, out _);
        var plan = options.Level == OptimizationLevel.SourceOrder ? sourceOrder : planner.PlanDefault(placed, sourceOrder, out _);
        return plan is null ? null : MissingWait.Plant(planner, plan, options.Faults);
    }

    private static Dictionary<int, List<int>> ByInstance(PlacedNetwork placed, ImmutableArray<int> operations)
    {
        var byInstance = new Dictionary<int, List<int>>();
        foreach (var operation in operations.Distinct())
        {
            var instance = placed.GroupOf(operation);
            byInstance.TryAdd(instance, []);
            byInstance[instance].Add(operation - placed.FirstOperation[instance]);
        }

        return byInstance;
    }

    /// <summary>The place of an output among those that the program has: outputs of later groups are left out.</summary>
    private static int PlaceOf(int output, RegionTable regions)
    {
        var at = 0;
        for (var i = 0; i < output; i++)
        {
            at += regions.OfOutput[i] >= 0 ? 1 : 0;
        }

        return at;
    }
}
