using NNLang.Compiler.Allocate;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Emit;

/// <summary>Where the buffers that a group's templates name lie in one allocation.</summary>
internal sealed class BaseAddresses(PlacedNetwork placed, Allocation allocation)
{
    /// <summary>The byte in each partition where an on-chip buffer begins.</summary>
    public long Of(int group, BufferRef reference)
    {
        var buffer = placed.Resolve(group, reference);
        return buffer < 0 ? 0 : Of(buffer);
    }

    /// <summary>The byte in each partition where an on-chip buffer begins.</summary>
    public long Of(int buffer) => placed.Problem.BufferClass[buffer] == BufferClass.Psum
        ? (long)allocation.Address[buffer] * placed.Problem.Machine.PsumBankBytes
        : (long)allocation.Address[buffer] * MachineModel.GranuleBytes;

    /// <summary>A template with addresses filled in.</summary>
    /// <param name="group">The group it stands in.</param>
    /// <param name="template">The template.</param>
    /// <param name="regionOf">Per buffer its region.</param>
    /// <param name="queue">The queue of a transfer.</param>
    public Instruction Instantiate(int group, InstructionTemplate template, int[] regionOf, QueueClass? queue)
    {
        var source = template.Instruction.Operands;
        var operands = new Operand[source.Length];
        for (var k = 0; k < source.Length; k++)
        {
            operands[k] = source[k];
            if (template.Buffers[k].Origin == BufferOrigin.None)
            {
                continue;
            }

            if (source[k].Hbm is { } hbm)
            {
                operands[k] = hbm with { Region = regionOf[placed.Resolve(group, template.Buffers[k])] };
            }
            else if (source[k].IsOnChip)
            {
                operands[k] = source[k].OnChip.At((uint)(source[k].OnChip.Offset + Of(group, template.Buffers[k])));
            }
        }

        var attributes = template.Instruction.Attributes;
        return new Instruction(
            template.Instruction.Opcode, operands, queue is { } number ? attributes with { Queue = (byte)number } : attributes);
    }
}
