using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>One compile-and-run that is asked of a target.</summary>
/// <param name="Length">The length: groups 0 to Length - 1.</param>
public sealed record TargetRequest(int Length)
{
    /// <summary>The first group that runs; groups before it are replaced by <see cref="Feeds"/>.</summary>
    public int First { get; init; }

    /// <summary>The tensors that stand in for those of earlier groups, rounded to the stored type.</summary>
    public ImmutableDictionary<GroupTensor, Tensor> Feeds { get; init; } = ImmutableDictionary<GroupTensor, Tensor>.Empty;

    /// <summary>Whether every group's tensors are observed by taps.</summary>
    public bool Tapped { get; init; }

    /// <summary>The group whose low-level tensors are written out by added instructions; -1 for none.</summary>
    public int InstrumentedGroup { get; init; } = -1;

    /// <summary>The group whose instructions are recorded; -1 for none.</summary>
    public int TracedGroup { get; init; } = -1;

    /// <summary>Whether the length is compiled from scratch; else with the plan of the whole network.</summary>
    public bool Replan { get; init; }
}
