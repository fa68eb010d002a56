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
    private const int MostPaired = 12;
    private const int ImprovementWork = 24000;
    private const int PlansOfAMove = 6;
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
    /// The default plan: the fastest, by simulation, of the orders that fit: list schedules by text and by rank, and source order. Where a list
    /// schedule does not fit it is tried again with less room. Null, with the reason, if nothing fits.
    /// </summary>
    public Plan? PlanDefault(PlacedNetwork placed, Plan? sourceOrder, out PlanFailure? failure)
    {
        failure = null;
        Memo.NextGeneration();
        var best = sourceOrder;
        foreach (var priority in (ReadOnlySpan<OrderPriority>)[OrderPriority.Source, OrderPriority.Rank])
        {
            if (priority == OrderPriority.Rank && placed.OperationCount > RegionCutter.SmallNetwork)
            {
                break;
            }

            if (ListPlan(placed, priority, ref failure) is { } plan && (best is null || plan.Makespan < best.Makespan))
            {
                best = plan;
            }
        }

        if (best is null)
        {
            return null;
        }

        failure = null;
        return Improve(best);
    }

    /// <summary>
    /// Moves single operations to another of their engines as long as that is faster, within a fixed amount of work: what a greedy choice
    /// loses shows in small networks, where one operation is a large part.
    /// </summary>
    private Plan Improve(Plan plan)
    {
        var budget = ImprovementWork;
        var best = Descend(plan, ref budget);
        if (budget < 0)
        {
            return best;
        }

        // From the other end too: every operation on its cheapest engine.
        var cheapest = new OperationOrder { Sequence = plan.Allocation.Sequence, Choice = new byte[plan.OperationCount] };
        if (Finish(plan.Placed, plan.Profile, cheapest, out _) is { } other)
        {
            other = Descend(Better(other, cheapest.Choice), ref budget);
            best = other.Makespan < best.Makespan ? other : best;
        }

        return best;
    }

    private Plan Descend(Plan plan, ref int budget)
    {
        var problem = plan.Placed.Problem;
        var flexible = new List<int>();
        for (var i = 0; i < problem.OperationCount; i++)
        {
            if (problem.ChoiceStart[i + 1] - problem.ChoiceStart[i] > 1)
            {
                flexible.Add(i);
            }
        }

        var singles = flexible.ConvertAll(i => (First: i, Second: i));
        var pairs = new List<(int First, int Second)>();
        for (var i = 0; i < flexible.Count && flexible.Count <= MostPaired; i++)
        {
            for (var j = i + 1; j < flexible.Count; j++)
            {
                pairs.Add((flexible[i], flexible[j]));
            }
        }

        // Two at once only where none alone helps.
        while (budget >= 0)
        {
            var before = plan;
            plan = Flip(plan, singles, ref budget);
            if (ReferenceEquals(before, plan))
            {
                plan = Flip(plan, pairs, ref budget);
            }

            if (ReferenceEquals(before, plan))
            {
                break;
            }
        }

        return plan;
    }

    private Plan Flip(Plan plan, List<(int First, int Second)> moves, ref int budget)
    {
        foreach (var (first, second) in moves)
        {
            budget -= PlansOfAMove * plan.OperationCount;
            if (budget < 0)
            {
                return plan;
            }

            var changed = (byte[])plan.Allocation.Choice.Clone();
            changed[first] = NextChoice(plan, first);
            changed[second] = NextChoice(plan, second);
            plan = Better(plan, changed);
        }

        return plan;
    }

    private static byte NextChoice(Plan plan, int operation)
    {
        var choices = plan.Placed.Problem.ChoiceStart[operation + 1] - plan.Placed.Problem.ChoiceStart[operation];
        return (byte)((plan.Allocation.Choice[operation] + 1) % choices);
    }

    /// <summary>A faster plan with the given choices, in the present order or in new ones; the same plan if there is none.</summary>
    private Plan Better(Plan plan, byte[] choice)
    {
        var best = Finish(plan.Placed, plan.Profile, new OperationOrder { Sequence = plan.Allocation.Sequence, Choice = choice }, out _) is { } same
            && same.Makespan < plan.Makespan ? same : plan;
        var text = OrderPriorities.SourceOrder(plan.Placed.Problem).Sequence;
        if (Finish(plan.Placed, plan.Profile, new OperationOrder { Sequence = text, Choice = choice }, out _) is { } straight && straight.Makespan < best.Makespan)
        {
            best = straight;
        }

        var problem = plan.Placed.Problem.WithChoices(choice);
        var profile = new SourceOrderProfile(problem);
        foreach (var priority in (ReadOnlySpan<OrderPriority>)[OrderPriority.Source, OrderPriority.Rank])
        {
            foreach (var order in (ReadOnlySpan<OperationOrder?>)[
                Orderer.Order(problem, profile, plan.Placed.UnitEnds, priority, Memo), ListScheduler.Run(problem, profile, priority)])
            {
                if (order is not null
                    && Finish(plan.Placed, plan.Profile, new OperationOrder { Sequence = order.Sequence, Choice = choice }, out _) is { } listed
                    && listed.Makespan < best.Makespan)
                {
                    best = listed;
                }
            }
        }

        return best;
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
        var agents = new AgentTable(placed.Problem, allocation);
        var waits = WaitPlanner.Plan(placed.Problem, allocation, agents);
        return Time(placed, profile, allocation, agents, waits);
    }

    /// <summary>The plan of an order whose addresses are given.</summary>
    public Plan FinishAllocated(PlacedNetwork placed, Allocation allocation)
    {
        var agents = new AgentTable(placed.Problem, allocation);
        return Time(placed, new SourceOrderProfile(placed.Problem), allocation, agents, WaitPlanner.Plan(placed.Problem, allocation, agents));
    }

    /// <summary>The same plan with other waits.</summary>
    public Plan Rewait(Plan plan, WaitPlan waits) => Time(plan.Placed, plan.Profile, plan.Allocation, plan.AgentTable, waits);

    private Plan Time(PlacedNetwork placed, SourceOrderProfile profile, Allocation allocation, AgentTable agents, WaitPlan waits)
    {
        var signals = new Signals(agents, waits, _device.Dma.Completion);
        var (times, code) = _feed.Simulate(placed, allocation, signals);
        return times.IsComplete
            ? new Plan(placed, profile, allocation, agents, waits, signals, times, code)
            : throw new InvalidOperationException("A plan blocks itself: its waits form a circle.");
    }

    private Plan? ListPlan(PlacedNetwork placed, OrderPriority priority, ref PlanFailure? failure)
    {
        var capacity = placed.Problem.Machine.SbufGranules;
        foreach (var reserved in (ReadOnlySpan<int>)[0, capacity / 4, capacity / 2])
        {
            var problem = reserved == 0 ? placed.Problem : placed.Problem.WithReserved(reserved);
            var profile = new SourceOrderProfile(problem);
            if (Orderer.Order(problem, profile, placed.UnitEnds, priority, Memo) is not { } order)
            {
                return null;
            }

            if (Finish(placed, profile, order, out var problemHere) is { } plan)
            {
                return plan;
            }

            failure ??= problemHere;
        }

        return null;
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
