using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>What a run of instructions costs on an engine, back to back, from the device's own cost model. Pure.</summary>
internal static class DurationModel
{
    /// <summary>
    /// The occupancy of the instructions, ps: corrections for dependence on the one before included, function tables not. Null, with a
    /// reason, if the device does not run one of them there.
    /// </summary>
    public static long? Of(DeviceDescription device, Engine engine, ReadOnlySpan<InstructionTemplate> instructions, out string? reason)
    {
        long total = 0;
        var previous = Opcode.None;
        reason = null;
        for (var i = 0; i < instructions.Length; i++)
        {
            var instruction = instructions[i].Instruction;
            reason = device.Costs.Check(engine, instruction);
            if (reason is not null || device.Costs.Evaluate(engine, instruction, previous, out reason) is not { } cost)
            {
                return null;
            }

            total += instruction.IsTransfer
                ? Transfer(device, instruction)
                : cost.Occupancy(i > 0 && DependsOn(instructions[i], instructions[i - 1]), idle: false);
            previous = instruction.Opcode;
        }

        return total;
    }

    // The largest share of a transfer on one DMA engine (machine 5.5).
    private static long Transfer(DeviceDescription device, in Instruction instruction)
    {
        if (!TransferShape.TryCreate(instruction, out var shape))
        {
            return 0;
        }

        var dma = device.Dma;
        var rate = dma.BytesPerSecond;
        if (device.Memory(MemoryKind.Hbm)?.BytesPerSecond is { } memoryRate)
        {
            rate = Math.Min(rate, memoryRate / dma.Count);
        }

        long longest = 0;
        for (var engine = 0; engine < dma.Count; engine++)
        {
            var rows = shape.RowsOn(engine, dma.Count);
            var bytes = (Int128)rows * shape.RowBytes * 1_000_000_000_000;
            longest = Math.Max(longest, (rows * dma.RowPicoseconds) + (long)((bytes + rate - 1) / rate));
        }

        return longest;
    }

    private static bool DependsOn(InstructionTemplate instruction, InstructionTemplate previous)
    {
        if (!previous.Instruction.Operands[0].IsOnChip)
        {
            return false;
        }

        var written = OperandBox.Of(previous.Instruction.Operands[0].OnChip);
        var operands = instruction.Instruction.Operands;
        for (var i = 1; i < operands.Length; i++)
        {
            if (operands[i].IsOnChip && instruction.Buffers[i] == previous.Buffers[0] && OperandBox.Of(operands[i].OnChip).Hits(written))
            {
                return true;
            }
        }

        return false;
    }
}
