using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Timing;

/// <summary>The exclusive ports of a device as bits: which an instruction holds while it occupies its engine (<c>docs/machine.md</c> 7.6).</summary>
internal sealed class PortSet
{
    /// <summary>The most ports a device may have, a port per bank counting as often as there are banks.</summary>
    public const int MaximumPorts = 16;

    private readonly Entry[] _entries;

    public PortSet(DeviceDescription device)
    {
        var entries = new List<Entry>();
        var bit = 0;
        foreach (var port in device.Ports)
        {
            if (port.Scope == PortScope.Shared)
            {
                continue;
            }

            var memory = device.Memory(port.Memory);
            var engines = 0;
            foreach (var engine in port.Engines)
            {
                engines |= 1 << (int)engine;
            }

            var banks = port.Scope == PortScope.Bank ? memory?.Banks ?? 1 : 1;
            if (bit + banks > MaximumPorts)
            {
                break;
            }

            entries.Add(new Entry(port.Memory, engines, port.Scope, bit, banks, (uint)(memory?.BankBytes ?? 0)));
            bit += banks;
        }

        _entries = [.. entries];
        Count = bit;
    }

    /// <summary>How many bits are used.</summary>
    public int Count { get; }

    /// <summary>The ports an instruction holds.</summary>
    public ushort Of(Engine engine, in Instruction instruction)
    {
        var mask = 0;
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if ((entry.Engines & (1 << (int)engine)) == 0 || instruction.IsTransfer)
            {
                continue;
            }

            if (entry.Scope == PortScope.PerformanceMode && engine == Engine.Vector && !IsPerformanceMode(instruction))
            {
                continue;
            }

            foreach (ref readonly var operand in instruction.Operands)
            {
                if (operand.Memory == entry.Memory)
                {
                    mask |= Bits(entry, operand.OnChip);
                }
            }
        }

        return (ushort)mask;
    }

    private static int Bits(in Entry entry, in OnChipOperand operand)
    {
        if (entry.Scope != PortScope.Bank || entry.BankBytes == 0)
        {
            return 1 << entry.Bit;
        }

        var box = OperandBox.Of(operand);
        var first = Math.Clamp(box.First / entry.BankBytes, 0, entry.Banks - 1);
        var last = Math.Clamp((box.End - 1) / entry.BankBytes, first, entry.Banks - 1);
        return ((1 << (int)(last - first + 1)) - 1) << (entry.Bit + (int)first);
    }

    // Every full operand dense and of 16 bits.
    private static bool IsPerformanceMode(in Instruction instruction)
    {
        var any = false;
        foreach (ref readonly var operand in instruction.Operands)
        {
            if (operand.IsOnChip && operand.OnChip.ElementsPerPartition > 1)
            {
                any = true;
                if (DeviceTypes.Bytes(operand.Type) != 2)
                {
                    return false;
                }

                var run = 1;
                var dimensions = operand.OnChip.Dimensions;
                for (var i = dimensions.Length - 1; i >= 0; i--)
                {
                    if (dimensions[i].Count > 1 && dimensions[i].Stride != run)
                    {
                        return false;
                    }

                    run *= dimensions[i].Count;
                }
            }
        }

        return any;
    }

    private readonly record struct Entry(MemoryKind Memory, int Engines, PortScope Scope, int Bit, int Banks, uint BankBytes);
}
