using System.CommandLine;
using NNLang.Cli.Hosting;
using NNLang.Targets.Launch;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc lsp</c>: the language server on standard input and output.</summary>
internal static class LspCommand
{
    public static Command Create(CommandConsole console)
    {
        var command = new Command("lsp", "Serves editors: the Language Server Protocol on standard input and output.");
        var stdio = new Option<bool>("--stdio") { Description = "What editors add; it is the only way of talking." };
        command.Options.Add(stdio);
        command.SetAction(_ => Run(console));
        return command;
    }

    private static int Run(CommandConsole console)
    {
        // Standard output belongs to the protocol; what there is to say otherwise goes to the other stream, which editors show as a log.
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var gate = new Lock();
        return LanguageServer.LanguageServer.RunAsync(
            input,
            output,
            PhysicalFiles.Instance,
            line =>
            {
                lock (gate)
                {
                    console.Error.WriteLine(line);
                }
            },
            console.CancellationToken).GetAwaiter().GetResult();
    }
}
