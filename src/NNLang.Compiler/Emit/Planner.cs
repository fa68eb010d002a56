using NNLang.Compiler.Allocate;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Compiler.Spill;
using NNLang.Machine.Devices;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Place, order, allocate and the simulation for one device, with what they remember from compilation to compilation. What it remembers
/// never changes an answer. Not thread-safe.
/// </summary>
internal sealed class Planner
{
    private const int MostSpills = 256;

    // The allocation's own clocks miss the simulation by a few percent: one part in so many more says that the rest need not be asked.
    private const int ClearlySlower = 10;
    private const int PartitionCount = TensorStorage.PartitionCount;
    private readonly DeviceDescription _device;
    private readonly Placer _placer;
    private readonly TimingFeed _feed;

    /// <summary>Makes a planner.</summary>
    public Planner(DeviceDescription device)
    {
        _device = device;
        _placer = new Placer(device);
        _feed = new TimingFeed(device);
    }

    /// <summary>The order jobs it knows.</summary>
    public OrderMemo Memo { get; } = new();

    /// <summary>The default plans it knows.</summary>
    public PlanMemo Plans { get; } = new();

    /// <summary>The code templates it knows.</summary>
    public EncodedChoices Templates { get; } = new();

    /// <summary>Numbers and places a network.</summary>
    public PlacedNetwork Place(TiledNetwork tiled) => _placer.Place(tiled);

    /// <summary>A network that does not fit, with as many tensors spilled to device memory as source order needs; null if that is not enough.</summary>
    public PlacedNetwork? Spill(PlacedNetwork placed)
    {
        for (var spills = 0; spills <= MostSpills; spills++)
        {
            var profile = new SourceOrderProfile(placed.Problem);
            var allocation = Stitch.Run(placed.Problem, profile, OrderPriorities.SourceOrder(placed.Problem));
            if (allocation.Fits)
            {
                return placed;
            }

            if (Spiller.SpillOne(_device, placed, allocation) is not { } spilled)
            {
                return null;
            }

            placed = Place(spilled);
        }

        return null;
    }

    /// <summary>The plan of <c>-O0</c>: streams follow the text. Null, with the reason, if it does not fit.</summary>
    public Plan? PlanSourceOrder(PlacedNetwork placed, out PlanFailure? failure)
    {
        var profile = new SourceOrderProfile(placed.Problem);
        return Finish(placed, profile, OrderPriorities.SourceOrder(placed.Problem), out failure);
    }

    /// <summary>
    /// The default plan: the fastest, by simulation, of the orders that fit: source order and list schedules by each priority, then improved. Where a
    /// list schedule does not fit it is tried again with less room. Null, with the reason, if nothing fits.
    /// </summary>
    public Plan? PlanDefault(PlacedNetwork placed, Plan? sourceOrder, out PlanFailure? failure)
    {
        Memo.NextGeneration();
        var profile = new SourceOrderProfile(placed.Problem);
        var key = placed.ContentKey();
        var known = Plans.Find(key);
        if (known is not null && !Memo.RecomputesHits)
        {
            failure = null;
            return sourceOrder is not null && known.SameAs(sourceOrder.Order!) ? sourceOrder : Finish(placed, profile, known, out failure);
        }

        var plan = SearchDefault(placed, profile, sourceOrder, out failure);
        if (plan is not null)
        {
            if (known is not null && !known.SameAs(plan.Order!))
            {
                throw new InvalidOperationException("A plan differs from its memo: the key leaves something out.");
            }

            Plans.Add(key, plan.Order!);
        }

        return plan;
    }

    private Plan? SearchDefault(PlacedNetwork placed, SourceOrderProfile profile, Plan? sourceOrder, out PlanFailure? failure)
    {
        failure = null;
        var plans = new List<Plan>();
        var choices = new List<byte[]?> { null };
        if (placed.OperationCount <= RegionCutter.SmallNetwork)
        {
            // Sharing work between engines by load is greedy: sometimes every operation is better off on its cheapest.
            choices.Add(new byte[placed.OperationCount]);
        }

        foreach (var priority in OrderPriorities.Of(placed.OperationCount))
        {
            foreach (var choice in choices)
            {
                AddListPlans(placed, profile, priority, choice, plans, ref failure);
            }
        }

        if (sourceOrder is not null)
        {
            plans.Add(sourceOrder);
        }

        if (plans.Count == 0)
        {
            return null;
        }

        failure = null;
        return new PlanSearch(this).Improve(plans);
    }

    /// <summary>The plan of an order that is expected to be faster than a plan; null if it does not fit, or is clearly slower.</summary>
    public Plan? TryFaster(Plan than, OperationOrder order)
    {
        var allocation = Stitch.Run(than.Placed.Problem, than.Profile, order);
        return allocation.Fits && allocation.Makespan <= than.Allocation.Makespan + (than.Allocation.Makespan / ClearlySlower)
            ? Complete(than.Placed, than.Profile, order, allocation)
            : null;
    }

