using NNLang.Emulator.Memories;
using NNLang.Emulator.Races;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>Writes captured results into memory, with page stamps and initialised bits.</summary>
internal static unsafe class ResultWriter
{
    /// <summary>Writes the captured elements of an operand; see <see cref="ColumnCursor.Captured"/>.</summary>
    public static void Write(DeviceMemory memory, in OnChipOperand operand, byte* captured)
    {
        var target = memory.OnChip(operand.Memory);
        var cursor = new ColumnCursor(target.Data, operand, 0);
        var size = DeviceTypes.Bytes(operand.Type);
        var lanes = operand.Partitions;
        byte** addresses = stackalloc byte*[64];
        int count;
        while ((count = cursor.Next(addresses, 64)) > 0)
        {
            for (var i = 0; i < count; i++, captured += ColumnCursor.WordBytes)
            {
                var offset = addresses[i] - target.Data;
                Mark(target, offset, lanes, size);
                if (size == 4)
                {
                    Buffer.MemoryCopy(captured, addresses[i], lanes * 4, lanes * 4);
                    continue;
                }

                for (var lane = 0; lane < lanes; lane++)
                {
                    TransferKernels.Write(addresses[i] + (lane * 4), size, TransferKernels.Read(captured + (lane * 4), size));
                }
            }
        }
    }

    /// <summary>Touches and marks what a transfer will write.</summary>
    public static void Prepare(DeviceMemory memory, in Operand destination)
    {
        if (destination.Hbm is { } hbm)
        {
            var region = memory.Regions[hbm.Region];
            RegionRuns.ForEach(hbm, (start, length) =>
            {
                region.Touch(start, length);
                region.SetInitialised(start, length);
            });
            return;
        }

        ref readonly var operand = ref destination.OnChip;
        var target = memory.OnChip(operand.Memory);
        var cursor = new ColumnCursor(target.Data, operand, 0);
        byte** addresses = stackalloc byte*[64];
        int count;
        while ((count = cursor.Next(addresses, 64)) > 0)
        {
            for (var i = 0; i < count; i++)
            {
                Mark(target, addresses[i] - target.Data, operand.Partitions, DeviceTypes.Bytes(operand.Type));
            }
        }
    }

    private static void Mark(PagedMemory target, long offset, int lanes, int size)
    {
        target.Touch(offset & ~3L, lanes * 4);
        if (size == 4)
        {
            target.SetInitialised(offset, lanes * 4);
            return;
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            target.SetInitialised(offset + (lane * 4), size);
        }
    }
}
