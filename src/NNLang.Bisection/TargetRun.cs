using System.Collections.Immutable;
using NNLang.Bisection.Verdicts;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>What a target answers: tensors, and what it noticed.</summary>
public sealed record TargetRun
{
    /// <summary>All tensors that are live at the cut: read by a later group or an output of the network.</summary>
    public required ImmutableArray<KeyValuePair<GroupTensor, Tensor>> Cut { get; init; }

    /// <summary>The tapped tensors in program order; empty unless asked for.</summary>
    public ImmutableArray<KeyValuePair<GroupTensor, Tensor>> Taps { get; init; } = [];

    /// <summary>The tensors of low-level operations in their order; empty unless asked for.</summary>
    public ImmutableArray<LowLevelTensor> LowLevel { get; init; } = [];

    /// <summary>What each instruction of the traced group wrote, in order of start; empty unless asked for.</summary>
    public ImmutableArray<InstructionWrite> Writes { get; init; } = [];

    /// <summary>Races, uninitialised reads, accesses out of bounds, a deadlock.</summary>
    public ImmutableArray<HazardReport> Hazards { get; init; } = [];

    /// <summary>How many instructions the compilation added to write low-level tensors out.</summary>
    public int AddedInstructions { get; init; }
}

/// <summary>A tensor that a low-level operation left, as an instrumented program wrote it out.</summary>
/// <param name="Step">The operation, and its last instruction that wrote this destination.</param>
/// <param name="Name">The operation's name, <c>matmul 0,1</c>.</param>
/// <param name="Value">The elements, partition by partition, in pattern order.</param>
public sealed record LowLevelTensor(LoweredStep Step, string Name, Tensor Value);

/// <summary>What one instruction wrote.</summary>
/// <param name="Step">The operation and the instruction's index within it.</param>
/// <param name="Name">The operation's name.</param>
/// <param name="Location">The instruction.</param>
/// <param name="Text">Its assembler text.</param>
/// <param name="Value">The destination's elements after its commit, partition by partition.</param>
public sealed record InstructionWrite(LoweredStep Step, string Name, InstructionLocation Location, string Text, Tensor Value);
