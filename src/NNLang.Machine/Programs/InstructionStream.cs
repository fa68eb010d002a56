using NNLang.Machine.Instructions;
using NNLang.Machine.ProgramFormat;

namespace NNLang.Machine.Programs;

/// <summary>
/// The instructions of one sequencer, encoded as in a program file (<c>docs/machine.md</c> 8.3). Immutable by contract: the bytes are not
/// copied.
/// </summary>
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

    /// <summary>A stream without instructions.</summary>
    public static InstructionStream Empty(Engine engine) => new(engine, ReadOnlyMemory<byte>.Empty, 0);

    /// <summary>Encodes instructions.</summary>
    /// <exception cref="ArgumentException">One does not have the form of its opcode.</exception>
    public static InstructionStream Of(Engine engine, params ReadOnlySpan<Instruction> instructions)
    {
        var encoder = new InstructionEncoder();
        foreach (ref readonly var instruction in instructions)
        {
            encoder.Write(instruction);
        }

        return encoder.ToStream(engine);
    }

    /// <summary>All instructions, decoded into a constant number of arrays. O(bytes).</summary>
    /// <exception cref="InvalidDataException">The bytes are malformed; those of a program that was read or assembled never are.</exception>
    public Instruction[] Decode() =>
        new InstructionDecoder().Decode(Code.Span, Count, out var position, out var problem)
        ?? throw new InvalidDataException($"Stream {Engines.Name(Engine)}, byte {position}: {problem}.");
}
