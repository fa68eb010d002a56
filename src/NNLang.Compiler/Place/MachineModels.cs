using NNLang.Compiler.Order;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Place;

/// <summary>Reads the order pass's approximation of a machine out of its description.</summary>
internal static class MachineModels
{
    /// <summary>The model of a device.</summary>
    /// <exception cref="ArgumentException">The device has no sbuf or no psum.</exception>
    public static MachineModel Of(DeviceDescription device)
    {
        var sbuf = device.Memory(MemoryKind.Sbuf) ?? throw new ArgumentException("The device has no sbuf.", nameof(device));
        var psum = device.Memory(MemoryKind.Psum) ?? throw new ArgumentException("The device has no psum.", nameof(device));
        var latency = new long[Agents.Count];
        var handOff = new long[Agents.FirstQueue];
        for (var e = 0; e < Engines.Count; e++)
        {
            if (device.Engine((Engine)e) is { } engine)
            {
                latency[e] = DeviceDescription.Picoseconds(engine.DrainCycles, engine.ClockHz);
                handOff[e] = DeviceDescription.Picoseconds(device.SemaphoreCycles, engine.ClockHz);
            }
        }

        for (var agent = Agents.FirstQueue; agent < Agents.Count; agent++)
        {
            latency[agent] = device.Dma.LaunchPicoseconds + device.Dma.LandPicoseconds;
        }

        return new MachineModel
        {
            SbufGranules = (int)(sbuf.Bytes / MachineModel.GranuleBytes),
            PsumBanks = psum.Banks,
            PsumBankBytes = (int)(psum.BankBytes == 0 ? psum.Bytes : psum.BankBytes),
            Latency = latency,
            HandOff = handOff,
            Trigger = handOff,
            PortCount = Math.Min(8, device.Ports.Length),
        };
    }
}
