using NNLang.Protocol.Extensions;
using NNLang.Semantics.Devices;
using NNLang.Workspaces.Features;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.LanguageServer;

/// <summary>What the status bar says about a document.</summary>
internal static class StatusTexts
{
    /// <summary>Device and makespan of the network that commands would take, or the number of errors.</summary>
    public static StatusParams Of(Document document, WorkspaceSettings settings)
    {
        var network = document.Compilation.MainNetwork ?? document.Compilation.Networks.FirstOrDefault();
        var device = network is null ? settings.Device ?? BuiltInDevices.Default : DeviceNames.Title(document, network, settings);
        var errors = network is null ? DocumentDiagnostics.CountErrors(document) : NetworkErrors.Of(document, network).Count;
        if (errors > 0)
        {
            return new StatusParams
            {
                Uri = document.Uri,
                Device = device,
                State = StatusState.Errors,
                Errors = errors,
                Text = $"{device} · {Figures.Plural(errors, "error")}",
            };
        }

        var schedule = network is null ? null : document.Schedules.GetValueOrDefault(network);
        var makespan = schedule?.Schedule?.Makespan;
        var isReady = document.IsScheduled;
        return new StatusParams
        {
            Uri = document.Uri,
            Device = device,
            MakespanPs = makespan,
            State = isReady ? StatusState.Ready : StatusState.Compiling,
            Text = makespan is { } time ? $"{device} · {Figures.Time(time)}{(isReady ? "" : "…")}"
                : schedule is { OpenDimensions.IsEmpty: false } ? $"{device} · needs {string.Join(", ", schedule.OpenDimensions)}"
                : device,
        };
    }
}
