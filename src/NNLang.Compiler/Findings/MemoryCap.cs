using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Findings;

/// <summary>What the size of the on-chip memory costs in the default order: the network is compiled for twice of it.</summary>
internal sealed class MemoryCap(CompiledNetwork compiled, Trial trial, FindingOptions options)
{
    private const int Named = 2;

    /// <summary>The finding, if lifting the cap is worth telling.</summary>
    public Finding? Find()
    {
        var plan = compiled.Plan!;
        var capacity = compiled.Device.Memory(MemoryKind.Sbuf)?.Bytes ?? 0;
        var granules = plan.Placed.Problem.Machine.SbufGranules;
        if (plan.OperationCount > RegionCutter.SmallNetwork || Granules(plan.Placed.Problem) <= granules)
        {
            return null;
        }

        var roomier = trial.OnDevice(WithSbuf(compiled.Device, 2 * capacity));
        if (roomier is null || plan.Makespan - roomier.Makespan is var saving
            && (saving < options.LeastSaving || saving < plan.Makespan * options.PanelThreshold))
        {
            return null;
        }

        var gap = EngineGaps.Shortened(plan, roomier, options.LeastSaving) ?? default;
        var head = gap.Idle > 0 ? plan.Placed.LayerOf(gap.Operation) : -1;
        var layer = Math.Max(0, head);
        var total = Words.Bytes(Granules(plan.Placed.Problem) * MachineModel.GranuleBytes * TensorStorage.PartitionCount);
        var all = Words.Bytes(capacity * TensorStorage.PartitionCount);
        return new Finding
        {
            Code = "NN6001",
            Kind = saving >= plan.Makespan * options.Threshold ? FindingKind.Warning : FindingKind.PanelOnly,
            Schedule = FindingSchedule.Default,
            Message = head >= 0
                ? $"{Words.Idles(gap, Name(head))}: sbuf ({all}) holds only a part of {total} of weights and tensors."
                : $"sbuf ({all}) holds only a part of {total} of weights and tensors.",
            Help = $"With twice the memory: {Words.Saves(saving, plan.Makespan)}. Keep less: {Largest(plan)}.",
            Layer = layer,
            Related = [.. Kept(plan).Take(Named).Select(k => new RelatedLayer(k.Layer, $"'{Name(k.Layer)}' keeps {Words.Bytes(k.Bytes)}"))],
            Remedy = new Remedy.MoreMemory(2 * capacity * TensorStorage.PartitionCount),
            Engine = head >= 0 ? gap.Engine : null,
            Idle = gap.Idle,
            Saving = saving,
            RelativeSaving = (double)saving / plan.Makespan,
        };
    }

    // Where everything fits at once no operation ever waits for room.
    private static long Granules(OrderProblem problem)
    {
        var granules = 0L;
        for (var b = 0; b < problem.BufferCount; b++)
        {
            granules += problem.BufferClass[b] is BufferClass.Activation or BufferClass.Weight ? problem.BufferSize[b] : 0;
        }

        return granules;
    }

    private string Largest(Plan plan) =>
        string.Join(", ", Kept(plan).Take(Named).Select(k => $"'{Name(k.Layer)}' takes {Words.Bytes(k.Bytes)}"));

    /// <summary>Bytes on chip of each layer, weights and results together, largest first.</summary>
    private static List<(int Layer, long Bytes)> Kept(Plan plan)
    {
        var problem = plan.Placed.Problem;
        var results = plan.Placed.ResultBuffer.ToHashSet();
        var bytes = new SortedDictionary<int, long>();
        for (var b = 0; b < problem.BufferCount; b++)
        {
            if ((problem.BufferClass[b] == BufferClass.Weight || (problem.BufferClass[b] == BufferClass.Activation && results.Contains(b)))
                && plan.Profile.UseCount[b] > 0
                && plan.Placed.LayerOf(plan.Profile.FirstUse[b]) is >= 0 and var layer)
            {
                var size = (long)problem.BufferSize[b] * MachineModel.GranuleBytes * TensorStorage.PartitionCount;
                bytes[layer] = bytes.GetValueOrDefault(layer) + size;
            }
        }

        return [.. bytes.Select(pair => (pair.Key, pair.Value)).OrderByDescending(pair => pair.Value)];
    }

    private static DeviceDescription WithSbuf(DeviceDescription device, long bytes) => new()
    {
        Name = device.Name,
        Engines = device.Engines,
        Dma = device.Dma,
        Memories = [.. device.Memories.Select(memory => memory.Kind == MemoryKind.Sbuf ? memory with { Bytes = bytes } : memory)],
        Ports = device.Ports,
        SemaphoreCount = device.SemaphoreCount,
        SemaphoreCycles = device.SemaphoreCycles,
        Rules = device.Rules,
        Instructions = device.Instructions,
    };

    private string Name(int layer) => compiled.Network.Layers[layer].Path;
}
