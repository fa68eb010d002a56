using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Emit;

/// <summary>Where an operation's instructions went.</summary>
/// <param name="Engine">The stream.</param>
/// <param name="First">The ordinal of the first in it.</param>
/// <param name="Count">How many there are, added waits included.</param>
public readonly record struct OperationCode(Engine Engine, int First, int Count)
{
    /// <summary>The last instruction: its commit completes the operation.</summary>
    public InstructionLocation Last => new(Engine, First + Count - 1);
}
