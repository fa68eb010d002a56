using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Machine.Rules;

/// <summary>
/// What <c>docs/machine.md</c> 3 and 6.4 forbid: the loader, the assembler and the emulator reject it with these messages. A message is a
/// clause that follows the place of the instruction.
/// </summary>
public static class Legality
{
    /// <summary>Checks one instruction of a stream.</summary>
    /// <param name="device">A sound device.</param>
    /// <param name="engine">The stream's sequencer.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="regions">The program's regions, for operands in device memory.</param>
    /// <returns>Null, or the first thing that is wrong.</returns>
    public static string? Check(DeviceDescription device, Engine engine, in Instruction instruction, ReadOnlySpan<Region> regions) =>
        Check(new CostArguments(), device, engine, instruction, regions);

    internal static string? Check(
        CostArguments arguments, DeviceDescription device, Engine engine, in Instruction instruction, ReadOnlySpan<Region> regions)
    {
        var operands = instruction.Operands;
        if (InstructionForm.Check(instruction.Opcode, operands, instruction.Attributes) is { } form)
        {
            return form;
        }

        if (device.Engine(engine) is not { } description)
        {
            return $"{device.Name} has no {Engines.Name(engine)} engine";
        }

        if (device.Costs.Check(arguments, engine, instruction) is { } limit)
        {
            return limit;
        }

        for (var i = 0; i < operands.Length; i++)
        {
            var isDestination = InstructionForm.DestinationsOf(instruction.Opcode).Contains(i);
            var problem = operands[i].Memory switch
            {
                MemoryKind.Immediate => null,
                MemoryKind.Hbm => CheckHbm(operands[i].Hbm!, isDestination, regions),
                _ => OperandLegality.Check(device, operands[i].OnChip, isDestination, instruction.IsTransfer)
                    ?? CheckReach(device, description, instruction, operands[i].Memory, isDestination),
            };
            if (problem is not null)
            {
                return $"operand {i + 1} of {Mnemonics.Name(instruction.Opcode)} {problem}";
            }
        }

        return CheckOverlap(instruction) ?? InstructionLegality.Check(device, engine, instruction, regions);
    }

    private static string? CheckReach(
        DeviceDescription device, EngineDescription engine, in Instruction instruction, MemoryKind memory, bool isDestination)
    {
        var (reads, writes, name) = instruction.IsTransfer
            ? (device.Dma.Reads, device.Dma.Writes, "a DMA engine")
            : (engine.Reads, engine.Writes, $"the {Engines.Name(engine.Engine)} engine");
        return (isDestination ? writes : reads).Contains(memory)
            ? null
            : $"is in {Mnemonics.Name(memory)}, which {name} cannot {(isDestination ? "write" : "read")}";
    }

    private static string? CheckHbm(HbmOperand operand, bool isDestination, ReadOnlySpan<Region> regions)
    {
        if ((uint)operand.Region >= (uint)regions.Length)
        {
            return $"names region {operand.Region}, which does not exist";
        }

        var region = regions[operand.Region];
        if (operand.PartitionDimensions.Length > 3 || operand.FreeDimensions.Length > 4)
        {
            return "has more than 3 partition or 4 free dimensions";
        }

        var size = DeviceTypes.Bytes(operand.Type);
        Int128 low = operand.Offset;
        Int128 high = operand.Offset;
        foreach (var dimensions in new[] { operand.PartitionDimensions, operand.FreeDimensions })
        {
            foreach (var dimension in dimensions)
            {
                if (dimension.Count == 0)
                {
                    return "has a dimension without elements";
                }

                var reach = (Int128)dimension.Stride * (dimension.Count - 1);
                low += Int128.Min(0, reach);
                high += Int128.Max(0, reach);
            }
        }

        if (low < 0 || high + size > region.Bytes)
        {
            return $"reaches bytes {low} to {high + size - 1} of region {region.Name}, which has {region.Bytes}";
        }

        if (!isDestination)
        {
            return null;
        }

        return region.Kind is RegionKind.Input or RegionKind.Weight or RegionKind.Constant
            ? $"is written, but region {region.Name} is read only"
            : OperandLegality.IsInjective(operand) ? null : "is written, but addresses a byte twice";
    }

    // 3.2f: the same operand, or disjoint boxes; two sources may overlap.
    private static string? CheckOverlap(in Instruction instruction)
    {
        var operands = instruction.Operands;
        foreach (var d in InstructionForm.DestinationsOf(instruction.Opcode))
        {
            if (d >= operands.Length)
            {
                continue;
            }

            for (var i = 0; i < operands.Length; i++)
            {
                if (i == d || !Overlap(operands[d], operands[i]) || operands[i].Equals(operands[d]))
                {
                    continue;
                }

                return $"operands {Math.Min(d, i) + 1} and {Math.Max(d, i) + 1} of {Mnemonics.Name(instruction.Opcode)} overlap without being the same";
            }
        }

        return null;
    }

    private static bool Overlap(in Operand left, in Operand right)
    {
        if (left.IsOnChip && right.IsOnChip)
        {
            return OperandBox.Of(left.OnChip).Hits(OperandBox.Of(right.OnChip));
        }

        return left.Hbm is { } a && right.Hbm is { } b && a.Region == b.Region && OperandLegality.Extent(a) is var (low, high)
            && OperandLegality.Extent(b) is var (otherLow, otherHigh) && low < otherHigh && otherLow < high;
    }
}
