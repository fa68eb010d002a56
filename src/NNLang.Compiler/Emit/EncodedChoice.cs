using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Machine.ProgramFormat;

namespace NNLang.Compiler.Emit;

/// <summary>
/// The instructions of one way to run an operation, encoded once, with the positions where addresses go. Waits and increments are not part
/// of it. Immutable, shared by every layer that has the body.
/// </summary>
internal sealed class EncodedChoice
{
    private readonly byte[] _bytes;
    private readonly int[] _start;
    private readonly int[] _patchStart;
    private readonly AddressPatch[] _patches;

    /// <summary>Encodes a choice. O(its bytes).</summary>
    public EncodedChoice(EngineChoice choice)
    {
        var encoder = new InstructionEncoder();
        var patches = new List<AddressPatch>();
        _start = new int[choice.Instructions.Length + 1];
        _patchStart = new int[choice.Instructions.Length + 1];
        for (var i = 0; i < choice.Instructions.Length; i++)
        {
            var template = choice.Instructions[i];
            var attributes = template.Instruction.Attributes;
            if (choice.Queue is { } queue)
            {
                attributes = attributes with { Queue = (byte)queue };
            }

            encoder.Write(template.Instruction.Opcode, template.Instruction.Operands, attributes);
            _start[i + 1] = encoder.Written.Length;
            var encoded = encoder.Written[_start[i]..];
            var body = EncodedInstruction.BodyPosition(encoded);
            var operands = template.Instruction.Operands;
            for (var k = 0; k < operands.Length; k++)
            {
                if (operands[k].IsImmediate || template.Buffers[k].Origin == BufferOrigin.None)
                {
                    continue;
                }

                var position = EncodedInstruction.OffsetPosition(encoded, k);
                var offset = operands[k].Hbm is { } hbm ? hbm.Offset : operands[k].OnChip.Offset;
                patches.Add(new AddressPatch(position - body, template.Buffers[k], operands[k].Memory, offset));
            }

            _patchStart[i + 1] = patches.Count;
        }

        _bytes = encoder.Written.ToArray();
        _patches = [.. patches];
    }

    /// <summary>How many instructions there are.</summary>
    public int Count => _start.Length - 1;

    /// <summary>The bytes of an instruction.</summary>
    public ReadOnlySpan<byte> Instruction(int index) => _bytes.AsSpan(_start[index], _start[index + 1] - _start[index]);

    /// <summary>The addresses to fill in.</summary>
    public ReadOnlySpan<AddressPatch> Patches(int index) =>
        _patches.AsSpan(_patchStart[index], _patchStart[index + 1] - _patchStart[index]);
}

/// <summary>A place in an instruction where an address goes.</summary>
/// <param name="Position">Bytes from the body of the instruction to the operand's offset field.</param>
/// <param name="Buffer">The buffer whose base is added.</param>
/// <param name="Memory">The memory the operand is in.</param>
/// <param name="Offset">The operand's offset from the base.</param>
internal readonly record struct AddressPatch(int Position, BufferRef Buffer, MemoryKind Memory, long Offset);
