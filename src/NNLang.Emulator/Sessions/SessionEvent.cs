using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Sessions;

/// <summary>What happens in a session.</summary>
public enum SessionEventKind : byte
{
    /// <summary>The results of an instruction or transfer appear, and its semaphore with them.</summary>
    Commit,
    /// <summary>A fault flips a bit.</summary>
    Flip,
    /// <summary>An instruction reads its operands; a transfer is triggered.</summary>
    Start,
    /// <summary>A transfer reads its source.</summary>
    Read,
}

/// <summary>One event of a session.</summary>
/// <param name="Time">When, ps.</param>
/// <param name="Kind">What.</param>
/// <param name="Instruction">The instruction, of a transfer its trigger; of a flip the index is the fault's.</param>
public readonly record struct SessionEvent(long Time, SessionEventKind Kind, InstructionLocation Instruction);
