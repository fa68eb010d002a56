using System.Collections.Immutable;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Races;
using NNLang.Machine.Faults;

namespace NNLang.Emulator;

/// <summary>How to run a program.</summary>
public sealed record EmulatorOptions
{
    /// <summary>Threads that share the work of a run; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Which instructions of the host are used; results do not depend on it.</summary>
    public KernelPath Path { get; init; } = KernelPaths.Best;

    /// <summary>What is checked.</summary>
    public CheckOptions Checks { get; init; } = CheckOptions.All;

    /// <summary>The faults of the device; compiler faults among them are ignored.</summary>
    public ImmutableArray<FaultDescription> Faults { get; init; } = [];
}
