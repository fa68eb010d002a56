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
                error.WriteLine(parsed.Errors[0].Message);
                error.WriteLine("See 'nnc --help' or 'nnc COMMAND --help'.");
                return ExitCode.Usage;
            }

            return (ExitCode)parsed.Invoke(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (InputException refused)
        {
            error.WriteLine(refused.Message);
            return refused.Code;
        }
        catch (LaunchException refused)
        {
            if (refused.Tree is { } tree)
            {
                DiagnosticPrinter.Print(error, refused.File!, tree, refused.Errors);
            }
            else
            {
                error.WriteLine(refused.Message);
            }

            return ExitCode.InputErrors;
        }
        catch (Exception refused) when (refused is TensorFileException or InvalidDataException)
        {
            error.WriteLine(refused.Message);
            return ExitCode.InputErrors;
        }
        catch (TargetException failed)
        {
            error.WriteLine(failed.Message);
            return ExitCode.Defect;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Cancelled.");
            return ExitCode.Defect;
        }
        catch (IOException failure)
        {
            error.WriteLine(failure.Message);
            return ExitCode.InputErrors;
        }
        catch (UnauthorizedAccessException failure)
        {
            error.WriteLine(failure.Message);
            return ExitCode.InputErrors;
        }
#pragma warning disable CA1031 // The last resort: whatever else escapes is a defect, and the caller must learn so by the exit code.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            error.WriteLine($"A defect of nnc: {defect.GetType().Name}: {defect.Message}");
            error.WriteLine("Set NNLANG_TRACE=1 to see where, and please report it.");
            if (Environment.GetEnvironmentVariable("NNLANG_TRACE") == "1")
            {
                error.WriteLine(defect.StackTrace);
            }

            return ExitCode.Defect;
        }
    }
}
