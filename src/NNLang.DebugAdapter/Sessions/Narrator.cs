using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;
using NNLang.Debugging.Programs;
using NNLang.DebugAdapter.Presentation;
using NNLang.Protocol.Dap;

namespace NNLang.DebugAdapter.Sessions;

/// <summary>What the adapter says beside its answers: console lines with links, probes, progress.</summary>
internal sealed class Narrator(IDebugClient client, ClientFormat format)
{
    private int _probes;

    /// <summary>One text of the console.</summary>
    public void Say(string text, string category = OutputEventCategory.Console, SourcePosition? place = null) =>
        client.Send(DapEvents.Output, new OutputEventBody
        {
            Category = category,
            Output = text.EndsWith('\n') ? text : text + "\n",
            Source = place is { } known ? format.SourceOf(known.File) : null,
            Line = place is null ? null : format.Line(place),
            Column = place is null ? null : format.Column(place),
        });

    /// <summary>A bisection begins.</summary>
    public void Begin(string progress, string network)
    {
        _probes = 0;
        if (format.Progress)
        {
            client.Send(DapEvents.ProgressStart, new ProgressStartEventBody
            {
                ProgressId = progress,
                Title = "Bisecting " + network,
                Cancellable = true,
                Percentage = 0,
            });
        }
    }

    /// <summary>A probe has ended.</summary>
    public void Probe(string progress, ProbeRecord probe, LayerMap layers, int expected)
    {
        var lengths = layers.Fused.Groups.Length;
        _probes++;
        var place = layers.Find(probe.Layer) is { } layer ? layers.LineOf(layer) : null;
        Say(VerdictText.Write(probe, lengths), place: place);
        client.Send(AdapterEvents.Probe, new ProbeEventBody(
            probe.Length, lengths, probe.Layer, Lower(probe.Kind.ToString()), Lower(probe.What.ToString()),
            double.IsFinite(probe.MaxError) ? probe.MaxError : -1, probe.Seconds));
        if (format.Progress)
        {
            var outcome = probe.Kind switch { ProbeOutcome.Equal => "equal", ProbeOutcome.Differs => "differs", _ => "failed" };
            client.Send(DapEvents.ProgressUpdate, new ProgressUpdateEventBody
            {
                ProgressId = progress,
                Message = probe.What == ProbeKind.Instrumented
                    ? $"descending into {probe.Layer}"
                    : $"length {probe.Length} of {lengths}: {outcome}",
                Percentage = Math.Min(99, 100.0 * _probes / expected),
            });
        }
    }

    /// <summary>A bisection has ended.</summary>
    public void End(string progress)
    {
        if (format.Progress)
        {
            client.Send(DapEvents.ProgressEnd, new ProgressEndEventBody { ProgressId = progress });
        }
    }

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
