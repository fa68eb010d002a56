using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Costs;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Devices;

/// <summary>An instruction of a device: where it runs, within which limits, at which cost. Its meaning is its name's.</summary>
public sealed record InstructionDescription
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does; null for a known name without lowering (NN5021).</summary>
    public Opcode? Opcode => Mnemonics.ParseOpcode(Name);

    /// <summary>The declared parameters.</summary>
    public ImmutableArray<InstructionParameter> Parameters { get; init; } = [];

    /// <summary>Conditions on every engine.</summary>
    public ImmutableArray<CostExpression> Limits { get; init; } = [];

    /// <summary>The functions it offers; empty if it has none, or all.</summary>
    public ImmutableArray<ActivationFunction> Functions { get; init; } = [];

    /// <summary>The sequencers that may trigger it, for transfers.</summary>
    public ImmutableArray<Engine> Triggers { get; init; } = [];

    /// <summary>One per engine that may run it; <c>on any</c> is five of them.</summary>
    public ImmutableArray<InstructionVariant> Variants { get; init; } = [];

    /// <summary>The variant of an engine; null if it does not run there.</summary>
    public InstructionVariant? On(Engine engine)
    {
        foreach (var variant in Variants)
        {
            if (variant.Engine == engine)
            {
                return variant;
            }
        }

        return null;
    }
}

/// <summary>How an instruction runs on one engine.</summary>
public sealed record InstructionVariant
{
    /// <summary>The sequencer; null for the DMA engines.</summary>
    public required Engine? Engine { get; init; }

    /// <summary>When it may run there; null for always.</summary>
    public CostExpression? When { get; init; }

    /// <summary>Further conditions.</summary>
    public ImmutableArray<CostExpression> Limits { get; init; } = [];

    /// <summary>The memory its result must go to; null if any that the engine writes.</summary>
    public MemoryKind? Result { get; init; }

    /// <summary>Its cost: cycles (int, float) or time.</summary>
    public required CostExpression Cost { get; init; }

    /// <summary>A further fixed cost; null for none.</summary>
    public CostExpression? Fixed { get; init; }

    /// <summary>Cost of changing what <see cref="SetupOn"/> names; null for none.</summary>
    public CostExpression? Setup { get; init; }

    /// <summary>The word whose change costs <see cref="Setup"/>; for a function, its set.</summary>
    public CostExpression? SetupOn { get; init; }

    /// <summary>Whether it may convert types, for transfers.</summary>
    public bool Casts { get; init; } = true;
}

/// <summary>A declared parameter of an instruction.</summary>
/// <param name="Name">Its name; <see cref="InstructionSignature"/> says which an instruction can have.</param>
/// <param name="Kind">What it is.</param>
public sealed record InstructionParameter(string Name, InstructionParameterKind Kind);

/// <summary>The kinds of parameters of instructions.</summary>
public enum InstructionParameterKind : byte
{
    /// <summary>An operand with parts.</summary>
    Tile,
    /// <summary>A whole number.</summary>
    Int,
    /// <summary>A binary64.</summary>
    Float,
    /// <summary>A word.</summary>
    String,
    /// <summary>An element type, a word in expressions.</summary>
    Type,
}
