namespace NNLang.Machine;

/// <summary>The instructions of one sequencer, encoded as in a program file (<c>docs/machine.md</c> 8.3). Immutable by contract: the bytes are not copied.</summary>
public sealed class InstructionStream
{
    /// <summary>Wraps encoded instructions.</summary>
    /// <param name="engine">The sequencer.</param>
    /// <param name="code">The bytes; they must not change any more.</param>
    /// <param name="count">How many instructions they hold.</param>
    public InstructionStream(Engine engine, ReadOnlyMemory<byte> code, int count)
    {
        Engine = engine;
        Code = code;
        Count = count;
    }

    /// <summary>The sequencer.</summary>
    public Engine Engine { get; }

    /// <summary>The encoded instructions, back to back.</summary>
    public ReadOnlyMemory<byte> Code { get; }

    /// <summary>The number of instructions.</summary>
    public int Count { get; }
}
