using System.Text;
using NNLang.Compiler.Schedules;
using NNLang.Machine.Instructions;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>When a layer runs, whether the makespan hangs on it, what its start waited for, and when its weights were there. Pure.</summary>
internal static class TimeSentence
{
    /// <summary>The sentence; only for a layer that has operations.</summary>
    public static string Write(NetworkSchedule schedule, int layer, LayerUse use)
    {
        var facts = schedule.Facts;
        var plan = schedule.Compiled.Plan!;
        // Weights and frames of padding may be made long before: the layer begins where its main engine does.
        var first = facts.FirstOn(use.MainEngine, use.Operations);
        var (start, end, isCritical) = (plan.TimesOf(first).Start, 0L, false);
        foreach (var operation in use.Operations)
        {
            isCritical |= facts.IsCritical(operation);
            end = Math.Max(end, plan.TimesOf(operation).End);
        }

        var text = new StringBuilder("**").Append(Number(start)).Append(" → ").Append(Figures.Microseconds(end)).Append("** of ")
            .Append(Figures.Microseconds(schedule.Schedule!.Makespan));
        if (isCritical)
        {
            text.Append(", on the critical path");
        }

        var cause = facts.CauseOf(first);
        text.Append(". ").Append(Cause(schedule, layer, cause));
        if (facts.WeightsOf(use.Operations) is { } weights)
        {
            text.Append(cause.Kind == StartCauseKind.OwnWeights ? "" : $"; its weights arrived {Figures.Time(weights.Margin)} before")
                .Append(" (").Append(Figures.Microseconds(weights.TransferTime)).Append(" of DMA)");
        }

        return text.Append('.').ToString();
    }

    private static string Cause(NetworkSchedule schedule, int layer, StartCause cause)
    {
        var engine = Engines.Name(cause.Engine);
        var name = cause.Layer < 0 ? null : $"`{schedule.Network.Layers[cause.Layer].Path}`";
        return cause.Kind switch
        {
            StartCauseKind.OwnWeights => "Started when its weights arrived",
            StartCauseKind.Transfer when cause.Layer == layer => "Started when its input arrived",
            not StartCauseKind.ProgramStart when cause.Layer == layer => $"Started when its own part on the {engine} engine was done",
            StartCauseKind.ProgramStart => "Starts with the program",
            StartCauseKind.EngineFree => name is null ? $"Started when the {engine} engine was free" : $"Started when {name} freed the {engine} engine",
            StartCauseKind.PortFree => name is null ? "Started when a shared port was free" : $"Started when {name} let go of a port that the {engine} engine shares",
            StartCauseKind.Data => name is null ? "Started when its input lay ready"
                : cause.IsPart ? $"Started when the first tile of {name} was ready" : $"Started when {name} was ready",
            StartCauseKind.Transfer => name is null ? "Started when its input arrived" : $"Started when a transfer of {name} arrived",
            _ when name is null => "Started when its place in memory was free",
            _ => IsOrdered(schedule, layer) || IsOrdered(schedule, cause.Layer)
                ? $"Started when {name} had ended, as an annotation asks" : $"Started when {name} left its place in memory",
        };
    }

    private static bool IsOrdered(NetworkSchedule schedule, int layer) =>
        schedule.Network.Layers[layer].Operation.Annotations is { Pin: true } or { Order.IsEmpty: false };

    private static string Number(long picoseconds) => Figures.Microseconds(picoseconds).Replace(" µs", "", StringComparison.Ordinal);
}