    /// <summary>The plan of a given order.</summary>
    public Plan? Finish(PlacedNetwork placed, SourceOrderProfile profile, OperationOrder order, out PlanFailure? failure)
    {
        var allocation = Stitch.Run(placed.Problem, profile, order);
        if (!allocation.Fits)
        {
            failure = Describe(placed, profile, allocation);
            return null;
        }

        failure = null;
        return Complete(placed, profile, order, allocation);
    }

    /// <summary>The plan of an order whose addresses are given.</summary>
    public Plan FinishAllocated(PlacedNetwork placed, Allocation allocation) =>
        Complete(placed, new SourceOrderProfile(placed.Problem), null, allocation);

    /// <summary>The same plan with other waits.</summary>
    public Plan Rewait(Plan plan, WaitPlan waits) => Time(plan.Placed, plan.Profile, plan.Allocation, plan.AgentTable, waits, plan.Order);

    private Plan Complete(PlacedNetwork placed, SourceOrderProfile profile, OperationOrder? order, Allocation allocation)
    {
        var agents = new AgentTable(placed.Problem, allocation);
        return Time(placed, profile, allocation, agents, WaitPlanner.Plan(placed.Problem, allocation, agents), order);
    }

    private Plan Time(
        PlacedNetwork placed, SourceOrderProfile profile, Allocation allocation, AgentTable agents, WaitPlan waits, OperationOrder? order = null)
    {
        var signals = new Signals(agents, waits, _device.Dma.Completion);
        var (times, code) = _feed.Simulate(placed, allocation, signals);
        return times.IsComplete
            ? new Plan(placed, profile, allocation, agents, waits, signals, times, code) { Order = order }
            : throw new InvalidOperationException("A plan blocks itself: its waits form a circle.");
    }

    /// <summary>
    /// Adds the list schedules of a rule. With less room than there is they may fit where the first does not, and where weights fill the memory they
    /// may be faster too, because what is loaded early keeps out what is needed soon.
    /// </summary>
    private void AddListPlans(
        PlacedNetwork placed, SourceOrderProfile profile, OrderPriority priority, byte[]? choice, List<Plan> plans, ref PlanFailure? failure)
    {
        var capacity = placed.Problem.Machine.SbufGranules;
        var free = choice is null ? placed.Problem : placed.Problem.WithChoices(choice);
        var all = placed.OperationCount <= RegionCutter.SmallNetwork && FillsMemory(placed.Problem);
        foreach (var reserved in (ReadOnlySpan<int>)[0, capacity / 4, capacity / 2])
        {
            var problem = reserved == 0 ? free : free.WithReserved(reserved);
            if (Orderer.Order(problem, profile, placed.UnitEnds, priority, Memo) is not { } order)
            {
                return;
            }

            if (choice is not null)
            {
                order = new OperationOrder { Sequence = order.Sequence, Choice = choice };
            }

            if (Finish(placed, profile, order, out var problemHere) is { } plan)
            {
                plans.Add(plan);
                if (!all)
                {
                    return;
                }
            }

            failure ??= problemHere;
        }
    }

    /// <summary>Whether all buffers together take more than half of the memory: otherwise no budget is ever reached.</summary>
    private static bool FillsMemory(OrderProblem problem)
    {
        var granules = 0L;
        for (var b = 0; b < problem.BufferCount; b++)
        {
            granules += problem.BufferClass[b] is BufferClass.Activation or BufferClass.Weight ? problem.BufferSize[b] : 0;
        }

        return granules > problem.Machine.SbufGranules / 2;
    }

    private static PlanFailure Describe(PlacedNetwork placed, SourceOrderProfile profile, Allocation allocation)
    {
        var problem = placed.Problem;
        var live = new List<int>(allocation.LiveAtFailure);
        if (allocation.FailedBuffer >= 0)
        {
            live.Add(allocation.FailedBuffer);
        }

        var needed = 0L;
        var buffers = new List<LiveBuffer>();
        foreach (var buffer in live)
        {
            var bytes = (long)problem.BufferSize[buffer] * MachineModel.GranuleBytes * PartitionCount;
            needed += bytes;
            var (group, index) = placed.OwnerOf(buffer);
            buffers.Add(new LiveBuffer(group, index, bytes, profile.FirstUse[buffer], profile.LastUse[buffer]));
        }

        buffers.Sort(static (a, b) => a.Bytes != b.Bytes ? b.Bytes.CompareTo(a.Bytes) : a.Birth.CompareTo(b.Birth));
        return new PlanFailure(
            allocation.FailedOperation,
            needed,
            (long)problem.Machine.SbufGranules * MachineModel.GranuleBytes * PartitionCount,
            [.. buffers.Take(3)]);
    }
}
