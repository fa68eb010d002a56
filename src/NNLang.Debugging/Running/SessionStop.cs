using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Debugging.Running;

/// <summary>Why a session stands still.</summary>
public enum StopReason : byte
{
    /// <summary>Nothing has run yet.</summary>
    Entry,
    /// <summary>A step ended.</summary>
    Step,
    /// <summary>A breakpoint.</summary>
    Breakpoint,
    /// <summary>It was asked to.</summary>
    Pause,
    /// <summary>A race, an uninitialised read, an access out of bounds, a deadlock.</summary>
    Hazard,
    /// <summary>A layer's tensor differs from the reference.</summary>
    Divergence,
    /// <summary>The program has ended.</summary>
    End,
}

/// <summary>Where and why a session stands still.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Engine">The engine it is about.</param>
/// <param name="Description">A few words, <c>Divergence in left</c>.</param>
public sealed record SessionStop(StopReason Reason, Engine Engine, string Description)
{
    /// <summary>What is known in detail; null for nothing more.</summary>
    public string? Text { get; init; }

    /// <summary>The headline of the explanation of a hazard or divergence; null for other reasons.</summary>
    public string? Title { get; init; }

    /// <summary>The breakpoints that were met.</summary>
    public ImmutableArray<int> Breakpoints { get; init; } = [];
}

/// <summary>How far a step goes.</summary>
public enum StepUnit : byte
{
    /// <summary>To the next layer that begins on any engine.</summary>
    Layer,
    /// <summary>To the next low-level operation that begins on any engine.</summary>
    Operation,
    /// <summary>To the next instruction of one engine.</summary>
    Instruction,
}

/// <summary>What stops a session besides breakpoints.</summary>
[Flags]
public enum StopFilters : byte
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>A layer whose tensor differs from the reference and whose operands do not.</summary>
    Divergence = 1,
    /// <summary>Two accesses that nothing orders.</summary>
    Race = 2,
    /// <summary>A read of a byte that nothing wrote.</summary>
    UninitialisedRead = 4,
    /// <summary>An index outside its table.</summary>
    OutOfBounds = 8,
    /// <summary>Everything.</summary>
    All = Divergence | Race | UninitialisedRead | OutOfBounds,
}
