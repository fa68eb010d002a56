using System.CommandLine;
using NNLang.Cli.Hosting;
using NNLang.Workspaces.Texts;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc explain</c>: what a diagnostic code means.</summary>
internal static class ExplainCommand
{
    public static Command Create(CommandConsole console)
    {
        var code = new Argument<string>("CODE") { Description = "A code such as NN3020." };
        var command = new Command("explain", "Explains a diagnostic code.");
        command.Arguments.Add(code);
        var json = new CommonOptions().Json;
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var text = Explanations.Find(parsed.GetValue(code)!)
                ?? throw new InputException($"'{parsed.GetValue(code)}' is not a diagnostic code; codes look like NN3020.", ExitCode.Usage);
            if (parsed.GetValue(json))
            {
                WriteJson(console.Output, text);
            }
            else
            {
                console.Output.Write(text);
            }

            return (int)ExitCode.Fine;
        });
        return command;
    }

    private static void WriteJson(TextWriter output, string text)
    {
        var descriptor = Explanations.All.First(known => text.StartsWith(known.Code, StringComparison.Ordinal));
        JsonText.Write(output, writer =>
        {
            writer.WriteNumber("schemaVersion", DiagnosticPrinter.SchemaVersion);
            writer.WriteString("code", descriptor.Code);
            writer.WriteString("severity", DiagnosticPrinter.NameOf(descriptor.Severity));
            writer.WriteString("text", descriptor.Documentation.Trim());
        });
    }
}
