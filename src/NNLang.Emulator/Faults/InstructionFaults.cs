using NNLang.Machine.Arithmetic;

namespace NNLang.Emulator.Faults;

/// <summary>What the faults of a run do to one execution of one instruction.</summary>
internal sealed class InstructionFaults
{
    /// <summary>Bits stuck in results, by destination partition.</summary>
    public StuckBit[]? Lanes { get; init; }

    /// <summary>Bits stuck in the moving operand of a product, by array row.</summary>
    public StuckBit[]? ArrayRows { get; init; }

    /// <summary>Bits stuck in the sums of a product before they reach psum, by array column.</summary>
    public StuckBit[]? ArrayColumns { get; init; }

    /// <summary>Whether a product overwrites psum instead of adding.</summary>
    public bool LosesAccumulate { get; init; }

    /// <summary>The damaged function tables; null if they are sound.</summary>
    public FunctionTables? Tables { get; init; }

    /// <summary>For each row of a transfer, in order, what becomes of it; null if all arrive.</summary>
    public RowFault[]? Rows { get; init; }
}

/// <summary>A bit that always reads the same.</summary>
/// <param name="Position">The lane, row or column.</param>
/// <param name="And">Applied first.</param>
/// <param name="Or">Applied second.</param>
internal readonly record struct StuckBit(int Position, uint And, uint Or)
{
    public unsafe void Apply(uint* lane) => *lane = (*lane & And) | Or;
}

/// <summary>What becomes of one row of a transfer.</summary>
/// <param name="Dropped">Whether it is not written.</param>
/// <param name="Displacement">Bytes added to its destination.</param>
internal readonly record struct RowFault(bool Dropped, long Displacement);
