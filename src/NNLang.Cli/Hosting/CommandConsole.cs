namespace NNLang.Cli.Hosting;

/// <summary>What a command writes to and is cancelled by.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Diagnostics and progress.</param>
/// <param name="CancellationToken">Set when the user interrupts.</param>
internal sealed record CommandConsole(TextWriter Output, TextWriter Error, CancellationToken CancellationToken)
{
    /// <summary>Tells what the user should know although the command goes on.</summary>
    public void Warn(IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            Error.WriteLine("warning: " + warning);
        }
    }
}
