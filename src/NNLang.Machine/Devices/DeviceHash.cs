using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NNLang.Machine.Costs;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Machine.Devices;

/// <summary>The canonical text of a device description that its hash is made of.</summary>
internal static class DeviceHash
{
    public static ContentHash Of(DeviceDescription device) => ContentHash.Of(Encoding.UTF8.GetBytes(Text(device)));

    internal static string Text(DeviceDescription device)
    {
        var text = new StringBuilder("nnlang device 1\n");
        foreach (var e in device.Engines.OrderBy(engine => engine.Engine))
        {
            Line(text, "engine", Engines.Name(e.Engine), e.ClockHz, e.DrainCycles, e.Lanes, List(e.Reads), List(e.Writes));
            foreach (var set in e.FunctionSets)
            {
                Line(text, "set", set.Name, List(set.Functions));
            }
        }

        var dma = device.Dma;
        Line(
            text, "dma", dma.Count, dma.Queues, dma.BytesPerSecond, dma.LaunchPicoseconds, dma.LandPicoseconds, dma.RowPicoseconds,
            dma.HardwareIssuePicoseconds ?? -1, dma.SoftwareIssuePicoseconds ?? -1, dma.Completion, List(dma.Reads), List(dma.Writes));
        foreach (var m in device.Memories.OrderBy(memory => memory.Kind))
        {
            Line(
                text, "memory", m.Kind, m.Partitions, m.Bytes, List(m.Types), m.Banks, m.BankBytes, m.Groups, List(m.StartPartitions),
                m.BytesPerSecond ?? -1);
        }

        foreach (var port in device.Ports)
        {
            Line(text, "port", port.Memory, List(port.Engines), port.Scope);
        }

        Line(text, "semaphores", device.SemaphoreCount, device.SemaphoreCycles);
        foreach (var rule in device.Rules)
        {
            Line(text, "rule", rule.When, List(rule.Engines), rule.AddCycles ?? 0, rule.Scale ?? 1);
        }

        foreach (var instruction in device.Instructions)
        {
            Line(text, "instruction", instruction.Name, List(instruction.Functions), List(instruction.Triggers));
            foreach (var parameter in instruction.Parameters)
            {
                Line(text, "parameter", parameter.Name, parameter.Kind);
            }

            foreach (var limit in instruction.Limits)
            {
                Line(text, "limit", limit);
            }

            foreach (var variant in instruction.Variants)
            {
                Line(
                    text, "on", variant.Engine is { } engine ? Engines.Name(engine) : "dma", variant.When ?? new CostExpression.BoolLiteral(true),
                    variant.Result ?? MemoryKind.Immediate,
                    variant.Cost, variant.Fixed ?? 0L, variant.Setup ?? 0L, variant.SetupOn ?? "", variant.Casts);
                foreach (var limit in variant.Limits)
                {
                    Line(text, "limit", limit);
                }
            }
        }

        return text.ToString();
    }

    private static string List<T>(ImmutableArray<T> items) => "[" + string.Join(',', items) + "]";

    private static void Line(StringBuilder text, params ReadOnlySpan<object> items)
    {
        foreach (var item in items)
        {
            text.Append(Convert.ToString(item, CultureInfo.InvariantCulture)).Append('|');
        }

        text.Append('\n');
    }
}
