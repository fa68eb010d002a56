using System.CommandLine;
using NNLang.Cli.Hosting;
using NNLang.Syntax.Diagnostics;
using NNLang.Targets.Launch;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc check</c>: everything that is wrong with a file.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandConsole console)
    {
        var common = new CommonOptions();
        var strict = new Option<bool>("--warnings-as-errors") { Description = "Treat warnings as errors." };
        var command = new Command("check", "Checks a network: syntax, names, shapes, weights, devices.");
        common.AddLaunch(command);
        command.Options.Add(strict);
        command.Options.Add(common.Json);
        command.SetAction(parsed => (int)Run(console, common.Request(parsed), parsed.GetValue(strict), parsed.GetValue(common.Json)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, LaunchRequest request, bool strict, bool json)
    {
        var (path, network) = Launcher.Split(request.Program);
        var source = SourceFile.Open(path, request);
        if (request.Device is not null)
        {
            Launcher.FindDevice(source, "", request.Device);
        }

        if (network is not null && !source.Compilation.HasErrors)
        {
            Launcher.FindNetwork(source, network);
        }

        var diagnostics = source.Compilation.Diagnostics
            .Select(d => strict && d.Severity == DiagnosticSeverity.Warning ? d.WithSeverity(DiagnosticSeverity.Error) : d)
            .ToList();
        if (json)
        {
            DiagnosticPrinter.PrintJson(console.Output, source.Path, source.Compilation.Tree, diagnostics);
        }
        else
        {
            DiagnosticPrinter.Print(console.Output, source.Path, source.Compilation.Tree, diagnostics.Where(d => d.Severity != DiagnosticSeverity.Hint));
        }

        var errors = diagnostics.Count(d => d.Severity == DiagnosticSeverity.Error);
        if (!json)
        {
            var warnings = diagnostics.Count(d => d.Severity == DiagnosticSeverity.Warning);
            console.Output.WriteLine(errors + warnings == 0
                ? $"{source.Path}: no problems"
                : $"{source.Path}: {Plural(errors, "error")}, {Plural(warnings, "warning")}");
        }

        return errors > 0 ? ExitCode.InputErrors : ExitCode.Fine;
    }

    private static string Plural(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
