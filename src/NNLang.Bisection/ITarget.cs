namespace NNLang.Bisection;

/// <summary>
/// A target processor with one network planned on it. The bisection knows it only through this interface: it cannot see which fault was
/// planted. A length n is the first n fused groups. Calls do not overlap.
/// </summary>
public interface ITarget : IDisposable
{
    /// <summary>What it is called in reports, <c>emulator</c>.</summary>
    string Name { get; }

    /// <summary>What it can do beyond running a length from the inputs.</summary>
    TargetAbilities Abilities { get; }

    /// <summary>Compiles a length and runs it.</summary>
    /// <exception cref="TargetException">The target failed: nothing is known about the network.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    TargetRun Run(TargetRequest request, CancellationToken cancellationToken);
}

/// <summary>What a target can do.</summary>
[Flags]
public enum TargetAbilities : byte
{
    /// <summary>Runs a length from the network's inputs.</summary>
    None = 0,
    /// <summary>Observes every group's tensor without an added instruction.</summary>
    Taps = 1,
    /// <summary>Compiles a length again with instructions that write out low-level tensors.</summary>
    Instrumentation = 2,
    /// <summary>Starts at a later group, fed with tensors.</summary>
    FromReference = 4,
    /// <summary>Records what each instruction of an operation writes.</summary>
    Trace = 8,
}

/// <summary>A target that failed. The message says how, in words for a user.</summary>
public sealed class TargetException(string message, Exception? inner = null) : Exception(message, inner);
