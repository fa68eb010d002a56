using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Devices;
using NNLang.Syntax;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Completion;

/// <summary>
/// The engines for an <c>@engine</c>: those that can run some of the statement's work, with its cost there, if a schedule knows; else all of
/// the device. Pure; O(operations of the statement).
/// </summary>
internal static class EngineCompletion
{
    public static IEnumerable<CompletionEntry> Compute(Document document, WorkspaceSettings settings, string network, AnnotationSyntax annotation)
    {
        var device = DeviceNames.Resolve(document, network, settings) ?? BuiltInDevices.DefaultDevice;
        var costs = Costs(document, annotation);
        return device.Engines.Where(engine => costs is null || costs.ContainsKey(engine.Engine))
            .Select(engine => new CompletionEntry(Engines.Name(engine.Engine), CompletionKind.Word)
            {
                Description = costs is null ? "" : Figures.Time(costs[engine.Engine]),
            });
    }

    // While the annotation is being written the statement is another one than was scheduled: the one that defines the same name is asked.
    private static Dictionary<Engine, long>? Costs(Document document, AnnotationSyntax annotation)
    {
        if (StatementSite.Of(document.Compilation, annotation) is not { } site)
        {
            return null;
        }

        var names = site.Bindings.FirstOrDefault()?.Names.Select(name => name.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var schedule in document.Schedules.Values)
        {
            if (schedule.Schedule is null)
            {
                continue;
            }

            var layers = schedule.LayersOf(site.Statement.Green);
            if (layers.Count == 0 && site.Declaration.Name.ValueText == schedule.Network.Name)
            {
                layers = [.. Enumerable.Range(0, schedule.Network.Layers.Length).Where(i => names.Contains(Top(schedule.Network.Layers[i].Path)))];
            }

            var costs = new Dictionary<Engine, long>();
            foreach (var operation in layers.SelectMany(layer => schedule.UseOf(layer).Operations))
            {
                AddChoices(costs, schedule.Compiled.Plan!.Placed.Operation(operation));
            }

            if (costs.Count > 0)
            {
                return costs;
            }
        }

        return null;
    }

    private static void AddChoices(Dictionary<Engine, long> costs, TileOperation operation)
    {
        foreach (var choice in operation.Choices)
        {
            if (!choice.IsTransfer)
            {
                costs[choice.Engine] = costs.GetValueOrDefault(choice.Engine) + choice.Duration;
            }
        }
    }

    private static string Top(string path) => path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? path[..slash] : path;
}
