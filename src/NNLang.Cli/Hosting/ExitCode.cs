namespace NNLang.Cli.Hosting;

/// <summary>What <c>nnc</c> answers to its caller, so that scripts can tell the cases apart.</summary>
internal enum ExitCode
{
    /// <summary>Fine, or clean.</summary>
    Fine = 0,
    /// <summary>A divergence was found.</summary>
    Divergence = 1,
    /// <summary>Errors in the network or in another input.</summary>
    InputErrors = 2,
    /// <summary>Wrong usage.</summary>
    Usage = 3,
    /// <summary>The comparison could not decide.</summary>
    Inconclusive = 4,
    /// <summary>A defect of the tool, or a target that failed.</summary>
    Defect = 5,
}
