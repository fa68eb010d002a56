using NNLang.Compiler.Emit;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tile;
using NNLang.Machine.Devices;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>
/// What compilations remember for the next one, by content: fused and lowered groups, code templates, order jobs. It is carried from
/// snapshot to snapshot and never changes an answer. Thread-safe: compilations that share it take turns where they must.
/// </summary>
public sealed class CompilerCache
{
    private readonly Dictionary<ContentHash, Planner> _planners = [];

    /// <summary>Number of order jobs that had to be scheduled so far.</summary>
    public long OrderJobsScheduled => Sum(static planner => planner.Memo.Scheduled);

    /// <summary>Number of order jobs whose result was known.</summary>
    public long OrderJobsReused => Sum(static planner => planner.Memo.Reused);

    /// <summary>Number of default plans whose order was known, so that nothing was searched.</summary>
    public long PlansReused => Sum(static planner => planner.Plans.Reused);

    /// <summary>Number of groups that had to be lowered so far.</summary>
    public long GroupsLowered => Lowering.Misses;

    /// <summary>Number of groups whose lowering was known.</summary>
    public long GroupsReused => Lowering.Hits;

    /// <summary>
    /// Schedules every order job again although its result is known and compares: for tests of the rule that a remembered function reads
    /// nothing but its key.
    /// </summary>
    public bool RecomputesHits { get; init; }

    internal FuseCache Fusing { get; } = new();

    internal LoweringCache Lowering { get; } = new();

    internal Lock Gate { get; } = new();

    /// <summary>The planner of a device. Only under <see cref="Gate"/>.</summary>
    internal Planner PlannerFor(DeviceDescription device)
    {
        if (!_planners.TryGetValue(device.Hash, out var planner))
        {
            planner = new Planner(device);
            planner.Memo.RecomputesHits = RecomputesHits;
            _planners.Add(device.Hash, planner);
        }

        return planner;
    }

    private long Sum(Func<Planner, long> read)
    {
        lock (Gate)
        {
            var sum = 0L;
            foreach (var planner in _planners.Values)
            {
                sum += read(planner);
            }

            return sum;
        }
    }
}
