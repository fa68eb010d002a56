using NNLang.Syntax.Diagnostics;
using NNLang.Targets.Launch;

namespace NNLang.Cli.Hosting;

/// <summary>Tells why a command did not do what was asked: people on the error stream, tools as JSON on the output.</summary>
internal sealed class Refusal(CommandConsole console, bool json)
{
    /// <summary>Tells a message and gives back the code.</summary>
    public ExitCode Refuse(string message, ExitCode code)
    {
        console.Error.WriteLine(message);
        if (json)
        {
            JsonText.Write(console.Output, writer =>
            {
                writer.WriteNumber("schemaVersion", DiagnosticPrinter.SchemaVersion);
                writer.WriteNumber("exitCode", (int)code);
                writer.WriteString("error", message);
            });
        }

        return code;
    }

    /// <summary>Tells what cannot be launched: the errors of a network with their places, or which option is wrong.</summary>
    public ExitCode Refuse(LaunchException refused)
    {
        if (refused.Tree is not { } tree)
        {
            return Refuse(
                refused.Given is { } given ? $"{OptionOf(refused.Attribute)} {given}: {refused.Problem}" : refused.Message, ExitCode.InputErrors);
        }

        var errors = refused.Errors.Where(error => error.Severity == DiagnosticSeverity.Error);
        DiagnosticPrinter.Print(console.Error, refused.File!, tree, errors);
        if (json)
        {
            DiagnosticPrinter.PrintJson(console.Output, refused.File!, tree, errors);
        }

        return ExitCode.InputErrors;
    }

    private static string OptionOf(string attribute) => attribute switch
    {
        "faults" => "--fault",
        "inputs" => "--input",
        _ => "--" + attribute,
    };
}
