using System.CommandLine;
using System.Text;
using NNLang.Bisection;
using NNLang.Bisection.Reports;
using NNLang.Bisection.Search;
using NNLang.Bisection.Verdicts;
using NNLang.Cli.Hosting;
using NNLang.Targets.Launch;
using NNLang.Targets.Processors;
using NNLang.Tensors;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc bisect</c>: finds the first layer whose device tensor is wrong.</summary>
internal static class BisectCommand
{
    public static Command Create(CommandConsole console)
    {
        var common = new CommonOptions();
        var mode = new Option<string>("--mode") { Description = "How to search.", DefaultValueFactory = _ => "bisect" };
        mode.AcceptOnlyFromAmong("bisect", "linear", "tap");
        var from = new Option<string>("--from") { Description = "Where probes start.", DefaultValueFactory = _ => "input" };
        from.AcceptOnlyFromAmong("input", "reference");
        var replan = new Option<bool>("--replan") { Description = "Compile every length from scratch instead of with the plan of the whole." };
        var noTaps = new Option<bool>("--no-taps") { Description = "Do without taps: only compiled programs are observed." };
        var reference = new Option<string>("--reference") { Description = "The independent reference.", DefaultValueFactory = _ => "onnxruntime" };
        reference.AcceptOnlyFromAmong("onnxruntime", "none");
        var report = new Option<string?>("--report") { Description = "Write a self-contained HTML page.", HelpName = "X.html" };
        var command = new Command("bisect", "Finds the first layer whose tensor on the device differs from the reference, and why.");
        common.AddLaunch(command);
        common.AddRun(command);
        foreach (var option in new Option[] { mode, from, replan, noTaps, reference, report, common.Json, common.SourceOrder })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => (int)Run(
            console,
            common.Request(parsed),
            new BisectionOptions
            {
                Mode = Enum.Parse<SearchMode>(parsed.GetValue(mode)!, ignoreCase: true),
                FromReference = parsed.GetValue(from) == "reference",
                Replan = parsed.GetValue(replan),
                AllowTaps = !parsed.GetValue(noTaps),
                MeasureBounds = parsed.GetValue(report) is not null,
            },
            parsed.GetValue(reference) == "onnxruntime",
            parsed.GetValue(report),
            parsed.GetValue(common.Json)));
        return command;
    }

    private static ExitCode Run(
        CommandConsole console, LaunchRequest request, BisectionOptions options, bool independent, string? report, bool json)
    {
        using var launched = Launcher.Launch(request);
        var subject = launched.Subject(independent ? new OnnxRuntimeReference(launched.Network, launched.Read) : null);
        using var target = launched.CreateTarget();
        using var progress = json ? null : new ProgressBar(console.Error, subject.Lengths);
        var verdict = new Bisector(subject, target, options, TimeProvider.System).Run(progress, console.CancellationToken) with
        {
            Warnings = launched.Warnings,
        };
        progress?.Clear();
        console.Output.Write(json ? VerdictJson.Write(verdict) + "\n" : VerdictText.Write(verdict) + VerdictText.NextSteps(verdict, request.Program));
        if (report is not null)
        {
            AtomicFile.Write(report, stream => stream.Write(Encoding.UTF8.GetBytes(VerdictHtml.Write(verdict))));
        }

        return verdict.Kind switch
        {
            VerdictKind.Clean => ExitCode.Fine,
            VerdictKind.Divergence => ExitCode.Divergence,
            VerdictKind.Inconclusive => ExitCode.Inconclusive,
            _ => ExitCode.Defect,
        };
    }
}
