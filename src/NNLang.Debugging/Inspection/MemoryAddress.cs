using System.Globalization;
using NNLang.Debugging.Programs;
using NNLang.Emulator.Sessions;
using NNLang.Machine.Instructions;

namespace NNLang.Debugging.Inspection;

/// <summary>
/// An address in a memory of the device, written <c>sbuf:0x4000</c>, <c>psum:0</c> or <c>hbm3:128</c>. On chip, partitions lie one behind the
/// other.
/// </summary>
/// <param name="Memory">The memory.</param>
/// <param name="Region">The region in device memory; -1 on chip.</param>
/// <param name="Offset">The byte.</param>
public readonly record struct MemoryAddress(MemoryKind Memory, int Region, long Offset)
{
    /// <summary>The number of partitions of an on-chip memory.</summary>
    public const int Partitions = 128;

    /// <summary>Reads an address; null if it is none.</summary>
    public static MemoryAddress? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || ParseNumber(text[(colon + 1)..]) is not { } offset)
        {
            return null;
        }

        var name = text[..colon];
        return name switch
        {
            "sbuf" => new MemoryAddress(MemoryKind.Sbuf, -1, offset),
            "psum" => new MemoryAddress(MemoryKind.Psum, -1, offset),
            _ when name.StartsWith("hbm", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var region) =>
                new MemoryAddress(MemoryKind.Hbm, region, offset),
            _ => null,
        };
    }

    /// <summary>The size of the memory or region, bytes; 0 if the program has none such.</summary>
    public long Size(DebugProgram program) => Memory == MemoryKind.Hbm
        ? (uint)Region < (uint)program.Program.Program.Regions.Length ? program.Program.Program.Regions[Region].Bytes : 0
        : (program.Launched.Device.Memory(Memory)?.Bytes ?? 0) * Partitions;

    /// <summary>Reads bytes; fewer at the end of the memory.</summary>
    public byte[] Read(DebugProgram program, EmulatorSession session, int count)
    {
        var available = Math.Clamp(Size(program) - Offset, 0, Math.Max(0, count));
        if (Offset < 0 || available == 0)
        {
            return [];
        }

        var bytes = new byte[available];
        if (Memory == MemoryKind.Hbm)
        {
            session.ReadRegion(Region, Offset, bytes, []);
            return bytes;
        }

        var size = program.Launched.Device.Memory(Memory)!.Bytes;
        for (var done = 0; done < bytes.Length;)
        {
            var at = Offset + done;
            var length = (int)Math.Min(bytes.Length - done, size - (at % size));
            session.ReadOnChip(Memory, (int)(at / size), at % size, bytes.AsSpan(done, length), []);
            done += length;
        }

        return bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Mnemonics.Name(Memory)}{(Memory == MemoryKind.Hbm ? Region.ToString(CultureInfo.InvariantCulture) : "")}:0x{Offset:x}");

    private static long? ParseNumber(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
