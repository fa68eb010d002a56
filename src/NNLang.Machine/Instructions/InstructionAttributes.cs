using NNLang.Machine.Arithmetic;

namespace NNLang.Machine.Instructions;

/// <summary>The attributes of an instruction; those its opcode does not have stay at their defaults. A value of 8 bytes.</summary>
public readonly record struct InstructionAttributes
{
    /// <summary>The function of an activation.</summary>
    public ActivationFunction Function { get; init; }

    /// <summary>The first (or only) operation.</summary>
    public AluOperation Operation0 { get; init; }

    /// <summary>The second operation; meaningful for a tensor_scalar only if it has a second scalar.</summary>
    public AluOperation Operation1 { get; init; }

    /// <summary>acc, fma, negate, reverse.</summary>
    public InstructionFlags Flags { get; init; }

    /// <summary>How many innermost dimensions tensor_reduce reduces, 1 to 4.</summary>
    public byte Axes { get; init; }

    /// <summary>Groups of an nc_matmul; 0 stands for the default, 1.</summary>
    public byte Groups { get; init; }

    /// <summary>The queue of a transfer.</summary>
    public byte Queue { get; init; }
}
