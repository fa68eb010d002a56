using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Findings;
using NNLang.Compiler.Schedules;
using NNLang.Protocol.Extensions;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer;

/// <summary>Schedules as the extension's panel reads them.</summary>
internal static class ScheduleTranslation
{
    /// <summary>Both orders of a network; lines are those of the document as it is now, 0 for statements that are gone.</summary>
    public static ScheduleResult Of(Document document, NetworkSchedule network)
    {
        var compiled = network.Compiled;
        var schedule = compiled.Schedule;
        var source = compiled.SourceOrderSchedule ?? schedule;
        var lines = LayerLines.Of(document, network.Network);
        return new ScheduleResult
        {
            Version = document.ScheduleVersion,
            Network = network.Network.Name,
            Makespan = schedule.Makespan,
            SourceOrderMakespan = source.Makespan,
            LowerBound = schedule.Bound.Picoseconds,
            Engines = [.. schedule.Engines.Where(use => use.Busy > 0).Select(use => new ScheduledEngine(use.Name, use.Busy))],
            Default = Order(compiled, compiled.Plan!, schedule, lines),
            SourceOrder = Order(compiled, compiled.SourceOrderPlan ?? compiled.Plan!, source, lines),
            Findings = [.. network.Findings.Select(finding => Finding(document, finding))],
        };
    }

    private static ScheduledOrder Order(CompiledNetwork compiled, Plan plan, Schedule schedule, int[] lines) => new()
    {
        Makespan = schedule.Makespan,
        Memory = [.. schedule.Memories.Select(memory => new ScheduledMemory(memory.Name, memory.Capacity, memory.Peak))],
        Operations =
        [
            .. schedule.Operations.OrderBy(operation => operation.Start).ThenBy(operation => operation.Id).Select(operation => Operation(compiled, plan, operation, lines)),
        ],
    };

    private static Protocol.Extensions.ScheduledOperation Operation(
        CompiledNetwork compiled, Plan plan, Compiler.Schedules.ScheduledOperation operation, int[] lines)
    {
        var tile = plan.Placed.Operation(operation.Id).Name;
        var layer = operation.Layer >= 0 ? compiled.Network.Layers[operation.Layer].Path : "";
        return new Protocol.Extensions.ScheduledOperation
        {
            Id = layer.Length == 0 ? $"{plan.Placed.GroupOf(operation.Id)}/{tile}" : $"{layer}/{tile}",
            Layer = layer,
            Line = operation.Layer >= 0 ? lines[operation.Layer] : 0,
            Engine = operation.Resource,
            Name = tile,
            Start = operation.Start,
            End = operation.End,
        };
    }

    private static Protocol.Extensions.ScheduleFinding Finding(Document document, Workspaces.Schedules.ScheduleFinding finding)
    {
        var placed = document.Compilation.Place([finding.Diagnostic]);
        return new Protocol.Extensions.ScheduleFinding
        {
            Code = finding.Finding.Code,
            Severity = finding.Finding.Kind is FindingKind.Warning or FindingKind.MemoryWarning ? "warning" : "hint",
            Message = finding.Finding.Help.Length == 0 ? finding.Finding.Message : finding.Finding.Message + "\n" + finding.Finding.Help,
            Lines = placed.IsEmpty ? [] :
            [
                document.Text.LineOf(placed[0].Location.Span.Start) + 1,
                .. placed[0].Related.Select(related => document.Text.LineOf(related.Location.Span.Start) + 1),
            ],
            Saving = finding.Finding.SavedBytes > 0 ? null : finding.Finding.Saving,
            Schedule = finding.Finding.Schedule == FindingSchedule.Default ? "default" : "sourceOrder",
        };
    }
}
