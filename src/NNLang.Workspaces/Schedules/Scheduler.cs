using System.Collections.Immutable;
using NNLang.Compiler.Findings;
using NNLang.Semantics.Graph;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Schedules;

/// <summary>
/// Compiles and schedules the networks of a document: the slow part of editing, done beside it. A pure function of the document's text; what
/// an earlier call found is used again for networks that did not change.
/// </summary>
public static class Scheduler
{
    /// <summary>
    /// The schedules of all networks; one with errors keeps the schedule that it had before them, if any. Findings are looked for unless
    /// <paramref name="withFindings"/> says no: then those found before are carried over.
    /// </summary>
    public static ImmutableDictionary<string, NetworkSchedule> Schedule(
        Document document, WorkspaceSettings settings, bool withFindings, CancellationToken cancellationToken)
    {
        var compilation = document.Compilation;
        var hasErrors = compilation.HasErrors;
        var schedules = ImmutableDictionary.CreateBuilder<string, NetworkSchedule>(StringComparer.Ordinal);
        foreach (var name in compilation.Networks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            document.Schedules.TryGetValue(name, out var known);
            if (compilation.GetNetwork(name) is not { } network || DeviceNames.Resolve(document, name, settings) is not { } device
                || (hasErrors && NetworkErrors.Of(document, name).Count > 0))
            {
                if (known is not null)
                {
                    schedules[name] = known;
                }

                continue;
            }

            if (known is not null && known.IsFor(network, device) && (known.HasFindings || !withFindings))
            {
                schedules[name] = known;
                continue;
            }

            var compiled = known is not null && known.IsFor(network, device)
                ? known.Compiled
                : Compiler.CompilationPipeline.Compiler.Compile(network, device, null, document.Cache);
            cancellationToken.ThrowIfCancellationRequested();
            schedules[name] = new NetworkSchedule(
                compiled,
                withFindings ? ScheduleDiagnostics.Findings(network, FindingsAnalyzer.Find(compiled)) : known?.Findings ?? [],
                withFindings,
                OpenDimensions(network));
        }

        return schedules.ToImmutable();
    }

    private static ImmutableArray<string> OpenDimensions(Network network)
    {
        var open = ImmutableArray.CreateBuilder<string>();
        foreach (var input in network.Inputs)
        {
            foreach (var dimension in input.Type.Dimensions)
            {
                if (dimension.Value is null && dimension.ToString() is { } name && !open.Contains(name))
                {
                    open.Add(name);
                }
            }
        }

        return open.ToImmutable();
    }
}
