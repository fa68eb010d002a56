using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Findings;

/// <summary>How a finding is shown (<c>docs/findings.md</c>).</summary>
public enum FindingKind : byte
{
    /// <summary>A move of lines that the default order makes unnecessary.</summary>
    Hint,
    /// <summary>Something in the text costs time in the default order, or a move helps there too.</summary>
    Warning,
    /// <summary>An order of branches that needs more memory than another.</summary>
    MemoryWarning,
    /// <summary>Between half a percent and one percent: the schedule panel only.</summary>
    PanelOnly,
}

/// <summary>The schedule a finding speaks of.</summary>
public enum FindingSchedule : byte
{
    /// <summary><c>-O0</c>: streams follow the text.</summary>
    SourceOrder,
    /// <summary>The default order.</summary>
    Default,
}

/// <summary>
/// A runtime inefficiency with a remedy whose effect was computed by really compiling and scheduling the changed network. Immutable data;
/// editors make their texts from it.
/// </summary>
public sealed record Finding
{
    /// <summary>The diagnostic code: NN6001 for engines, NN6002 for memory of branches.</summary>
    public required string Code { get; init; }

    /// <summary>How it is shown.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>The schedule it speaks of.</summary>
    public required FindingSchedule Schedule { get; init; }

    /// <summary>First line: what is wrong, with the numbers.</summary>
    public required string Message { get; init; }

    /// <summary>Second line: what to do and what it saves.</summary>
    public required string Help { get; init; }

    /// <summary>The layer it is shown at.</summary>
    public required int Layer { get; init; }

    /// <summary>What it names besides: other layers, each with its part in the story.</summary>
    public ImmutableArray<RelatedLayer> Related { get; init; } = [];

    /// <summary>The change that was tried.</summary>
    public required Remedy Remedy { get; init; }

    /// <summary>The engine that stands idle; null for memory.</summary>
    public Engine? Engine { get; init; }

    /// <summary>How long it stands idle there, ps.</summary>
    public long Idle { get; init; }

    /// <summary>What the remedy saves, ps; may be negative for memory.</summary>
    public long Saving { get; init; }

    /// <summary>The saving as a part of the makespan.</summary>
    public double RelativeSaving { get; init; }

    /// <summary>Bytes by which the peak of activations falls; 0 for engines.</summary>
    public long SavedBytes { get; init; }

    /// <summary>How many instances of the same text the remedy changes at once.</summary>
    public int Repeats { get; init; } = 1;
}

/// <summary>A layer named by a finding.</summary>
/// <param name="Layer">Its index in the network.</param>
/// <param name="Text">Its part, <c>scalar: 'norm', 992.9 → 1,010.8 µs</c>.</param>
public readonly record struct RelatedLayer(int Layer, string Text);

/// <summary>A change of the text that removes a finding. Closed family.</summary>
public abstract record Remedy
{
    private Remedy()
    {
    }

    /// <summary>Moves the statement of a layer.</summary>
    /// <param name="Layer">A layer of the statement.</param>
    /// <param name="Target">A layer of the statement it goes to.</param>
    /// <param name="Above">Whether it goes above the target; else below.</param>
    public sealed record Move(int Layer, int Target, bool Above) : Remedy;

    /// <summary>Takes an annotation away.</summary>
    /// <param name="Layer">The annotated layer.</param>
    /// <param name="Annotation">Its name: <c>pin</c>, <c>before</c>, <c>after</c> or <c>engine</c>.</param>
    public sealed record RemoveAnnotation(int Layer, string Annotation) : Remedy;

    /// <summary>More room on chip, or less to keep there: nothing that one edit of the text does.</summary>
    /// <param name="Bytes">The memory with which it was tried.</param>
    public sealed record MoreMemory(long Bytes) : Remedy;

    /// <summary>Puts the branches of a join into another order.</summary>
    /// <param name="Join">The layer that joins them.</param>
    /// <param name="Branches">The layers of each branch, in the new order.</param>
    public sealed record OrderBranches(int Join, ImmutableArray<ImmutableArray<int>> Branches) : Remedy
    {
        /// <inheritdoc/>
        public bool Equals(OrderBranches? other) =>
            other is not null && Join == other.Join && Branches.Length == other.Branches.Length
            && Branches.Zip(other.Branches).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.AsSpan()));

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Join, Branches.Length);
    }
}
