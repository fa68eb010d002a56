using System.Collections.Immutable;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Compiler.Schedules;

/// <summary>Reads the schedule off a plan. O(operations).</summary>
internal static class ScheduleBuilder
{
    private const int TransferBit = 5;

    /// <summary>The schedule of a plan.</summary>
    public static Schedule Of(Plan plan)
    {
        var n = plan.OperationCount;
        var operations = ImmutableArray.CreateBuilder<ScheduledOperation>(n);
        var layerCount = plan.Placed.Tiled.Network.Layers.Length;
        var layers = new ScheduledLayer[layerCount];
        for (var i = 0; i < n; i++)
        {
            var choice = plan.ChoiceOf(i);
            var (start, end) = plan.TimesOf(i);
            var layer = plan.Placed.LayerOf(i);
            operations.Add(new ScheduledOperation(i, layer, choice.Engine, choice.Queue is { } queue ? (int)queue : -1, start, end));
            if (layer >= 0)
            {
                ref var entry = ref layers[layer];
                var bit = (byte)(1 << (choice.IsTransfer ? TransferBit : (int)choice.Engine));
                var time = choice.IsTransfer ? 0 : end - start;
                entry = entry.Engines == 0
                    ? new ScheduledLayer(layer, start, end, time, bit)
                    : new ScheduledLayer(
                        layer, Math.Min(entry.Start, start), Math.Max(entry.End, end), entry.Time + time, (byte)(entry.Engines | bit));
            }
        }

        return new Schedule
        {
            Makespan = plan.Makespan,
            Bound = LowerBounds.Of(plan.Placed.Problem, DmaBusy(plan.Times)),
            Operations = operations.MoveToImmutable(),
            Layers = [.. layers.Where(layer => layer.Engines != 0)],
            Engines = Uses(plan.Times),
            Memories = Memories(plan),
        };
    }

    private static ImmutableArray<EngineUse> Uses(TimingResult times)
    {
        var uses = ImmutableArray.CreateBuilder<EngineUse>();
        for (var e = 0; e < Engines.Count; e++)
        {
            uses.Add(new EngineUse(Engines.Name((Engine)e), times.Busy((Engine)e)));
        }

        uses.Add(new EngineUse(EngineUse.Dma, DmaBusy(times)));
        return uses.ToImmutable();
    }

    private static ImmutableArray<MemoryUse> Memories(Plan plan)
    {
        var machine = plan.Placed.Problem.Machine;
        const long Granule = MachineModel.GranuleBytes * TensorStorage.PartitionCount;
        var bank = (long)machine.PsumBankBytes * TensorStorage.PartitionCount;
        return
        [
            new MemoryUse("sbuf", machine.SbufGranules * Granule, plan.Allocation.SbufPeak * Granule),
            new MemoryUse("psum", machine.PsumBanks * bank, plan.Allocation.PsumPeak * bank),
        ];
    }

    private static long DmaBusy(TimingResult times)
    {
        var busiest = 0L;
        for (var engine = 0; engine < 16; engine++)
        {
            busiest = Math.Max(busiest, times.DmaBusy(engine));
        }

        return busiest;
    }
}
