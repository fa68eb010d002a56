namespace NNLang.Protocol.Extensions;

/// <summary>Asks for the schedule of a network. All times in it are picoseconds, all sizes bytes.</summary>
public sealed record ScheduleParams
{
    /// <summary>The document.</summary>
    public required string Uri { get; init; }

    /// <summary>The network; its only one, or <c>main</c>, where absent.</summary>
    public string? Network { get; init; }
}

/// <summary>Both schedules of a network, and what is wasted in them.</summary>
public sealed record ScheduleResult
{
    /// <summary>Grows with every schedule of the document; <c>nnlang/scheduleChanged</c> names it.</summary>
    public required int Version { get; init; }

    /// <summary>The unit of every time: <c>ps</c>.</summary>
    public string Unit { get; init; } = "ps";

    /// <summary>The network that this is the schedule of.</summary>
    public required string Network { get; init; }

    /// <summary>Makespan of the default order.</summary>
    public required long Makespan { get; init; }

    /// <summary>Makespan when the streams follow the text.</summary>
    public required long SourceOrderMakespan { get; init; }

    /// <summary>No order can be shorter.</summary>
    public required long LowerBound { get; init; }

    /// <summary>The engines in the order of the device, with their busy time in the default order.</summary>
    public required ScheduledEngine[] Engines { get; init; }

    /// <summary>The schedule that programs get.</summary>
    public required ScheduledOrder Default { get; init; }

    /// <summary>The schedule that follows the text.</summary>
    public required ScheduledOrder SourceOrder { get; init; }

    /// <summary>Inefficiencies of either schedule.</summary>
    public required ScheduleFinding[] Findings { get; init; }
}

/// <summary>An engine of the device.</summary>
/// <param name="Name">Its name in the device description.</param>
/// <param name="Busy">Picoseconds in which it works.</param>
public sealed record ScheduledEngine(string Name, long Busy);

/// <summary>One order of the operations.</summary>
public sealed record ScheduledOrder
{
    /// <summary>The operations, by start.</summary>
    public required ScheduledOperation[] Operations { get; init; }

    /// <summary>The end of the last operation.</summary>
    public required long Makespan { get; init; }

    /// <summary>How full each memory gets.</summary>
    public required ScheduledMemory[] Memory { get; init; }
}

/// <summary>An operation on an engine.</summary>
public sealed record ScheduledOperation
{
    /// <summary>Names the operation in both orders and across versions: made of statement and instance, never of a position.</summary>
    public required string Id { get; init; }

    /// <summary>Path of the layer.</summary>
    public required string Layer { get; init; }

    /// <summary>Line of the layer in the document, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The engine.</summary>
    public required string Engine { get; init; }

    /// <summary>What it does, for a reader.</summary>
    public required string Name { get; init; }

    /// <summary>When it starts.</summary>
    public required long Start { get; init; }

    /// <summary>When it ends.</summary>
    public required long End { get; init; }
}

/// <summary>How full a memory gets.</summary>
/// <param name="Name">The memory.</param>
/// <param name="Capacity">Bytes it has.</param>
/// <param name="Peak">Bytes in use at the worst moment.</param>
public sealed record ScheduledMemory(string Name, long Capacity, long Peak);

/// <summary>An inefficiency.</summary>
public sealed record ScheduleFinding
{
    /// <summary>The diagnostic code.</summary>
    public required string Code { get; init; }

    /// <summary><c>warning</c>, <c>information</c> or <c>hint</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>What is wasted and what to do: the diagnostic's text.</summary>
    public required string Message { get; init; }

    /// <summary>Lines it is about, from 1, that of the finding first.</summary>
    public required int[] Lines { get; init; }

    /// <summary>Picoseconds that the remedy saved when it was really scheduled; null where the finding is about bytes.</summary>
    public long? Saving { get; init; }

    /// <summary>Which order it is about: <c>default</c> or <c>sourceOrder</c>.</summary>
    public required string Schedule { get; init; }
}

/// <summary>A schedule is new: whoever shows the old one asks again.</summary>
/// <param name="Uri">The document.</param>
/// <param name="Version">The version that a request would get.</param>
public sealed record ScheduleChangedParams(string Uri, int Version);
