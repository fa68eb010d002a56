using System.CommandLine;
using NNLang.Cli.Hosting;
using NNLang.DebugAdapter;
using NNLang.Targets.Processors;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc dap</c>: the debug adapter on standard input and output.</summary>
internal static class DapCommand
{
    public static Command Create(CommandConsole console)
    {
        var command = new Command("dap", "Serves the Debug Adapter Protocol on standard input and output.");
        command.SetAction(_ =>
        {
            Serve(console);
            return (int)ExitCode.Fine;
        });
        return command;
    }

    private static void Serve(CommandConsole console)
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var options = new AdapterOptions
        {
            Log = line => console.Error.WriteLine(line),
            Independent = launched => new OnnxRuntimeReference(launched.Network, launched.Read),
        };
        DebugAdapterServer.RunAsync(input, output, options, console.CancellationToken).GetAwaiter().GetResult();
    }
}
