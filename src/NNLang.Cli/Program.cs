using NNLang.Cli.Hosting;

namespace NNLang.Cli;

/// <summary>The entry point of <c>nnc</c>.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            interrupted.Cancel();
        };
        return (int)CommandLine.Run(args, Console.Out, Console.Error, interrupted.Token);
    }
}
