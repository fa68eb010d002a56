using System.Globalization;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>What is wrong with a program at run time (<c>docs/machine.md</c> 4.7, 4.8).</summary>
public enum HazardKind
{
    /// <summary>Two accesses of one byte, at least one a write, that nothing orders.</summary>
    Race,
    /// <summary>A read of a byte that nothing wrote.</summary>
    UninitialisedRead,
    /// <summary>A stream that waits for ever.</summary>
    Deadlock,
    /// <summary>An index of a gather outside its table.</summary>
    GatherIndex,
}

/// <summary>One run-time error of a program.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Instruction">The instruction at fault; of a race the one that starts later.</param>
/// <param name="Other">Of a race the other instruction; null otherwise.</param>
/// <param name="Memory">The memory concerned; <see cref="MemoryKind.Immediate"/> for a deadlock.</param>
/// <param name="Region">The region if in device memory, else -1.</param>
/// <param name="Partition">The partition on chip, or of the transfer; -1 where there is none.</param>
/// <param name="Byte">The first byte concerned, in the partition or region; of a deadlock the semaphore.</param>
/// <param name="Time">When the instruction starts, ps; of a deadlock when everything stands still.</param>
/// <param name="Detail">The value waited for, or the index read; 0 otherwise.</param>
public sealed record Hazard(
    HazardKind Kind,
    InstructionLocation Instruction,
    InstructionLocation? Other,
    MemoryKind Memory,
    int Region,
    int Partition,
    long Byte,
    long Time,
    long Detail = 0)
{
    /// <summary>The hazard in words.</summary>
    public override string ToString()
    {
        var where = Memory == MemoryKind.Hbm
            ? string.Create(CultureInfo.InvariantCulture, $"region {Region} byte {Byte}")
            : string.Create(CultureInfo.InvariantCulture, $"{Mnemonics.Name(Memory)} partition {Partition} byte {Byte}");
        return Kind switch
        {
            HazardKind.Race => $"race of {Name(Instruction)} and {Name(Other!.Value)} on {where}",
            HazardKind.UninitialisedRead => $"{Name(Instruction)} reads {where}, which nothing wrote",
            HazardKind.Deadlock => string.Create(
                CultureInfo.InvariantCulture, $"{Name(Instruction)} waits for ever for semaphore {Byte} to reach {Detail}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Name(Instruction)} gathers index {Detail} for partition {Partition}, outside its table"),
        };
    }

    private static string Name(InstructionLocation location) =>
        string.Create(CultureInfo.InvariantCulture, $"{Engines.Name(location.Engine)} {location.Index}");
}
