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
        command.SetAction(parsed =>
        {
            var text = Explanations.Find(parsed.GetValue(code)!)
                ?? throw new InputException($"'{parsed.GetValue(code)}' is not a diagnostic code; codes look like NN3020.", ExitCode.Usage);
            console.Output.Write(text);
            return (int)ExitCode.Fine;
        });
        return command;
    }
}
