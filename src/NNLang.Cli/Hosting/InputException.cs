namespace NNLang.Cli.Hosting;

/// <summary>Something the caller gave cannot be used. The message says what, where, and what to do; it becomes exit code 2 or 3.</summary>
internal sealed class InputException(string message, ExitCode code = ExitCode.InputErrors) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public ExitCode Code { get; } = code;
}
