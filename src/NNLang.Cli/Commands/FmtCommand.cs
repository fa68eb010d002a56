using System.CommandLine;
using System.Text;
using NNLang.Cli.Hosting;
using NNLang.Syntax;
using NNLang.Syntax.Formatting;
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
        command.SetAction(parsed => (int)Run(console, parsed.GetValue(files)!, parsed.GetValue(check)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, string[] files, bool check)
    {
        var result = ExitCode.Fine;
        foreach (var file in files)
        {
            var text = File.Exists(file) ? File.ReadAllText(file) : throw new InputException($"{file} does not exist.");
            var formatted = Formatter.Format(SyntaxTree.Parse(text));
            if (formatted == text)
            {
                continue;
            }

            if (check)
            {
                console.Output.WriteLine($"{file}: not formatted");
                result = ExitCode.InputErrors;
                continue;
            }

            AtomicFile.Write(file, stream => stream.Write(new UTF8Encoding(false).GetBytes(formatted)));
            console.Output.WriteLine($"{file}: formatted");
        }

        return result;
    }
}
