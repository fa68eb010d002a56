namespace NNLang.Machine.Instructions;

/// <summary>The yes-or-no attributes of instructions.</summary>
[Flags]
public enum InstructionFlags : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>nc_matmul adds to psum instead of writing it.</summary>
    Accumulate = 1,
    /// <summary>A pair mul, add or mul, sub has one rounding.</summary>
    FusedMultiplyAdd = 2,
    /// <summary>tensor_reduce negates its result.</summary>
    Negate = 4,
    /// <summary>The first operation's operands are swapped.</summary>
    Reverse0 = 8,
    /// <summary>The second operation's operands are swapped.</summary>
    Reverse1 = 16,
}
