using System.Text;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>The engines that could run a layer, what it costs there, and why the chosen one was chosen. Pure.</summary>
internal static class EngineTable
{
    /// <summary>
    /// The table and when the layer runs; a sentence instead where it costs nothing of its own.
    /// </summary>
    public static string Write(NetworkSchedule schedule, int layer)
    {
        var use = schedule.UseOf(layer);
        if (use.IsEmpty)
        {
            return Fused(schedule, layer);
        }

        var text = new StringBuilder("\n| engine&emsp; | cycles&emsp; | time&emsp; | |\n|:--|--:|--:|:--|\n");
        foreach (var row in Rows(schedule, layer, use))
        {
            text.Append("| ").Append(row.Chosen ? "✓ " : "").Append(row.Engine).Append("&emsp; | ").Append(row.Cycles).Append("&emsp; | ")
                .Append(row.Time).Append("&emsp; | ").Append(row.Reason).Append(" |\n");
        }

        return text.Append('\n').Append(TimeSentence.Write(schedule, layer, use)).ToString();
    }

    private static string Fused(NetworkSchedule schedule, int layer)
    {
        // The group that covers it has its work under another of its layers.
        var last = -1;
        foreach (var group in schedule.Compiled.Fused!.Groups)
        {
            last += group.Advance;
            foreach (var back in group.Layers)
            {
                if (last - back != layer)
                {
                    continue;
                }

                foreach (var other in group.Layers)
                {
                    if (other != back && !schedule.UseOf(last - other).IsEmpty)
                    {
                        return $"\nFused into `{schedule.Network.Layers[last - other].Path}`: costs nothing of its own.";
                    }
                }
            }
        }

        return "\nCosts nothing of its own: the tensor is read where it lies.";
    }

    private static List<Row> Rows(NetworkSchedule schedule, int layer, LayerUse use)
    {
        var plan = schedule.Compiled.Plan!;
        var requested = schedule.Network.Layers[layer].Operation.Annotations.Engine;
        var rows = new List<Row>();
        foreach (var engine in schedule.Device.Engines)
        {
            var (chosen, other, extra, works, all, onlyHere) = (0L, 0L, 0L, "", 0, true);
            foreach (var id in use.Operations)
            {
                var choice = plan.ChoiceOf(id);
                if (choice.IsTransfer)
                {
                    continue;
                }

                var operation = plan.Placed.Operation(id);
                if (choice.Engine == engine.Engine)
                {
                    chosen += choice.Duration;
                    all++;
                    works = works.Length == 0 ? Kind(operation) : works;
                    onlyHere &= operation.Choices.Length == 1;
                }
                else if (operation.Choices.FirstOrDefault(candidate => candidate.Engine == engine.Engine && !candidate.IsTransfer) is { } candidate)
                {
                    other += candidate.Duration;
                    extra += candidate.Duration - choice.Duration;
                }
            }

            if (all > 0)
            {
                var reason = requested == Engines.Name(engine.Engine) ? "@engine"
                    : onlyHere ? $"only engine with {works}; {Figures.Count(all)} {works}{(all == 1 ? "" : "s")}"
                    : "ends first";
                rows.Add(new Row(Engines.Name(engine.Engine), true, Figures.Count(Cycles(chosen, engine)), Figures.Microseconds(chosen), reason, chosen));
            }
            else if (other > 0)
            {
                var reason = extra > 0 ? $"ends {Figures.Microseconds(extra)} later" : "would make others wait";
                rows.Add(new Row(Engines.Name(engine.Engine), false, Figures.Count(Cycles(other, engine)), Figures.Microseconds(other), reason, other));
            }
        }

        rows.Sort((a, b) => a.Chosen != b.Chosen ? b.Chosen.CompareTo(a.Chosen) : a.Chosen ? b.Cost.CompareTo(a.Cost) : a.Cost.CompareTo(b.Cost));
        // Weights are told with their arrival.
        if (use.TransferTime > 0 && schedule.Facts.WeightsOf(use.Operations) is not { IsAll: true })
        {
            rows.Add(new Row("dma", true, "–", Figures.Microseconds(use.TransferTime), "moves data", use.TransferTime));
        }

        return rows;
    }

    private static string Kind(TileOperation operation)
    {
        var blank = operation.Name.IndexOf(' ', StringComparison.Ordinal);
        return blank < 0 ? operation.Name : operation.Name[..blank];
    }

    private static long Cycles(long picoseconds, EngineDescription engine) =>
        (long)Math.Round(picoseconds * (double)engine.ClockHz / 1e12);

    private sealed record Row(string Engine, bool Chosen, string Cycles, string Time, string Reason, long Cost);
}
