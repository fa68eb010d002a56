using System.CommandLine;
using NNLang.Bisection;
using NNLang.Cli.Commands;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.Cli.Hosting;

/// <summary>Parses a command line, runs its command, and turns whatever happens into an exit code and at most a few lines of text.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line. Never throws.</summary>
    public static ExitCode Run(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var console = new CommandConsole(output, error, cancellationToken);
        var report = new Refusal(console, args.Contains("--json", StringComparer.Ordinal));
        var root = new RootCommand("Compiles, runs, schedules and debugs neural networks written in NNLang. The accelerator is emulated.");
        foreach (var command in AllCommands.Create(console))
        {
            root.Subcommands.Add(command);
        }

        try
        {
            if (args.Length == 0)
            {
                root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = error, Error = error });
                return ExitCode.Usage;
            }

            var parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                // That no command was given says less than which word is none.
                var first = parsed.Errors.FirstOrDefault(problem => problem.Message.StartsWith("Unrecognized", StringComparison.Ordinal));
                error.WriteLine((first ?? parsed.Errors[0]).Message);
                error.WriteLine("See 'nnc --help' or 'nnc COMMAND --help'.");
                return ExitCode.Usage;
            }

            return (ExitCode)parsed.Invoke(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (InputException refused)
        {
            return report.Refuse(refused.Message, refused.Code);
        }
        catch (LaunchException refused)
        {
            return report.Refuse(refused);
        }
        catch (Exception refused) when (refused is TensorFileException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return report.Refuse(refused.Message, ExitCode.InputErrors);
        }
        catch (TargetException failed)
        {
            return report.Refuse(failed.Message, ExitCode.Defect);
        }
        catch (OperationCanceledException)
        {
            return report.Refuse("Cancelled.", ExitCode.Defect);
        }
#pragma warning disable CA1031 // The last resort: whatever else escapes is a defect, and the caller must learn so by the exit code.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            report.Refuse($"A defect of nnc: {defect.GetType().Name}: {defect.Message}", ExitCode.Defect);
            error.WriteLine("Set NNLANG_TRACE=1 to see where, and please report it.");
            if (Environment.GetEnvironmentVariable("NNLANG_TRACE") == "1")
            {
                error.WriteLine(defect.StackTrace);
            }

            return ExitCode.Defect;
        }
    }
}
