using System.CommandLine;
using System.Text;
using NNLang.Cli.Hosting;
using NNLang.Syntax;
using NNLang.Syntax.Formatting;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc fmt</c>: the one formatting of a file.</summary>
internal static class FmtCommand
{
    public static Command Create(CommandConsole console)
    {
        var files = new Argument<string[]>("FILE") { Description = "The .nn files.", Arity = ArgumentArity.OneOrMore };
        var check = new Option<bool>("--check") { Description = "Change nothing; end with 2 if a file is not formatted." };
        var command = new Command("fmt", "Formats files in place.");
        command.Arguments.Add(files);
        command.Options.Add(check);
        var json = new CommonOptions().Json;
        command.Options.Add(json);
        command.SetAction(parsed => (int)Run(console, parsed.GetValue(files)!, parsed.GetValue(check), parsed.GetValue(json)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, string[] files, bool check, bool json)
    {
        var result = ExitCode.Fine;
        var changed = new List<string>();
        foreach (var file in files)
        {
            var text = SourceBytes.ReadText(file);
            var formatted = Formatter.Format(SyntaxTree.Parse(text));
            if (formatted == text)
            {
                continue;
            }

            changed.Add(file);
            if (check)
            {
                result = ExitCode.InputErrors;
            }
            else
            {
                AtomicFile.Write(file, stream => stream.Write(new UTF8Encoding(false).GetBytes(formatted)));
            }

            if (!json)
            {
                console.Output.WriteLine($"{file}: {(check ? "not formatted" : "formatted")}");
            }
        }

        if (json)
        {
            JsonText.Write(console.Output, writer =>
            {
                writer.WriteNumber("schemaVersion", DiagnosticPrinter.SchemaVersion);
                writer.WriteStartArray(check ? "notFormatted" : "formatted");
                foreach (var file in changed)
                {
                    writer.WriteStringValue(file);
                }

                writer.WriteEndArray();
            });
        }

        return result;
    }
}
